//! The bytes of a value that hash functions see.

use std::borrow::Cow;

use crate::value::Value;

/// What `hash()` sees: text as UTF-8, other types as they lie in memory, low byte first.
pub(super) fn memory<'v>(value: &'v Value<'_>) -> Cow<'v, [u8]> {
    match value {
        Value::Bool(v) => Cow::Owned(vec![u8::from(*v)]),
        Value::Int(v) => Cow::Owned(v.to_le_bytes().to_vec()),
        Value::Long(v) => Cow::Owned(v.to_le_bytes().to_vec()),
        Value::Real(v) => Cow::Owned(v.to_le_bytes().to_vec()),
        Value::DateTime(v) => Cow::Owned(v.ticks().to_le_bytes().to_vec()),
        Value::TimeSpan(v) => Cow::Owned(v.ticks().to_le_bytes().to_vec()),
        other => text(other),
    }
}

/// What the cryptographic hashes see: the text of `tostring()`.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Cow<'v, [u8]> {
    match value.to_text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
