//! Parts of texts, borrowed from the column where the text is.

use std::borrow::Cow;

use crate::value::Value;

/// What `cut` leaves of the text of a value.
pub fn part_of<'a>(source: &Value<'a>, cut: impl for<'t> FnOnce(&'t str) -> &'t str) -> Value<'a> {
    match source {
        Value::String(Cow::Borrowed(text)) => Value::string(cut(text)),
        other => Value::string(cut(&other.to_text()).to_owned()),
    }
}
