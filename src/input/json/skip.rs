//! Finds where JSON values end. Lenient inside of containers: brackets are counted, not matched.

use crate::input::kernels::container_end;
use crate::value::quote_or_backslash;

/// The index of the quote that ends the string whose content starts at `at`.
#[inline]
pub fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    string(bytes, at).map(|(end, _)| end)
}

/// The same, and whether the string holds escapes.
#[inline]
pub fn string(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut escaped = false;
    loop {
        at = quote_or_backslash(bytes, at)?;
        if bytes[at] == b'"' {
            return Some((at, escaped));
        }
        (at, escaped) = (at + 2, true);
    }
}

#[inline]
pub fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The index after the value that starts at `at` (no white space before it).
#[inline]
pub fn skip_value(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at)? {
        b'"' => Some(string_end(bytes, at + 1)? + 1),
        b'{' | b'[' => container_end(bytes, at),
        b',' | b'}' | b']' | b':' => None,
        _ => Some(scalar_end(bytes, at)),
    }
}

/// The index after the number or the word at `at`.
#[inline]
pub fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b',' | b'}' | b']' | b'"' | b'{' | b'[' | b' ' | b'\n' | b'\r' | b'\t') {
            break;
        }
        at += 1;
    }
    at
}

/// Calls `visit` with each member's raw key (without quotes) and raw value of the object that starts at `at`.
/// Returns the index after the object, or `None` where its structure breaks.
pub fn members<'a>(text: &'a str, at: usize, mut visit: impl FnMut(&'a str, &'a str)) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at + 1;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at)? {
            b'}' => return Some(at + 1),
            b',' => at += 1,
            b'"' => {
                let key = at + 1..string_end(bytes, at + 1)?;
                at = skip_space(bytes, key.end + 1);
                if bytes.get(at) != Some(&b':') {
                    return None;
                }
                let start = skip_space(bytes, at + 1);
                at = skip_value(bytes, start)?;
                visit(text.get(key)?, text.get(start..at)?);
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_should() {
        for (text, end) in [(r#""a\"b\\" "#, 8), ("12.5,", 4), (r#"{"a":"}{","b":[1,{}]}x"#, 21), ("[[]]", 4), ("null}", 4)] {
            assert_eq!(skip_value(text.as_bytes(), 0), Some(end), "{text}");
        }
        for text in ["", "\"abc", "\"abc\\", "{\"a\":1", "[[]", ",", "}"] {
            assert_eq!(skip_value(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn strings_of_any_length_end_at_their_quote() {
        for length in 0..40 {
            let text = format!("{}\\\"{}\"tail", "a".repeat(length), "b".repeat(length));
            assert_eq!(string_end(text.as_bytes(), 0), Some(2 * length + 2));
        }
    }
}
