//! Values as plain text: the cells of csv, tables and Markdown.

use std::fmt::Write;

use crate::value::Value;

use super::json_text;

/// Appends the value as a cell of a result shows it; null is nothing. A string inside a dynamic stands without its quotes.
pub fn push_text(out: &mut String, value: &Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Int(v) => write!(out, "{v}"),
        Value::Long(v) => write!(out, "{v}"),
        Value::DateTime(v) => write!(out, "{v}"),
        Value::Dynamic(v) => match v.text().as_bytes().first() {
            Some(b'"' | 1) => out.write_str(&v.scalar_ref().unwrap_or(Value::Null).to_cell()),
            _ => {
                json_text::push_dynamic(out, v.text());
                Ok(())
            }
        },
        other => out.write_str(&other.to_cell()),
    };
}
