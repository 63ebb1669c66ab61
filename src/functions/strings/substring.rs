//! substring(): a part of a text.

use std::borrow::Cow;

use crate::plan::{Function, Kernel};
use crate::value::Value;

pub static SUBSTRING: Function = Function {
    name: "substring",
    category: "String functions",
    signatures: &["(string:scalar, start:integer, [length:integer]) -> string"],
    summary: "The part of a text that begins at a character (from 0; negative counts from the end) and has a length.",
    kernel: Kernel::Row(|arguments| {
        let start = arguments[1].as_i64().unwrap_or(0);
        let length = arguments.get(2).map_or(i64::MAX, |l| l.as_i64().unwrap_or(0));
        match &arguments[0] {
            Value::String(Cow::Borrowed(text)) => Value::string(part(text, start, length)),
            other => Value::string(part(&other.to_text(), start, length).to_owned()),
        }
    }),
    examples: &[("substring('123456', 1)", "23456"), ("substring('123456', 2, 2)", "34"), ("substring('ABCD', -2)", "CD")],
    ..Function::NEW
};

/// Characters `start` to `start + length`, cut at the text's ends.
pub fn part(text: &str, start: i64, length: i64) -> &str {
    if length <= 0 {
        return "";
    }
    let count = if text.is_ascii() { text.len() } else { text.chars().count() } as i64;
    let from = if start < 0 { (count + start).max(0) } else { start.min(count) };
    let to = from.saturating_add(length).min(count);
    if text.is_ascii() { &text[from as usize..to as usize] } else { &text[byte(text, from)..byte(text, to)] }
}

/// The byte at which a character begins.
fn byte(text: &str, character: i64) -> usize {
    text.char_indices().nth(character as usize).map_or(text.len(), |(at, _)| at)
}
