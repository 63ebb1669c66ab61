//! Values as plain text: the cells of csv, tables and Markdown.

use std::fmt::Write;

use crate::value::Value;

use super::json_text;

/// Appends the value's text as `tostring` gives it; null is nothing.
pub fn push_text(out: &mut String, value: &Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Null => Ok(()),
        Value::Bool(v) => write!(out, "{v}"),
        Value::Int(v) => write!(out, "{v}"),
        Value::Long(v) => write!(out, "{v}"),
        Value::Real(v) => {
            push_real(out, *v);
            Ok(())
        }
        Value::Decimal(v) => write!(out, "{v}"),
        Value::DateTime(v) => write!(out, "{v}"),
        Value::TimeSpan(v) => write!(out, "{v}"),
        Value::Guid(v) => write!(out, "{v}"),
        Value::String(v) => {
            out.push_str(v);
            Ok(())
        }
        Value::Dynamic(v) => {
            match json_text::unquoted(v.text()) {
                Some(text) => out.push_str(&text),
                None => json_text::push_dynamic(out, v.text()),
            }
            Ok(())
        }
    };
}

/// The shortest text that reads back as the same number; never an integer's text.
pub fn push_real(out: &mut String, value: f64) {
    let _ = match value {
        v if v.is_nan() => write!(out, "NaN"),
        f64::INFINITY => write!(out, "Infinity"),
        f64::NEG_INFINITY => write!(out, "-Infinity"),
        v => write!(out, "{v:?}"),
    };
}
