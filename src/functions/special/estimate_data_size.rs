//! estimate_data_size(): the bytes that a row's values take.

use crate::plan::{Context, Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

/// Types of fixed size count whether null or not.
fn size(value: &Value<'_>, ty: Type) -> i64 {
    match ty {
        Type::Bool => 1,
        Type::Int => 4,
        Type::Long | Type::Real | Type::DateTime | Type::TimeSpan => 8,
        Type::Decimal | Type::Guid => 16,
        Type::String => value.as_str().map_or(0, |text| text.len() as i64),
        Type::Dynamic => value.as_dynamic().map_or(0, |dynamic| dynamic.text().len() as i64),
    }
}

fn estimate(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let of_row = |row: usize| operands.iter().map(|operand| size(&operand.value(row), operand.ty())).sum();
    Column::from_values(Type::Long, (0..rows).map(|row| Value::Long(of_row(row))))
}

pub static ESTIMATE_DATA_SIZE: Function = Function {
    name: "estimate_data_size",
    category: "Metadata functions",
    signatures: &["(column:scalar, ...) -> long"],
    summary: "The bytes that the values take.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(estimate),
    examples: &[("estimate_data_size(1, '1234567890')", "18")],
    differs: "A dynamic counts as its JSON text.",
    ..Function::NEW
};
