//! The JSON text of values, written without building trees where that is not needed.

use crate::value::{Json, Value};

/// Appends a value as an element of an array.
pub fn push(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Int(v) => out.push_str(&v.to_string()),
        Value::Long(v) => out.push_str(&v.to_string()),
        Value::String(v) if v.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') => {
            out.push('"');
            out.push_str(v);
            out.push('"');
        }
        Value::Dynamic(v) if is_plain_string(v.text()) => out.push_str(v.text()),
        other => out.push_str(&Json::from_value(other).text()),
    }
}

/// Whether JSON text is a string that is written as it would be written here.
fn is_plain_string(text: &str) -> bool {
    text.len() >= 2 && text.starts_with('"') && text.ends_with('"') && !text.contains('\\')
}

/// The second argument, where it is given: how many elements to keep.
pub fn max_size(argument: Option<&Option<Value<'static>>>, default: usize) -> Result<usize, String> {
    match argument {
        None => Ok(default),
        Some(Some(value)) => Ok(value.as_i64().and_then(|size| usize::try_from(size).ok()).unwrap_or(default)),
        Some(None) => Err("the largest size must be a constant".to_owned()),
    }
}
