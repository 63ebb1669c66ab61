//! replace_string(), replace_strings(), replace_regex(), translate(): texts with parts exchanged.

use regex::Regex;

use crate::functions::regex_dialect;
use crate::plan::{Arguments, Function, Kernel, RowFunction};
use crate::value::{Json, Value, text_bound};

pub static REPLACE_STRING: Function = Function {
    name: "replace_string",
    category: "String functions",
    signatures: &["(text:string, lookup:string, rewrite:string) -> string"],
    summary: "The text with every occurrence of another text replaced.",
    kernel: Kernel::Row(|arguments| {
        let [text, lookup, rewrite] = [0, 1, 2].map(|i| arguments[i].as_str().unwrap_or(""));
        if lookup.is_empty() {
            return Value::string(text.to_owned());
        }
        check_growth(text, rewrite, || text.matches(lookup).count());
        Value::string(text.replace(lookup, rewrite))
    }),
    examples: &[("replace_string('A magic trick', 'magic', 'card')", "A card trick")],
    ..Function::NEW
};

pub static REPLACE_STRINGS: Function = Function {
    name: "replace_strings",
    category: "String functions",
    signatures: &["(text:string, lookups:dynamicarray, rewrites:dynamicarray) -> string"],
    summary: "The text with every occurrence of each text of one array replaced by its partner in another, in order.",
    kernel: Kernel::Row(|arguments| {
        let (lookups, rewrites) = (texts(&arguments[1]), texts(&arguments[2]));
        if lookups.len() != rewrites.len() {
            return Value::Null;
        }
        // What one pair has written, later pairs leave alone.
        let mut pieces = vec![(arguments[0].as_str().unwrap_or("").to_owned(), false)];
        for (lookup, rewrite) in lookups.iter().zip(&rewrites) {
            if let Some(lookup) = lookup.as_ref().filter(|l| !l.is_empty()) {
                // Without a text to write, what was found stays, and is found.
                let rewrite = rewrite.as_ref().unwrap_or(lookup);
                pieces = pieces.into_iter().flat_map(|piece| rewritten(piece, lookup, rewrite)).collect();
            }
        }
        let text: String = pieces.into_iter().map(|(text, _)| text).collect();
        Value::string(text)
    }),
    examples: &[("replace_strings('cat and dog', dynamic(['cat', 'dog']), dynamic(['dog', 'pigeon']))", "dog and pigeon")],
    ..Function::NEW
};

/// Counts what will be replaced only where that could make a text that is too long.
fn check_growth(text: &str, rewrite: &str, matches: impl FnOnce() -> usize) {
    if text.len().saturating_add(1).saturating_mul(rewrite.len()) > text_bound::LONGEST {
        text_bound::check(text.len().saturating_add(matches().saturating_mul(rewrite.len())));
    }
}

fn rewritten((text, done): (String, bool), lookup: &str, rewrite: &str) -> Vec<(String, bool)> {
    if done || !text.contains(lookup) {
        return vec![(text, done)];
    }
    check_growth(&text, rewrite, || text.matches(lookup).count());
    let mut pieces = Vec::new();
    for (i, part) in text.split(lookup).enumerate() {
        if i > 0 {
            pieces.push((rewrite.to_owned(), true));
        }
        pieces.push((part.to_owned(), false));
    }
    pieces
}

/// The texts in an array; an element that is no string replaces nothing.
fn texts(value: &Value<'_>) -> Vec<Option<String>> {
    match value.as_dynamic().map(|d| d.json()) {
        Some(Json::Array(items)) => items.into_iter().map(|i| if let Json::String(text) = i { Some(text) } else { None }).collect(),
        _ => Vec::new(),
    }
}

pub static REPLACE_REGEX: Function = Function {
    name: "replace_regex",
    category: "String functions",
    signatures: &["(source:string, lookup_regex:string, rewrite_pattern:string) -> string"],
    summary: r"The text with every match of a regular expression replaced; `\1` in the replacement is a group of the match.",
    kernel: Kernel::Prepare(|_, known| prepare(known, 1, 2, 0)),
    examples: &[(r"replace_regex('Number is 1', @'is (\d+)', @'was: \1')", "Number was: 1")],
    ..Function::NEW
};

pub static REPLACE: Function = Function {
    name: "replace",
    category: "String functions",
    signatures: &["(regex:string, rewrite:string, source:string) -> string"],
    summary: "The obsolete form of replace_regex(), with its arguments in another order.",
    kernel: Kernel::Prepare(|_, known| prepare(known, 0, 1, 2)),
    examples: &[(r"replace(@'is (\d+)', @'was: \1', 'Number is 1')", "Number was: 1")],
    ..Function::NEW
};

fn prepare(known: &Arguments, regex_at: usize, rewrite_at: usize, source_at: usize) -> Result<RowFunction, String> {
    let compiled = known.constant_str(regex_at).map(regex_dialect::compile).transpose()?;
    let rewrite = known.constant_str(rewrite_at).map(dollars);
    Ok(Box::new(move |arguments| {
        let text = arguments[source_at].as_str().unwrap_or("");
        let own: Option<Regex> = if compiled.is_some() { None } else { regex_dialect::cached(arguments[regex_at].as_str().unwrap_or("")) };
        let Some(regex) = compiled.as_ref().or(own.as_ref()) else { return Value::Null };
        let own_rewrite = if rewrite.is_some() { String::new() } else { dollars(arguments[rewrite_at].as_str().unwrap_or("")) };
        let rewrite = rewrite.as_deref().unwrap_or(&own_rewrite);
        check_growth(text, rewrite, || regex.find_iter(text).count());
        Value::string(regex.replace_all(text, rewrite).into_owned())
    }))
}

/// RE2's `\1` as the Rust library writes it: `${1}`. A dollar stands for itself.
fn dollars(rewrite: &str) -> String {
    let mut out = String::with_capacity(rewrite.len());
    let mut chars = rewrite.chars();
    while let Some(c) = chars.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => out.push_str(&format!("${{{digit}}}")),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

pub static TRANSLATE: Function = Function {
    name: "translate",
    category: "String functions",
    signatures: &["(searchList:string, replacementList:string, source:string) -> string"],
    summary: "The text with each character of one list exchanged for its partner in another; without a partner it goes.",
    kernel: Kernel::Row(|arguments| {
        let [search, replacement, text] = [0, 1, 2].map(|i| arguments[i].as_str().unwrap_or(""));
        let (search, replacement): (Vec<char>, Vec<char>) = (search.chars().collect(), replacement.chars().collect());
        let exchange = |c: char| match search.iter().position(|s| *s == c) {
            None => Some(c),
            // A list that is too short goes on with its last character.
            Some(at) => replacement.get(at).or(replacement.last()).copied(),
        };
        Value::string(text.chars().filter_map(exchange).collect::<String>())
    }),
    examples: &[("translate('krasp', 'otsku', 'spark')", "kusto"), ("translate('abc', 'x', 'abc')", "xxx")],
    ..Function::NEW
};
