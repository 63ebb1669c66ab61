//! String literals: plain with escapes, verbatim, hidden, and the fenced ones of many lines.

use super::lexer::Tok;

/// The string token at the start of `rest`, if one starts there, and its length.
pub fn string(rest: &str) -> Option<(Tok, usize)> {
    let body = rest.strip_prefix(['h', 'H']).unwrap_or(rest);
    for fence in ["```", "~~~"] {
        if let Some(inner) = body.strip_prefix(fence) {
            return Some(fenced(rest, inner, fence));
        }
    }
    let (verbatim, body) = match body.strip_prefix('@') {
        Some(after) => (true, after.strip_prefix(['h', 'H']).filter(|a| a.starts_with(['"', '\''])).unwrap_or(after)),
        None => (false, body),
    };
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let start = rest.len() - body.len() + 1;
    Some(if verbatim { verbatim_string(rest, start, quote) } else { plain(rest, start, quote) })
}

fn fenced(rest: &str, inner: &str, fence: &str) -> (Tok, usize) {
    match inner.find(fence) {
        Some(end) => (Tok::String(inner[..end].to_string()), rest.len() - inner.len() + end + fence.len()),
        None => (Tok::Bad("this string of many lines is never closed", "end it with the same three characters"), rest.len()),
    }
}

fn verbatim_string(rest: &str, start: usize, quote: char) -> (Tok, usize) {
    let mut out = String::new();
    let mut at = start;
    while let Some(length) = rest[at..].find([quote, '\n', '\r']) {
        out.push_str(&rest[at..at + length]);
        at += length;
        if !rest[at..].starts_with(quote) {
            return (Tok::Bad("this string is never closed", "end it with the quote it began with, on the same line"), at);
        }
        at += 1;
        if !rest[at..].starts_with(quote) {
            return (Tok::String(out), at);
        }
        out.push(quote);
        at += 1;
    }
    (Tok::Bad("this string is never closed", "end it with the quote it began with"), rest.len())
}

fn plain(rest: &str, start: usize, quote: char) -> (Tok, usize) {
    let mut out = String::new();
    let mut bad = None;
    let mut at = start;
    while let Some(length) = rest[at..].find([quote, '\\', '\n', '\r']) {
        out.push_str(&rest[at..at + length]);
        at += length;
        let c = rest[at..].chars().next().unwrap_or(quote);
        if c == quote {
            return (bad.unwrap_or(Tok::String(out)), at + 1);
        }
        if c != '\\' {
            return (
                Tok::Bad("this string is never closed", "end it with the quote it began with, on the same line; a \\ before it escapes it"),
                at,
            );
        }
        match escape(&rest[at + 1..]) {
            Some((found, length)) => {
                out.push(found);
                at += 1 + length;
            }
            None => {
                bad = Some(Tok::Bad("no such escape in a string", "for a path or a regular expression write it verbatim: @\"C:\\folder\""));
                at += 1;
            }
        }
    }
    (Tok::Bad("this string is never closed", "end it with the quote it began with; a \\ before a quote escapes it"), rest.len())
}

/// The character that an escape stands for and the length of what follows the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let simple = match rest.chars().next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        c @ ('\\' | '"' | '\'') => c,
        'x' => return hex(rest, 1, 2),
        'u' => return utf16(rest),
        'U' => return hex(rest, 1, 8),
        '0'..='7' => return octal(rest),
        _ => return None,
    };
    Some((simple, 1))
}

fn octal(rest: &str) -> Option<(char, usize)> {
    let length = rest.bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
    Some((char::from_u32(u32::from_str_radix(&rest[..length], 8).ok()?)?, length))
}

fn hex(rest: &str, skip: usize, length: usize) -> Option<(char, usize)> {
    let code = u32::from_str_radix(rest.get(skip..skip + length)?, 16).ok()?;
    Some((char::from_u32(code).unwrap_or('\u{fffd}'), skip + length))
}

/// `uXXXX`, and a pair of surrogates as one character.
fn utf16(rest: &str) -> Option<(char, usize)> {
    let high = u32::from_str_radix(rest.get(1..5)?, 16).ok()?;
    let low = rest.get(5..7).filter(|s| *s == "\\u").and_then(|_| u32::from_str_radix(rest.get(7..11)?, 16).ok());
    match (high, low) {
        (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => Some((char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?, 11)),
        _ => Some((char::from_u32(high).unwrap_or('\u{fffd}'), 5)),
    }
}
