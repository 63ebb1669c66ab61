//! Values as JSON text. A dynamic's own text is carried over in one pass: white space goes, tokens for values that JSON has not
//! become strings, control characters become escapes.

use std::fmt::Write;

use crate::value::{DateTime, TimeSpan, Value};

/// Appends the value as JSON. Decimals, datetimes, timespans and guids are strings; so are NaN and the infinities.
pub fn push_json(out: &mut String, value: &Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Null => write!(out, "null"),
        Value::Bool(v) => write!(out, "{v}"),
        Value::Int(v) => write!(out, "{v}"),
        Value::Long(v) => write!(out, "{v}"),
        Value::Real(v) if v.is_finite() => write!(out, "{v:?}"),
        Value::Real(_) => write!(out, "\"{}\"", value.to_cell()),
        Value::Decimal(v) => write!(out, "\"{v}\""),
        Value::DateTime(v) => write!(out, "\"{v}\""),
        Value::TimeSpan(v) => write!(out, "\"{v}\""),
        Value::Guid(v) => write!(out, "\"{v}\""),
        Value::String(v) => {
            push_string(out, v);
            Ok(())
        }
        Value::Dynamic(v) => {
            push_dynamic(out, v.text());
            Ok(())
        }
    };
}

/// Appends a JSON string. Escapes what JSON requires, and the control characters that it does not (DEL, C1): a terminal obeys them.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        if c != '"' && c != '\\' && !c.is_control() {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + c.len_utf8();
        push_escape(out, c);
    }
    out.push_str(&text[copied..]);
    out.push('"');
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => {
            let _ = write!(out, "\\u{:04x}", c as u32);
        }
    }
}

/// Appends a dynamic, given by its internal text, as JSON on one line. Text that is no JSON becomes a string.
pub fn push_dynamic(out: &mut String, text: &str) {
    let start = out.len();
    if copy(out, text).is_none() {
        out.truncate(start);
        push_string(out, text);
    }
}

/// Copies JSON token by token; `None` when the text is not well-formed. No recursion: the nesting of input has no bound.
fn copy(out: &mut String, text: &str) -> Option<()> {
    let bytes = text.as_bytes();
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut tokens = 0usize;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b' ' | b'\n' | b'\r' | b'\t' => at + 1,
            b'{' | b'[' => {
                open.push(byte + 2);
                out.push(byte as char);
                at + 1
            }
            b'}' | b']' => {
                (open.pop()? == byte).then_some(())?;
                out.push(byte as char);
                at + 1
            }
            b',' | b':' if !open.is_empty() => {
                out.push(byte as char);
                at + 1
            }
            b'"' => copy_string(out, text, at)?,
            1 => copy_token(out, text, at)?,
            _ => copy_word(out, text, at)?,
        };
        tokens += usize::from(open.is_empty() && !byte.is_ascii_whitespace());
        at = end;
    }
    // One value, closed.
    (open.is_empty() && tokens == 1).then_some(())
}

/// A string with its quotes and escapes as they are. Gives the place after it.
fn copy_string(out: &mut String, text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    let body = text.get(start..=at)?;
    if body.chars().any(char::is_control) {
        for c in body.chars() {
            if c.is_control() { push_escape(out, c) } else { out.push(c) }
        }
    } else {
        out.push_str(body);
    }
    Some(at + 1)
}

/// A value between two U+0001: `d` datetime, `t` timespan (ticks), `m` decimal, `g` guid (text).
fn copy_token(out: &mut String, text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start + 1..)?;
    let token = &rest[..rest.find('\u{1}')?];
    let ticks = || token[1..].parse::<i64>().ok();
    out.push('"');
    match token.as_bytes().first()? {
        b'd' => write!(out, "{}", DateTime::from_ticks(ticks()?)?).ok()?,
        b't' => write!(out, "{}", TimeSpan::from_ticks(ticks()?)).ok()?,
        b'm' | b'g' => out.push_str(&token[1..]),
        _ => return None,
    }
    out.push('"');
    Some(start + token.len() + 2)
}

/// A number or a bare word; the words for numbers that JSON has not become strings.
fn copy_word(out: &mut String, text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).unwrap_or(rest.len());
    match &rest[..length] {
        "NaN" => out.push_str("\"NaN\""),
        "inf" | "Infinity" => out.push_str("\"Infinity\""),
        "-inf" | "-Infinity" => out.push_str("\"-Infinity\""),
        word if serde_json::from_str::<serde::de::IgnoredAny>(word).is_ok() => out.push_str(word),
        _ => return None,
    }
    Some(start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dynamic(text: &str) -> String {
        let mut out = String::new();
        push_dynamic(&mut out, text);
        out
    }

    #[test]
    fn tokens_become_strings() {
        assert_eq!(dynamic("{\"a\": [\u{1}d0\u{1}, NaN,\n\u{1}m1.5\u{1}]}"), r#"{"a":["0001-01-01T00:00:00.0000000Z","NaN","1.5"]}"#);
    }

    #[test]
    fn what_is_no_json_becomes_a_string() {
        for text in ["", "[", "[}", "1 2", "\"a", "{\"a\":}x", "\u{1}q\u{1}", "\u{1}", "é"] {
            assert!(dynamic(text).starts_with('"'), "{text:?}");
        }
        assert_eq!(dynamic(&"[".repeat(100_000)).len(), 100_002);
    }
}
