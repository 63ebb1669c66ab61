//! The text of JSON strings: unescaping, quoting; and compaction of values.

use memchr::memchr;

use super::string_end;

/// Appends the text of a JSON string's content (between its quotes). A lone surrogate and a malformed escape become U+FFFD.
pub fn unescape(content: &str, out: &mut String) {
    let mut rest = content;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        rest = escaped(escape, out);
    }
    out.push_str(rest);
}

/// Appends what the escape at the start of `text` stands for and returns what follows it.
fn escaped<'a>(text: &'a str, out: &mut String) -> &'a str {
    let simple = match text.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(other @ (b'"' | b'\\' | b'/')) => char::from(*other),
        Some(b'u') => return escaped_unit(text, out),
        _ => {
            out.push(char::REPLACEMENT_CHARACTER);
            return text.get(1..).unwrap_or("");
        }
    };
    out.push(simple);
    &text[2..]
}

fn escaped_unit<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some(first) = unit(text) else {
        out.push(char::REPLACEMENT_CHARACTER);
        return text.get(2..).unwrap_or("");
    };
    let rest = &text[6..];
    if let (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) = (first, unit(rest)) {
        let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        out.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return &rest[6..];
    }
    out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// The code unit of a `\uXXXX` at the start of `text`.
fn unit(text: &str) -> Option<u32> {
    let hex = text.strip_prefix("\\u")?.get(..4)?;
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(hex, 16).ok()
}

/// Appends `text` as a JSON string with its quotes.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[from..at]);
        from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            other => out.push_str(&format!("\\u{other:04x}")),
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Appends a JSON value without the white space between its tokens.
pub fn compact(raw: &str, out: &mut String) {
    let bytes = raw.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1).unwrap_or(bytes.len()) + 1,
            b' ' | b'\n' | b'\r' | b'\t' => {
                out.push_str(&raw[from..at]);
                at += 1;
                from = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(raw.get(from..).unwrap_or(""));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(content: &str) -> String {
        let mut out = String::new();
        unescape(content, &mut out);
        out
    }

    #[test]
    fn escapes() {
        assert_eq!(unescaped(r#"a\/b\\c\"\n\u0041\ud83d\ude00é"#), "a/b\\c\"\nA\u{1f600}é");
        assert_eq!(unescaped(r"bad\ud83d@ \x \u12"), "bad\u{fffd}@ \u{fffd}x \u{fffd}12");
        assert_eq!(unescaped("\\"), "\u{fffd}");
    }

    #[test]
    fn compaction_leaves_strings_alone() {
        let mut out = String::new();
        compact("{ \"a b\" :\r\n [1, \"x  y\", {}] }", &mut out);
        assert_eq!(out, r#"{"a b":[1,"x  y",{}]}"#);
    }
}
