//! dynamic: JSON text that is looked into lazily, and the tree it parses to when a function needs all of it.
//!
//! The text is JSON with one extension, for values that JSON has not and that keep their type inside a bag
//! (`bag_pack("t", now())`): a token between two U+0001 characters, `\u{1}d637134336000000000\u{1}`: `d` datetime and
//! `t` timespan by ticks, `m` decimal, `g` guid. A raw U+0001 cannot occur in JSON text, so input never holds one.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{DateTime, Decimal, Guid, TimeSpan, Value};

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
        match (self.json(), step) {
            (Json::Object(members), PathStep::Key(key)) => {
                members.into_iter().rev().find(|(k, _)| k == key).map_or(Value::Null, |(_, v)| v.into_dynamic())
            }
            (Json::Array(items), PathStep::Index(index)) => {
                let at = if *index < 0 { items.len() as i64 + index } else { *index };
                usize::try_from(at).ok().and_then(|at| items.into_iter().nth(at)).map_or(Value::Null, Json::into_dynamic)
            }
            _ => Value::Null,
        }
    }

    /// The scalar inside (long, real, string, bool, datetime …), or `None` for arrays and bags.
    pub fn scalar(&self) -> Option<Value<'static>> {
        Some(match self.json() {
            Json::Null => Value::Null,
            Json::Bool(v) => Value::Bool(v),
            Json::Long(v) => Value::Long(v),
            Json::Real(v) => Value::Real(v),
            Json::Decimal(v) => Value::Decimal(v),
            Json::DateTime(v) => Value::DateTime(v),
            Json::TimeSpan(v) => Value::TimeSpan(v),
            Json::Guid(v) => Value::Guid(v),
            Json::String(v) => Value::string(v),
            Json::Array(_) | Json::Object(_) => return None,
        })
    }

    pub fn compare(&self, other: &Dynamic<'_>) -> Ordering {
        self.0.as_bytes().cmp(other.0.as_bytes())
    }
}

impl Json {
    /// `None` when the text is no JSON (or nests too deep).
    pub fn parse(text: &str) -> Option<Json> {
        Json::from_serde(serde_json::from_str(text).ok()?)
    }

    fn from_serde(value: serde_json::Value) -> Option<Json> {
        Some(match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(v) => Json::Bool(v),
            serde_json::Value::Number(n) => n.as_i64().map_or_else(|| Json::Real(n.as_f64().unwrap_or(f64::NAN)), Json::Long),
            serde_json::Value::String(s) => Json::String(s),
            serde_json::Value::Array(items) => Json::Array(items.into_iter().map(Json::from_serde).collect::<Option<_>>()?),
            serde_json::Value::Object(members) => {
                Json::Object(members.into_iter().map(|(k, v)| Some((k, Json::from_serde(v)?))).collect::<Option<_>>()?)
            }
        })
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

    /// The internal text (see the module's head), without white space.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
            Json::Long(v) => out.push_str(&v.to_string()),
            Json::Real(v) => out.push_str(&format!("{v:?}")),
            Json::Decimal(v) => out.push_str(&format!("\u{1}m{v}\u{1}")),
            Json::DateTime(v) => out.push_str(&format!("\u{1}d{}\u{1}", v.ticks())),
            Json::TimeSpan(v) => out.push_str(&format!("\u{1}t{}\u{1}", v.ticks())),
            Json::Guid(v) => out.push_str(&format!("\u{1}g{v}\u{1}")),
            Json::String(v) => out.push_str(&serde_json::to_string(v).unwrap_or_default()),
            Json::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (i, (key, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::to_string(key).unwrap_or_default());
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
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
