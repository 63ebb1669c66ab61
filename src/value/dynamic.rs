//! dynamic: JSON text that is looked into lazily, and the tree it parses to when a function needs all of it.
//!
//! The text is JSON with one extension, for values that JSON has not and that keep their type inside a bag
//! (`bag_pack("t", now())`): a token between two U+0001 characters, `\u{1}d637134336000000000\u{1}`: `d` datetime and
//! `t` timespan by ticks, `m` decimal, `g` guid. A raw U+0001 cannot occur in JSON text, so input never holds one.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{DateTime, Decimal, Guid, TimeSpan, Value, json_copy, json_parse, json_scan, real};

/// A dynamic value as its text. Never the text `null`: that is `Value::Null`.
#[derive(Clone, Debug)]
pub struct Dynamic<'a>(Cow<'a, str>);

/// A parsed dynamic. Objects keep their order; of a repeated key the last value counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Long(i64),
    Real(f64),
    Decimal(Decimal),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    Guid(Guid),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// One step into a dynamic value: `.name` / `["name"]`, or `[0]` (negative counts from the end).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    Key(String),
    Index(i64),
}

impl<'a> Dynamic<'a> {
    pub fn from_text(text: impl Into<Cow<'a, str>>) -> Dynamic<'a> {
        Dynamic(text.into())
    }

    /// The internal text (see the module's head).
    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn into_text(self) -> Cow<'a, str> {
        self.0
    }

    pub fn into_owned(self) -> Dynamic<'static> {
        Dynamic(Cow::Owned(self.0.into_owned()))
    }

    /// The whole value as a tree. Text that is no JSON becomes a string.
    pub fn json(&self) -> Json {
        Json::parse(&self.0).unwrap_or_else(|| Json::String(self.0.to_string()))
    }

    /// What stands at one step; null when absent. Does not build a tree.
    pub fn get(&self, step: &PathStep) -> Value<'static> {
        self.path(std::slice::from_ref(step)).into_owned()
    }

    /// What stands at the end of a path, borrowed; null when absent.
    pub fn path(&self, steps: &[PathStep]) -> Value<'_> {
        Dynamic::path_in(&self.0, steps)
    }

    /// The same in a text that is at hand.
    pub fn path_in<'t>(text: &'t str, steps: &[PathStep]) -> Value<'t> {
        let mut at = text;
        for step in steps {
            match json_scan::step(at, step) {
                Some(inner) => at = inner,
                None => return Value::Null,
            }
        }
        if at == "null" { Value::Null } else { Value::dynamic(at) }
    }

    /// The text of each element, if it is an array. Does not build a tree.
    pub fn elements(&self) -> Option<Vec<Value<'_>>> {
        if !self.is_array() {
            return None;
        }
        let mut values = Vec::new();
        json_scan::elements(&self.0, |text| {
            values.push(if text == "null" { Value::Null } else { Value::dynamic(text) });
            true
        });
        Some(values)
    }

    /// Calls `visit` with the text of each element until it says no, if it is an array.
    pub fn each(&self, visit: impl FnMut(&str) -> bool) {
        json_scan::elements(&self.0, visit);
    }

    /// The raw names and the values of a bag's members, in order; nothing for other values.
    pub fn members(&self) -> Vec<(&str, Value<'_>)> {
        let mut values = Vec::new();
        json_scan::members(&self.0, |name, text| values.push((name, if text == "null" { Value::Null } else { Value::dynamic(text) })));
        values
    }

    pub fn is_array(&self) -> bool {
        self.first_byte() == Some(b'[')
    }

    pub fn is_bag(&self) -> bool {
        self.first_byte() == Some(b'{')
    }

    fn first_byte(&self) -> Option<u8> {
        self.0.as_bytes().iter().copied().find(|b| !b.is_ascii_whitespace())
    }

    /// The scalar inside (long, real, string, bool, datetime …), or `None` for arrays and bags.
    pub fn scalar(&self) -> Option<Value<'static>> {
        self.scalar_ref().map(Value::into_owned)
    }

    /// The same, borrowed where it is text.
    pub fn scalar_ref(&self) -> Option<Value<'_>> {
        Dynamic::scalar_in(&self.0)
    }

    /// The same, for a dynamic that is used up.
    pub fn into_scalar(self) -> Option<Value<'a>> {
        match self.0 {
            Cow::Borrowed(text) => Dynamic::scalar_in(text),
            Cow::Owned(text) => Dynamic::scalar_in(&text).map(Value::into_owned),
        }
    }

    fn scalar_in(text: &str) -> Option<Value<'_>> {
        let text = text.trim_ascii();
        let bytes = text.as_bytes();
        match bytes.first() {
            Some(b'{' | b'[') => None,
            Some(b'"') if json_scan::string_end(bytes, 0) == Some(bytes.len()) => {
                let inside = &text[1..text.len() - 1];
                Some(Value::String(json_scan::unescape(inside).unwrap_or(Cow::Borrowed(inside))))
            }
            _ => Some(match Json::parse(text) {
                Some(tree) => tree.into_scalar(),
                None => Value::string(text),
            }),
        }
    }

    /// The text that `tostring()` gives for arrays and bags, and that results show: compact JSON, with datetimes and timespans as strings.
    pub fn display(&self) -> Cow<'_, str> {
        if is_compact(self.0.as_bytes()) { Cow::Borrowed(&self.0) } else { Cow::Owned(self.json().display_text()) }
    }

    /// Like `display`, but a token of ours that stands alone has no quotes around it.
    pub(super) fn shown_text(&self) -> Cow<'_, str> {
        match self.display() {
            Cow::Owned(text) if self.0.starts_with('\u{1}') => Cow::Owned(text.trim_matches('"').to_owned()),
            text => text,
        }
    }

    /// Scalars of one kind by value, everything else by text.
    pub fn compare(&self, other: &Dynamic<'_>) -> Ordering {
        match (self.scalar_ref(), other.scalar_ref()) {
            (Some(a), Some(b)) if a.is_comparable_to(&b) => a.compare(&b),
            _ => self.display().as_bytes().cmp(other.display().as_bytes()),
        }
    }
}

