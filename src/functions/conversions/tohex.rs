//! tohex(): an integer in hexadecimal digits.

use crate::plan::{Function, Kernel};
use crate::value::Value;

/// No more digits than this are filled up.
const LONGEST: usize = 16;

pub static TOHEX: Function = Function {
    name: "tohex",
    category: "String functions",
    signatures: &["(value:integer, [minLength:integer]) -> string"],
    summary: "The integer in hexadecimal digits (two's complement where negative), filled up with zeros to the given length.",
    kernel: Kernel::Row(|arguments| {
        let length = arguments.get(1).and_then(Value::as_i64).unwrap_or(0);
        let width = usize::try_from(length).unwrap_or(0).min(LONGEST);
        match arguments.first() {
            Some(Value::Int(value)) => Value::string(format!("{value:0width$x}")),
            Some(Value::Long(value)) => Value::string(format!("{value:0width$x}")),
            _ => Value::string(""),
        }
    }),
    examples: &[
        ("tohex(256)", "100"),
        ("tohex(-256)", "ffffffffffffff00"),
        ("tohex(toint(-256), 8)", "ffffff00"),
        ("tohex(256, 8)", "00000100"),
    ],
    ..Function::NEW
};
