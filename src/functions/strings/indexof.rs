//! indexof(), indexof_regex(), countof(), has_any_index(): where and how often something stands in a text.

use std::ops::Range;

use regex::Regex;

use crate::functions::operators::Needle;
use crate::functions::regex_dialect;
use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

pub static INDEXOF: Function = Function {
    name: "indexof",
    category: "String functions",
    signatures: &["(string:scalar, match:scalar, [start:integer], [length:integer], [occurrence:integer]) -> long"],
    summary: "The index of the first character of an occurrence of a text in another, or -1.",
    kernel: Kernel::Row(|arguments| {
        let needle = arguments[1].to_text();
        if needle.is_empty() {
            return Value::Null;
        }
        index(arguments, true, |text, from| text[from..].find(&*needle).map(|at| from + at..from + at + needle.len()))
    }),
    examples: &[
        ("indexof('abcdefg', 'cde')", "2"),
        ("indexof('abcabc', 'bc', 2)", "4"),
        ("indexof('abc', 'x')", "-1"),
        ("indexof('abcdefg', 'cde', -5)", "2"),
    ],
    ..Function::NEW
};

pub static INDEXOF_REGEX: Function = Function {
    name: "indexof_regex",
    category: "String functions",
    signatures: &["(string:scalar, match:scalar, [start:integer], [length:integer], [occurrence:integer]) -> long"],
    summary: "The index of the first character of a match of a regular expression, or -1.",
    kernel: Kernel::Prepare(|_, known| {
        let compiled = known.constant_str(1).map(regex_dialect::compile).transpose()?;
        Ok(Box::new(move |arguments| {
            let own: Option<Regex> = if compiled.is_some() { None } else { regex_dialect::cached(&arguments[1].to_text()) };
            let Some(regex) = compiled.as_ref().or(own.as_ref()) else { return Value::Null };
            index(arguments, false, |text, from| regex.find_at(text, from).map(|m| m.range()))
        }))
    }),
    examples: &[("indexof_regex('abcabc', @'a.c')", "0")],
    ..Function::NEW
};

/// The character index of the wanted occurrence. Each occurrence is sought in `length` characters behind the one before.
/// `find` gets a text and the byte to begin at.
fn index(arguments: &[Value<'_>], from_end: bool, find: impl Fn(&str, usize) -> Option<Range<usize>>) -> Value<'static> {
    let text = &*arguments[0].to_text();
    let number = |at: usize, default: i64| arguments.get(at).map_or(default, |v| v.as_i64().unwrap_or(default));
    let (start, length, occurrence) = (number(2, 0), number(3, -1), number(4, 1));
    if length < -1 || occurrence < 1 || start < 0 && !from_end {
        return Value::Null;
    }
    let start = if start < 0 { (text.chars().count() as i64).saturating_add(start) } else { start };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut at = ahead(text, 0, usize::try_from(start).unwrap_or(0));
    let mut left = occurrence;
    while let Some(found) = find(&text[..ahead(text, at, length)], at) {
        left -= 1;
        if left == 0 {
            return Value::Long(text[..found.start].chars().count() as i64);
        }
        if found.is_empty() && found.end == text.len() {
            break;
        }
        at = if found.is_empty() { ahead(text, found.end, 1) } else { found.end };
    }
    Value::Long(-1)
}

/// The byte some characters behind another.
fn ahead(text: &str, at: usize, characters: usize) -> usize {
    if characters >= text.len() - at {
        return text.len();
    }
    text[at..].char_indices().nth(characters).map_or(text.len(), |(offset, _)| at + offset)
}

pub static COUNTOF: Function = Function {
    name: "countof",
    category: "String functions",
    signatures: &["(source:string, search:string, [kind:string]) -> long"],
    summary: "How often a text (overlaps count) or, with kind `regex`, a regular expression occurs in another.",
    kernel: Kernel::Prepare(|_, known| {
        let regex = known.constant_str(2).is_some_and(|kind| kind.eq_ignore_ascii_case("regex"));
        let compiled = if regex { known.constant_str(1).map(regex_dialect::compile).transpose()? } else { None };
        Ok(Box::new(move |arguments| {
            let (text, search) = (arguments[0].as_str().unwrap_or(""), arguments[1].as_str().unwrap_or(""));
            let count = match (&compiled, regex) {
                (Some(compiled), _) => compiled.find_iter(text).count(),
                (None, true) => regex_dialect::cached(search).map_or(0, |r| r.find_iter(text).count()),
                (None, false) => overlapping(text, search),
            };
            Value::Long(count as i64)
        }))
    }),
    examples: &[("countof('aaa', 'aa')", "2"), (r"countof('abcabc', 'a.c', 'regex')", "2")],
    ..Function::NEW
};

fn overlapping(text: &str, search: &str) -> usize {
    if search.is_empty() {
        return 0;
    }
    text.char_indices().filter(|(at, _)| text[*at..].starts_with(search)).count()
}

pub static HAS_ANY_INDEX: Function = Function {
    name: "has_any_index",
    category: "String functions",
    signatures: &["(source:stringordynamic, values:dynamicarray) -> long"],
    summary: "The index of the first text in an array that stands in the source as a term, or -1.",
    kernel: Kernel::Row(|arguments| {
        let text = arguments[0].to_text();
        let Some(Json::Array(items)) = arguments[1].as_dynamic().map(|d| d.json()) else { return Value::Null };
        if items.is_empty() {
            return Value::Long(-1);
        }
        let has = |item: &Json| match item {
            Json::String(needle) => Needle::term(needle).is_match(&text),
            Json::Null | Json::Array(_) | Json::Object(_) => false,
            scalar => Needle::term(&scalar.display_text()).is_match(&text),
        };
        Value::Long(items.iter().position(has).map_or(-1, |at| at as i64))
    }),
    examples: &[
        ("has_any_index('this is an example', dynamic(['this', 'example']))", "0"),
        ("has_any_index('number 2', dynamic([1, 2]))", "1"),
    ],
    ..Function::NEW
};
