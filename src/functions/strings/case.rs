//! tolower(), toupper(): letters in one case.

use crate::plan::{Context, Function, Kernel, Nulls, Operand};
use crate::value::{Column, ColumnBuilder, Type, Value};

pub static TOLOWER: Function = Function {
    name: "tolower",
    category: "String functions",
    signatures: &["(value:scalar) -> string"],
    summary: "The text in lower case.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|context, operands, rows| convert(context, operands, rows, str::to_lowercase, str::make_ascii_lowercase)),
    examples: &[("tolower('Hello ÉCOLE')", "hello école")],
    ..Function::NEW
};

pub static TOUPPER: Function = Function {
    name: "toupper",
    category: "String functions",
    signatures: &["(value:scalar) -> string"],
    summary: "The text in upper case.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|context, operands, rows| convert(context, operands, rows, str::to_uppercase, str::make_ascii_uppercase)),
    examples: &[("toupper('hello')", "HELLO")],
    ..Function::NEW
};

fn convert(_: &Context, operands: &[Operand], rows: usize, any: fn(&str) -> String, ascii: fn(&mut str)) -> Column {
    let mut builder = ColumnBuilder::new(Type::String, rows);
    let mut buffer = String::new();
    for row in 0..rows {
        let value = operands[0].value(row);
        let text = if let Value::String(text) = &value { std::borrow::Cow::Borrowed(&**text) } else { value.to_text() };
        if text.is_ascii() {
            buffer.clear();
            buffer.push_str(&text);
            ascii(&mut buffer);
            builder.push_text(&buffer);
        } else {
            // Kusto folds letter by letter: `ß` stays, for its upper case has two letters.
            let converted: String = text.chars().map(|c| single(c, any)).collect();
            builder.push_text(&converted);
        }
    }
    builder.finish()
}

fn single(c: char, convert: fn(&str) -> String) -> char {
    let mut buffer = [0; 4];
    let converted = convert(c.encode_utf8(&mut buffer));
    let mut chars = converted.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
