//! strcat(), strcat_delim(), strrep(): texts put together.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{ColumnBuilder, Type, Value, text_bound};

pub static STRCAT: Function = Function {
    name: "strcat",
    category: "String functions",
    signatures: &["(arg:scalar, ...) -> string"],
    summary: "The texts of all arguments, one after the other.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| {
        let mut builder = ColumnBuilder::new(Type::String, rows);
        let mut text = String::new();
        for row in 0..rows {
            text.clear();
            for operand in operands {
                text.push_str(&operand.value(row).to_text());
                text_bound::check(text.len());
            }
            builder.push_text(&text);
        }
        builder.finish()
    }),
    examples: &[("strcat('hello', ' ', 'world', 1)", "hello world1")],
    ..Function::NEW
};

pub static STRCAT_DELIM: Function = Function {
    name: "strcat_delim",
    category: "String functions",
    signatures: &["(delimiter:scalar, arg1:scalar, arg:scalar, ...) -> string"],
    summary: "The texts of the arguments with a delimiter between them.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let texts: Vec<_> = arguments[1..].iter().map(Value::to_text).collect();
        Value::string(text_bound::join(&texts, &arguments[0].to_text()))
    }),
    examples: &[("strcat_delim('-', 1, '2', 'A', 1s)", "1-2-A-00:00:01")],
    ..Function::NEW
};

pub static STRREP: Function = Function {
    name: "strrep",
    category: "String functions",
    signatures: &["(value:scalar, multiplier:long, [delimiter:scalar]) -> string"],
    summary: "A text repeated up to 1024 times, with a delimiter between.",
    kernel: Kernel::Row(|arguments| {
        let count = arguments[1].as_i64().unwrap_or(0).clamp(0, 1024) as usize;
        let delimiter = arguments.get(2).map(|d| d.to_text().into_owned()).unwrap_or_default();
        let text = arguments[0].to_text();
        Value::string(text_bound::join(&vec![&*text; count], &delimiter))
    }),
    examples: &[("strrep('ABC', 2)", "ABCABC"), ("strrep(123.1, 3, ' ')", "123.1 123.1 123.1")],
    ..Function::NEW
};

pub static STRCMP: Function = Function {
    name: "strcmp",
    category: "String functions",
    signatures: &["(s1:scalar, s2:scalar) -> long"],
    summary: "-1, 0 or 1: how two texts compare by code points.",
    kernel: Kernel::Row(|arguments| Value::Long(arguments[0].to_text().as_bytes().cmp(arguments[1].to_text().as_bytes()) as i64)),
    examples: &[("strcmp('ABC', 'ABD')", "-1"), ("strcmp('abcde', 'abc')", "1")],
    ..Function::NEW
};

pub static REVERSE: Function = Function {
    name: "reverse",
    category: "String functions",
    signatures: &["(value:scalar) -> string"],
    summary: "The characters of the text from last to first.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| Value::string(arguments[0].to_text().chars().rev().collect::<String>())),
    examples: &[("reverse('Kusto')", "otsuK")],
    ..Function::NEW
};

pub static STRING_SIZE: Function = Function {
    name: "string_size",
    category: "String functions",
    signatures: &["(string:stringordynamic) -> long"],
    summary: "The number of bytes of the text in UTF-8.",
    kernel: Kernel::Row(|arguments| Value::Long(arguments[0].to_text().len() as i64)),
    examples: &[("string_size('hello')", "5"), ("string_size('é')", "2")],
    ..Function::NEW
};
