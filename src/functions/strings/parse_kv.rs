//! What the operator `parse-kv` calls: finds keys and their values in a text.

use regex::Regex;

use crate::functions::regex_dialect;
use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

/// The result is an array with the value of each key as text, null for keys that the text does not have.
pub static PARSE_KV: Function = Function {
    name: "parse_kv",
    category: "Internal functions",
    signatures: &["(text:string, keys:dynamic, pair_delimiter:string, kv_delimiter:string, quote:string, escape:string, greedy:bool, \
         regex:string) -> dynamic"],
    summary: "Finds keys and values as `parse-kv` does: the value of each key, or null.",
    kernel: Kernel::Prepare(|_, known| {
        let keys = match known.constants[1].as_ref().and_then(Value::as_dynamic).map(|d| d.json()) {
            Some(Json::Array(keys)) => {
                keys.into_iter().filter_map(|k| if let Json::String(key) = k { Some(key) } else { None }).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        let text = |at: usize| known.constant_str(at).unwrap_or_default().to_owned();
        let finder: Finder = match text(7) {
            regex if !regex.is_empty() => Finder::Regex(regex_dialect::compile(&regex)?),
            _ => Finder::Delimited(Delimited {
                pair: text(2),
                kv: text(3),
                quotes: quotes(&text(4)),
                escape: text(5).chars().next(),
                greedy: known.constants[6].as_ref().and_then(Value::as_bool).unwrap_or(false),
            }),
        };
        Ok(Box::new(move |arguments| {
            let text = arguments[0].as_str().unwrap_or_default();
            let pairs = match &finder {
                Finder::Regex(regex) => by_regex(regex, text),
                Finder::Delimited(rules) if rules.pair.is_empty() && rules.kv.is_empty() => rules.words(text, &keys),
                Finder::Delimited(rules) => rules.pairs(text),
            };
            // Of several values of a key, the first counts.
            let value = |key: &String| pairs.iter().find(|(k, _)| k == key).map_or(Json::Null, |(_, v)| Json::String(v.clone()));
            Json::Array(keys.iter().map(value).collect()).into_dynamic()
        }))
    }),
    ..Function::NEW
};

type Pairs = Vec<(String, String)>;

enum Finder {
    Regex(Regex),
    Delimited(Delimited),
}

struct Delimited {
    pair: String,
    kv: String,
    quotes: Option<(char, char)>,
    escape: Option<char>,
    /// Values go on over pair delimiters, up to the next key.
    greedy: bool,
}

/// One character opens and closes, or the first opens and the second closes.
fn quotes(text: &str) -> Option<(char, char)> {
    let mut characters = text.chars();
    let open = characters.next()?;
    Some((open, characters.next().unwrap_or(open)))
}

fn by_regex(regex: &Regex, text: &str) -> Pairs {
    let group = |found: &regex::Captures<'_>, at: usize| found.get(at).map_or(String::new(), |g| g.as_str().to_owned());
    regex.captures_iter(text).map(|found| (group(&found, 1), group(&found, 2))).collect()
}

impl Delimited {
    fn pairs(&self, text: &str) -> Pairs {
        let mut pieces: Vec<(&str, Option<&str>)> = Vec::new();
        for piece in self.split(text, &self.pair) {
            match (self.find(piece, &self.kv), pieces.last_mut()) {
                (Some(at), _) => pieces.push((&piece[..at], Some(&piece[at + self.kv.len()..]))),
                (None, Some((_, Some(value)))) if self.greedy => *value = joined(text, value, piece),
                (None, _) => {}
            }
        }
        pieces.into_iter().filter_map(|(key, value)| Some((self.unquoted(key), self.unquoted(value?)))).collect()
    }

    /// Without delimiters, whatever is not part of a word separates: the word behind a key is its value.
    fn words(&self, text: &str, keys: &[String]) -> Pairs {
        let mut pairs = Pairs::new();
        let mut key: Option<String> = None;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = match self.quoted_length(rest) {
                Some(length) => length,
                None => rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()),
            };
            if length == 0 {
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let word = self.unquoted(&rest[..length]);
            rest = &rest[length..];
            match key.take() {
                Some(key) => pairs.push((key, word)),
                None => key = keys.contains(&word).then_some(word),
            }
        }
        pairs
    }

    /// The parts between delimiters that do not stand in quotes.
    fn split<'t>(&self, text: &'t str, delimiter: &str) -> Vec<&'t str> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = self.find(rest, delimiter) {
            parts.push(&rest[..at]);
            rest = &rest[at + delimiter.len()..];
        }
        parts.push(rest);
        parts
    }

    /// Where a delimiter stands outside of quotes.
    fn find(&self, text: &str, delimiter: &str) -> Option<usize> {
        if delimiter.is_empty() {
            return None;
        }
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
            if rest.starts_with(delimiter) {
                return Some(at);
            }
            let step = rest.chars().next().map_or(1, char::len_utf8);
            at += self.quoted_length(rest).unwrap_or(step);
        }
        None
    }

    /// The length of a quoted text at the start, quotes included.
    fn quoted_length(&self, text: &str) -> Option<usize> {
        let (open, close) = self.quotes?;
        let mut characters = text.char_indices();
        characters.next().filter(|(_, c)| *c == open)?;
        while let Some((at, c)) = characters.next() {
            if Some(c) == self.escape {
                characters.next();
            } else if c == close {
                return Some(at + c.len_utf8());
            }
        }
        None
    }

    fn unquoted(&self, text: &str) -> String {
        let text = text.trim();
        let (Some((open, close)), Some(length)) = (self.quotes, self.quoted_length(text)) else { return text.to_owned() };
        if length != text.len() {
            return text.to_owned();
        }
        let inner = &text[open.len_utf8()..length - close.len_utf8()];
        let mut out = String::new();
        let mut characters = inner.chars();
        while let Some(c) = characters.next() {
            out.extend(if Some(c) == self.escape { characters.next() } else { Some(c) });
        }
        out
    }
}

/// A value together with the piece behind it; both are parts of `text`.
fn joined<'t>(text: &'t str, value: &str, piece: &str) -> &'t str {
    let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    &text[offset(value)..offset(piece) + piece.len()]
}
