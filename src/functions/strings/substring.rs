//! substring(): a part of a text.

use super::part::part_of;
use crate::plan::{Function, Kernel};

pub static SUBSTRING: Function = Function {
    name: "substring",
    category: "String functions",
    signatures: &["(string:scalar, start:integer, [length:integer]) -> string"],
    summary: "The part of a text that begins at a character (from 0; negative counts from the end) and has a length.",
    kernel: Kernel::Row(|arguments| {
        let start = arguments[1].as_i64().unwrap_or(0);
        let length = arguments.get(2).map_or(i64::MAX, |l| l.as_i64().unwrap_or(0));
        part_of(&arguments[0], |text| part(text, start, length))
    }),
    examples: &[
        ("substring('123456', 1)", "23456"),
        ("substring('123456', 2, 2)", "34"),
        ("substring('ABCD', -2)", "CD"),
        ("substring('ABCD', -9, 8)", ""),
    ],
    ..Function::NEW
};

/// Characters `start` to `start + length`, cut at the text's end. A start before the text's begin is no start.
pub fn part(text: &str, start: i64, length: i64) -> &str {
    let count = if text.is_ascii() { text.len() } else { text.chars().count() } as i64;
    let from = if start < 0 { count.saturating_add(start) } else { start.min(count) };
    if length <= 0 || from < 0 {
        return "";
    }
    let to = from.saturating_add(length).min(count);
    if text.is_ascii() { &text[from as usize..to as usize] } else { &text[byte(text, from)..byte(text, to)] }
}

/// The byte at which a character begins.
fn byte(text: &str, character: i64) -> usize {
    text.char_indices().nth(character as usize).map_or(text.len(), |(at, _)| at)
}
