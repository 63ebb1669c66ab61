//! Arguments read as arrays and bags, and the equality of their elements.

use crate::value::{Json, Value};

/// The members of a bag, in order.
pub type Members = Vec<(String, Json)>;

/// The elements, where the value is an array.
pub fn array(value: &Value<'_>) -> Option<Vec<Json>> {
    match value.as_dynamic()?.json() {
        Json::Array(items) => Some(items),
        _ => None,
    }
}

/// The members, where the value is a bag.
pub fn bag(value: &Value<'_>) -> Option<Members> {
    match value.as_dynamic()?.json() {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

/// An array as a value, null for none.
pub fn list(items: Option<Vec<Json>>) -> Value<'static> {
    items.map_or(Value::Null, |items| Json::Array(items).into_dynamic())
}

/// A bag as a value, null for none.
pub fn object(members: Option<Members>) -> Value<'static> {
    members.map_or(Value::Null, |members| Json::Object(members).into_dynamic())
}

/// The integer argument at `index`, `default` where it was not given.
pub fn integer(arguments: &[Value<'_>], index: usize, default: i64) -> i64 {
    arguments.get(index).and_then(Value::as_i64).unwrap_or(default)
}

/// What equal elements share: numbers compare by value, everything else by type and text.
pub fn identity(item: &Json) -> String {
    match item {
        Json::Real(v) if v.fract() == 0.0 && v.abs() < 9e15 => (*v as i64).to_string(),
        other => other.text(),
    }
}

/// Sets the member of that name, at its old place if it has one.
pub fn set_member(members: &mut Members, key: &str, value: Json) {
    match members.iter_mut().rev().find(|(k, _)| k == key) {
        Some((_, old)) => *old = value,
        None => members.push((key.to_owned(), value)),
    }
}
