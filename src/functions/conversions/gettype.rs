//! gettype(): the name of a value's type, that of the value inside for dynamics.

use crate::plan::{Function, Kernel, Nulls, RowFunction};
use crate::value::{Dynamic, Type, Value};

/// Kusto calls the reals inside dynamics by their older name.
fn inside(dynamic: &Dynamic<'_>) -> &'static str {
    if dynamic.is_array() {
        return "array";
    }
    match dynamic.scalar_ref() {
        None => "dictionary",
        Some(Value::Real(_)) => "double",
        Some(scalar) => scalar.ty().map_or("null", Type::name),
    }
}

pub static GETTYPE: Function = Function {
    name: "gettype",
    category: "Type functions",
    signatures: &["(value:scalar) -> string"],
    summary: "The name of the value's type; of a dynamic `array`, `dictionary`, `null` or the type of the scalar inside.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        let ty = arguments.types.first().copied().unwrap_or(Type::Dynamic);
        let function: RowFunction = Box::new(move |row| {
            Value::string(match row.first() {
                Some(Value::Dynamic(dynamic)) => inside(dynamic),
                Some(Value::Null) if ty == Type::Dynamic => "null",
                _ => ty.name(),
            })
        });
        Ok(function)
    }),
    examples: &[("gettype(1s)", "timespan"), ("gettype(parse_json('[1]'))", "array"), ("gettype(parse_json(''))", "null")],
    ..Function::NEW
};
