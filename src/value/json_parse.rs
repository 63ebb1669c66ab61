//! Parses the text of a dynamic to a tree.

use std::borrow::Cow;
use std::collections::HashMap;

use super::json_scan::{blanks, string_end, unescape, value_end};
use super::{DateTime, Decimal, Guid, Json, TimeSpan};

/// Deeper nesting than this is refused: trees are walked recursively.
pub(super) const DEEPEST: usize = 256;

/// The tree of a whole text; `None` when it is no JSON or nests too deep.
pub(super) fn parse(text: &str) -> Option<Json> {
    let mut parser = Parser { text, at: 0 };
    let tree = parser.value(0)?;
    (blanks(text.as_bytes(), parser.at) == text.len()).then_some(tree)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    /// The next byte that is no white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        self.at = blanks(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let hit = self.peek() == Some(byte);
        self.at += usize::from(hit);
        hit
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        match self.peek()? {
            _ if depth > DEEPEST => None,
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Json::String),
            _ => {
                let end = value_end(self.text.as_bytes(), self.at)?;
                let token = self.text.get(self.at..end)?;
                self.at = end;
                atom(token)
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let end = string_end(self.text.as_bytes(), self.at)?;
        let raw = self.text.get(self.at + 1..end - 1)?;
        self.at = end;
        // JSON wants control characters escaped.
        if raw.bytes().any(|b| b < b' ') { None } else { unescape(raw).map(Cow::into_owned) }
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Some(Json::Array(items));
            }
            self.take(b',').then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut members = Members::default();
        if self.take(b'}') {
            return Some(Json::Object(members.list));
        }
        loop {
            let name = self.string()?;
            self.take(b':').then_some(())?;
            let value = self.value(depth + 1)?;
            members.set(name, value);
            if self.take(b'}') {
                return Some(Json::Object(members.list));
            }
            self.take(b',').then_some(())?;
        }
    }
}

/// Members in order; setting a name again replaces its value in place.
#[derive(Default)]
struct Members {
    list: Vec<(String, Json)>,
    /// Only kept for big objects.
    index: HashMap<String, usize>,
}

impl Members {
    const SMALL: usize = 16;

    fn set(&mut self, name: String, value: Json) {
        match self.position(&name) {
            Some(at) => self.list[at].1 = value,
            None => {
                if self.list.len() >= Self::SMALL {
                    self.index.insert(name.clone(), self.list.len());
                }
                self.list.push((name, value));
            }
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let small = &self.list[..self.list.len().min(Self::SMALL)];
        small.iter().position(|(known, _)| known == name).or_else(|| self.index.get(name).copied())
    }
}

/// A literal, a number, or one of our tokens.
pub(super) fn atom(token: &str) -> Option<Json> {
    match token.as_bytes().first()? {
        b't' => (token == "true").then_some(Json::Bool(true)),
        b'f' => (token == "false").then_some(Json::Bool(false)),
        b'n' => (token == "null").then_some(Json::Null),
        b'0'..=b'9' | b'-' => number(token),
        1 => extension(token.trim_matches('\u{1}')),
        _ => None,
    }
}

fn number(token: &str) -> Option<Json> {
    if !token.ends_with(|c: char| c.is_ascii_digit()) || !token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return None;
    }
    // An integer beyond long is kept as a real.
    token.parse::<i64>().map(Json::Long).or_else(|_| token.parse::<f64>().map(Json::Real)).ok()
}

fn extension(inside: &str) -> Option<Json> {
    let (kind, body) = inside.split_at_checked(1)?;
    match kind {
        "d" => body.parse().ok().and_then(DateTime::from_ticks).map(Json::DateTime),
        "t" => body.parse().ok().map(|ticks| Json::TimeSpan(TimeSpan::from_ticks(ticks))),
        "m" => Decimal::parse(body).map(Json::Decimal),
        "g" => Guid::parse(body).map(Json::Guid),
        _ => None,
    }
}
