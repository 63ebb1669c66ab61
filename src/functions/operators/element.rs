//! An element of a dynamic whose key or position is not known before the row is.

use crate::plan::{Function, Kernel};
use crate::value::{Json, PathStep, Value};

pub static ELEMENT: Function = Function {
    name: "[]",
    category: "Operators",
    signatures: &["(object:dynamic, index:scalar) -> dynamic"],
    summary: "The member of a bag by its name, or the element of an array by its position (negative: from the end).",
    kernel: Kernel::Row(|arguments| {
        let Some(object) = arguments[0].as_dynamic() else { return Value::Null };
        match step(&arguments[1]) {
            Some(step) => object.get(&step),
            None => Value::Null,
        }
    }),
    examples: &[("print i=1 | project x=dynamic([10, 20])[i]", "20"), ("print k='b' | project x=dynamic({'a': 1, 'b': 2})[k]", "2")],
    ..Function::NEW
};

fn step(index: &Value<'_>) -> Option<PathStep> {
    match index {
        Value::String(key) => Some(PathStep::Key(key.to_string())),
        Value::Dynamic(dynamic) => match dynamic.json() {
            Json::String(key) => Some(PathStep::Key(key)),
            Json::Long(index) => Some(PathStep::Index(index)),
            _ => None,
        },
        other => other.as_i64().map(PathStep::Index),
    }
}
