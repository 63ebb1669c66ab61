//! Walks over the bytes of a dynamic's text without building anything. Never recursive, so nesting can't exhaust the stack.

use std::borrow::Cow;

use memchr::memchr;

use super::PathStep;

/// The text at one step below `text`; `None` where there is nothing.
pub(super) fn step<'a>(text: &'a str, step: &PathStep) -> Option<&'a str> {
    match step {
        PathStep::Key(key) => {
            // Of a repeated key the last value counts.
            let mut found = None;
            members(text, |name, value| {
                if key_is(name, key) {
                    found = Some(value);
                }
            });
            found
        }
        PathStep::Index(index) if *index >= 0 => {
            let mut left = *index;
            let mut found = None;
            elements(text, |value| {
                if left == 0 {
                    found = Some(value);
                }
                left -= 1;
                left >= 0
            });
            found
        }
        PathStep::Index(index) => {
            let mut values = Vec::new();
            elements(text, |value| {
                values.push(value);
                true
            });
            let at = usize::try_from(index.unsigned_abs()).ok().and_then(|back| values.len().checked_sub(back))?;
            values.get(at).copied()
        }
    }
}

/// Calls `visit` with the raw name (between the quotes) and the text of each member, if `text` is an object.
pub(super) fn members<'a>(text: &'a str, mut visit: impl FnMut(&'a str, &'a str)) -> Option<()> {
    let bytes = text.as_bytes();
    let mut at = expect(bytes, blanks(bytes, 0), b'{')?;
    loop {
        at = blanks(bytes, at);
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        let end = string_end(bytes, at)?;
        let name = text.get(at + 1..end - 1)?;
        at = blanks(bytes, expect(bytes, blanks(bytes, end), b':')?);
        let end = value_end(bytes, at)?;
        visit(name, text.get(at..end)?);
        at = expect(bytes, blanks(bytes, end), b',')?;
    }
}

/// Calls `visit` with the text of each element until it says no, if `text` is an array.
pub(super) fn elements<'a>(text: &'a str, mut visit: impl FnMut(&'a str) -> bool) -> Option<()> {
    let bytes = text.as_bytes();
    let mut at = expect(bytes, blanks(bytes, 0), b'[')?;
    loop {
        at = blanks(bytes, at);
        if matches!(bytes.get(at), None | Some(b']')) {
            return None;
        }
        let end = value_end(bytes, at)?;
        if !visit(text.get(at..end)?) {
            return None;
        }
        at = expect(bytes, blanks(bytes, end), b',')?;
    }
}

fn expect(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    (bytes.get(at) == Some(&byte)).then_some(at + 1)
}

/// The first place from `at` on that is no white space.
pub(super) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Just behind the string whose opening quote is at `at`.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let hit = quote_or_backslash(bytes, from)?;
        if bytes[hit] == b'"' {
            return Some(hit + 1);
        }
        from = hit + 2;
    }
}

/// The index of the first quote or backslash from `at` on.
#[inline]
pub fn quote_or_backslash(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Most strings are short: eight bytes at a time beats the set-up of a vector search.
    while let Some(word) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(word.try_into().ok()?);
        let found = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    Some(at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?)
}

/// The first quote among eight bytes.
#[inline]
pub fn first_quote(eight: &[u8]) -> Option<usize> {
    let found = zero_bytes(u64::from_le_bytes(eight.try_into().ok()?) ^ QUOTES);
    (found != 0).then_some((found.trailing_zeros() / 8) as usize)
}

const ONES: u64 = u64::MAX / 255;
const QUOTES: u64 = ONES * b'"' as u64;
const BACKSLASHES: u64 = ONES * b'\\' as u64;

/// The high bit of each zero byte (the lowest one set is exact, which is all that is asked).
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES * 0x80)
}

/// Just behind the value that starts at `at`.
pub(super) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => nested_end(bytes, at),
        1 => Some(at + 2 + memchr(1, bytes.get(at + 1..)?)?),
        _ => {
            let rest = &bytes[at..];
            let length = rest.iter().position(|b| matches!(b, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b':' | b'"'));
            let end = at + length.unwrap_or(rest.len());
            (end > at).then_some(end)
        }
    }
}

fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether a raw name says `key`.
fn key_is(raw: &str, key: &str) -> bool {
    if raw == key {
        return !raw.contains('\\');
    }
    raw.len() > key.len() && raw.contains('\\') && unescape(raw).is_some_and(|name| name == key)
}

/// The text that the inside of a JSON string stands for. Half a surrogate pair becomes U+FFFD; `None` for an invalid escape.
pub(super) fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    let Some(first) = memchr(b'\\', raw.as_bytes()) else {
        return Some(Cow::Borrowed(raw));
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(escape) = rest.strip_prefix('\\') {
        let (character, length) = match escape.as_bytes().first()? {
            b'u' => unicode_escape(escape)?,
            b'n' => ('\n', 1),
            b'r' => ('\r', 1),
            b't' => ('\t', 1),
            b'b' => ('\u{8}', 1),
            b'f' => ('\u{c}', 1),
            other @ (b'"' | b'\\' | b'/') => (char::from(*other), 1),
            _ => return None,
        };
        out.push(character);
        rest = &escape[length..];
        let plain = memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    Some(Cow::Owned(out))
}

/// `uXXXX`, or two of them that make a pair: the character and the bytes used.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let hex = |from: usize| {
        text.get(from..from + 4).filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit())).and_then(|t| u32::from_str_radix(t, 16).ok())
    };
    let first = hex(1)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 5));
    }
    if (0xd800..0xdc00).contains(&first)
        && text.get(5..7) == Some("\\u")
        && let Some(second) = hex(7).filter(|second| (0xdc00..0xe000).contains(second))
    {
        return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).map(|c| (c, 11));
    }
    Some((char::REPLACEMENT_CHARACTER, 5))
}
