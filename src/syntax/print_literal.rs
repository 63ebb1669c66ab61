//! Literals as KQL text.

use super::Printer;
use crate::value::{Json, Type, Value};

/// A string literal in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn real(value: f64) -> String {
    if value.is_nan() {
        return "real(nan)".to_string();
    }
    match value {
        f64::INFINITY => "real(+inf)".to_string(),
        f64::NEG_INFINITY => "real(-inf)".to_string(),
        v if v.is_sign_negative() => format!("real({v:?})"),
        v => format!("{v:?}"),
    }
}

/// A literal of a type.
pub(super) fn literal(value: &Value<'_>, ty: Type) -> String {
    match value {
        Value::Null => format!("{ty}(null)"),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) => format!("int({v})"),
        Value::Long(v) if *v < 0 => format!("long({v})"),
        Value::Long(v) => v.to_string(),
        Value::Real(v) => real(*v),
        Value::Decimal(v) => format!("decimal({v})"),
        Value::DateTime(v) => format!("datetime({v})"),
        Value::TimeSpan(v) => format!("timespan({v})"),
        Value::Guid(v) => format!("guid({v})"),
        Value::String(v) => quoted(v),
        Value::Dynamic(v) => {
            let mut out = String::from("dynamic(");
            json(&mut out, &v.json());
            out.push(')');
            out
        }
    }
}

fn json(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Long(v) => out.push_str(&v.to_string()),
        Json::String(v) => out.push_str(&quoted(v)),
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                json(out, item);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (i, (key, item)) in members.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(&format!("{}: ", quoted(key)));
                json(out, item);
            }
            out.push('}');
        }
        Json::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
        Json::Real(v) => out.push_str(&real(*v)),
        Json::Decimal(v) => out.push_str(&format!("decimal({v})")),
        Json::DateTime(v) => out.push_str(&format!("datetime({v})")),
        Json::TimeSpan(v) => out.push_str(&format!("timespan({v})")),
        Json::Guid(v) => out.push_str(&format!("guid({v})")),
    }
}

impl Printer {
    /// A string literal.
    pub fn string(&mut self, text: &str) {
        self.word(&quoted(text));
    }
}
