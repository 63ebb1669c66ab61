//! strcat_array(): the elements of an array as one text.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Type, Value, text_bound};

use super::argument::array;

pub static STRCAT_ARRAY: Function = Function {
    name: "strcat_array",
    aliases: &["array_strcat"],
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray, delimiter:scalar) -> string"],
    summary: "The elements as text with a delimiter between them; nulls are empty.",
    kernel: Kernel::Row(|arguments| match (array(&arguments[0]), arguments[1].clone().convert(Type::String)) {
        (Some(items), Value::String(delimiter)) => {
            let texts: Vec<String> = items.into_iter().map(text).collect();
            Value::string(text_bound::join(&texts, &delimiter))
        }
        // What is no array is its own text.
        _ => arguments[0].clone().convert(Type::String).into_owned(),
    }),
    examples: &[
        ("strcat_array(dynamic(['a', null, '', 2]), '|')", "a|||2"),
        ("strcat_array(dynamic([1, [2]]), ', ')", "1, [2]"),
        ("strcat_array(dynamic('abc'), '-')", "abc"),
    ],
    ..Function::NEW
};

fn text(item: Json) -> String {
    match item.into_dynamic().convert(Type::String) {
        Value::String(text) => text.into_owned(),
        _ => String::new(),
    }
}