/// Whether display would leave the text as it is. May say no too often: for reals, escapes and our tokens.
fn is_compact(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => match json_scan::string_end(bytes, at) {
                Some(end) if memchr::memchr(b'\\', &bytes[at..end]).is_none() => {
                    at = end;
                    continue;
                }
                _ => return false,
            },
            1 | b' ' | b'\n' | b'\r' | b'\t' | b'.' | b'E' => return false,
            // The e of true and false is not an exponent.
            b'e' if at > 0 && bytes[at - 1].is_ascii_digit() => return false,
            _ => {}
        }
        at += 1;
    }
    true
}

impl Json {
    /// `None` when the text is no JSON (or nests too deep).
    pub fn parse(text: &str) -> Option<Json> {
        json_parse::parse(text)
    }

    /// The tree of a scalar value: what `todynamic`, `bag_pack` and `make_list` store.
    pub fn from_value(value: &Value<'_>) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(v) => Json::Bool(*v),
            Value::Int(v) => Json::Long(i64::from(*v)),
            Value::Long(v) => Json::Long(*v),
            Value::Real(v) => Json::Real(*v),
            Value::Decimal(v) => Json::Decimal(*v),
            Value::DateTime(v) => Json::DateTime(*v),
            Value::TimeSpan(v) => Json::TimeSpan(*v),
            Value::String(v) => Json::String(v.to_string()),
            Value::Guid(v) => Json::Guid(*v),
            Value::Dynamic(v) => v.json(),
        }
    }

    /// The scalar itself; arrays and bags stay dynamic.
    pub fn into_scalar(self) -> Value<'static> {
        match self {
            Json::Null => Value::Null,
            Json::Bool(v) => Value::Bool(v),
            Json::Long(v) => Value::Long(v),
            Json::Real(v) => Value::Real(v),
            Json::Decimal(v) => Value::Decimal(v),
            Json::DateTime(v) => Value::DateTime(v),
            Json::TimeSpan(v) => Value::TimeSpan(v),
            Json::Guid(v) => Value::Guid(v),
            Json::String(v) => Value::string(v),
            nested => nested.into_dynamic(),
        }
    }

    /// Appends the text of the tree that `from_value` makes of a value, without the tree where it can be.
    pub fn write_value(value: &Value<'_>, out: &mut String) {
        match value {
            Value::String(text) => Json::write_string(text, out),
            Value::Dynamic(dynamic) if json_copy::copy(dynamic.text(), out) => {}
            value => Json::from_value(value).write(out, false),
        }
    }

    /// The internal text (see the module's head), without white space.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, false);
        out
    }

    /// The text for people: valid JSON, with datetimes, timespans and guids as strings.
    pub fn display_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, true);
        out
    }

    pub(super) fn write(&self, out: &mut String, shown: bool) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
            Json::Long(v) => out.push_str(&v.to_string()),
            Json::Real(v) => out.push_str(&real::json_text(*v)),
            Json::String(v) => Json::write_string(v, out),
            Json::Decimal(v) if shown => out.push_str(&format!("\"{v}\"")),
            Json::DateTime(v) if shown => out.push_str(&format!("\"{v}\"")),
            Json::TimeSpan(v) if shown => out.push_str(&format!("\"{v}\"")),
            Json::Guid(v) if shown => out.push_str(&format!("\"{v}\"")),
            Json::Decimal(v) => out.push_str(&format!("\u{1}m{v}\u{1}")),
            Json::DateTime(v) => out.push_str(&format!("\u{1}d{}\u{1}", v.ticks())),
            Json::TimeSpan(v) => out.push_str(&format!("\u{1}t{}\u{1}", v.ticks())),
            Json::Guid(v) => out.push_str(&format!("\u{1}g{v}\u{1}")),
            Json::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out, shown);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (i, (key, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    Json::write_string(key, out);
                    out.push(':');
                    value.write(out, shown);
                }
                out.push('}');
            }
        }
    }

    /// Writes a string with its quotes and escapes.
    pub fn write_string(text: &str, out: &mut String) {
        if text.bytes().fold(false, |found, b| found | (b < 0x20) | (b == b'"') | (b == b'\\')) {
            out.push_str(&serde_json::to_string(text).unwrap_or_default());
        } else {
            out.extend(["\"", text, "\""]);
        }
    }

    /// As a value of type dynamic; `Json::Null` is null.
    pub fn into_dynamic(self) -> Value<'static> {
        match self {
            Json::Null => Value::Null,
            other => Value::dynamic(other.text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> PathStep {
        PathStep::Key(name.to_owned())
    }

    fn look(text: &str, steps: &[PathStep]) -> Option<String> {
        match Dynamic::from_text(text).path(steps) {
            Value::Dynamic(found) => Some(found.text().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn looks_into_hostile_text() {
        assert_eq!(
            look(r#" { "a" : { "b\"}" : [1, {"c":"]"} , -2 ] } }"#, &[key("a"), key("b\"}"), PathStep::Index(-1)]).as_deref(),
            Some("-2")
        );
        assert_eq!(look(r#"{"a":1,"a":2,"\u0061":3}"#, &[key("a")]).as_deref(), Some("3"));
        assert_eq!(look(r#"{"a":null}"#, &[key("a")]), None);
        assert_eq!(look(r#"[[],[[5]]]"#, &[PathStep::Index(1), PathStep::Index(0), PathStep::Index(0)]).as_deref(), Some("5"));
        for broken in
            ["", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "[\"\\", "[1", "{\"a\\", "{]", "[,]", "\u{1}", "[\u{1}d", "{\"é\":\"é"]
        {
            assert_eq!(look(broken, &[key("a")]), None, "{broken}");
            look(broken, &[PathStep::Index(0)]);
            look(broken, &[PathStep::Index(i64::MIN)]);
            assert_eq!(Json::parse(broken), None, "{broken}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(Json::parse(&deep), None);
        assert_eq!(look(&deep, &[PathStep::Index(0)]).map(|t| t.len()), Some(199_998));
    }

    #[test]
    fn keeps_types_inside_and_shows_json_outside() {
        let bag = Json::Object(vec![("t".to_owned(), Json::TimeSpan(TimeSpan::from_ticks(10_000_000))), ("r".to_owned(), Json::Real(5.0))]);
        let text = bag.text();
        assert_eq!(Json::parse(&text), Some(bag));
        assert_eq!(Dynamic::from_text(text).display(), r#"{"t":"00:00:01","r":5.0}"#);
        assert_eq!(Dynamic::from_text(r#"{"a": [1, "\u00e9\ud83d\ude00", true]}"#).display(), r#"{"a":[1,"é😀",true]}"#);
    }
}
