//! Values as plain text: the cells of csv, tables and Markdown.

use crate::value::Value;

use super::json_text;

/// Appends the value as a cell of a result shows it; null is nothing. A string inside a dynamic stands without its quotes.
pub fn push_text(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Dynamic(v) => match v.text().as_bytes().first() {
            Some(b'"' | 1) => out.push_str(&v.scalar_ref().unwrap_or(Value::Null).to_cell()),
            _ => json_text::push_dynamic(out, v.text()),
        },
        other => out.push_str(&other.to_cell()),
    }
}
