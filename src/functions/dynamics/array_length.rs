//! array_length(): the number of elements.

use crate::plan::{Function, Kernel};
use crate::value::Value;

pub static ARRAY_LENGTH: Function = Function {
    name: "array_length",
    aliases: &["arraylength"],
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray) -> long"],
    summary: "The number of elements; null for what is no array.",
    kernel: Kernel::Row(|arguments| {
        let items = arguments[0].as_dynamic().and_then(|value| value.elements().map(|items| items.len()));
        items.map_or(Value::Null, |count| Value::Long(count as i64))
    }),
    examples: &[("array_length(dynamic([1, 2, 3, 'four']))", "4"), ("array_length(dynamic({'a':1}))", "")],
    ..Function::NEW
};
