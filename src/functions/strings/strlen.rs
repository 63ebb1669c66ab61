//! strlen(): the number of characters.

use crate::plan::{Function, Kernel};
use crate::value::Value;

pub static STRLEN: Function = Function {
    name: "strlen",
    category: "String functions",
    signatures: &["(string:stringordynamic) -> long"],
    summary: "The number of Unicode code points in the text.",
    kernel: Kernel::Row(|arguments| match &arguments[0] {
        Value::String(text) => Value::Long(text.chars().count() as i64),
        Value::Dynamic(value) => Value::Long(value.text().chars().count() as i64),
        _ => Value::Null,
    }),
    examples: &[("strlen('hello')", "5"), ("strlen('⒦⒰⒮⒯⒪')", "5")],
    ..Function::NEW
};
