//! Finds where the next record starts after one that is broken.

use memchr::{memchr, memmem};

use crate::input::json::{End, skip_value, whole_value};
use crate::input::peel::is_text;

use super::known::{ends_in_id, is_known};

/// A record that is looked at as a candidate is no longer than this.
const LONGEST: usize = 64 << 10;

/// Places that are looked at before giving up.
const MOST: usize = 512;

/// Starts that lead to no record before the rest is given up: what nests without end must not cost time without end.
pub const TRIES: usize = 64;

/// A record's text up to its first colon: how the next one probably starts.
pub fn first_key(record: &[u8]) -> &[u8] {
    memchr(b':', &record[..record.len().min(400)]).map_or(&[], |colon| &record[..=colon])
}

/// Whether a record's text up to its first colon is one at all: an object's, or that of a string which holds one.
fn starts_record(start: &[u8]) -> bool {
    let object = start.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    object || is_text(start)
}

/// How pages of services start.
const PAGES: [&[u8]; 3] = [b"{\"@odata.context\"", b"{\"value\":[", b"{\"records\":["];

pub fn starts_page(bytes: &[u8]) -> bool {
    PAGES.iter().any(|mark| bytes.starts_with(mark))
}

/// The next place from `from` on where a record begins: an object of a known family, before which no page and no value on a line of its
/// own begins. Where there is none, the next place that begins like the record which starts with `start`.
pub fn restart(bytes: &[u8], from: usize, start: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let marks = PAGES.iter().map(|mark| (*mark, 0)).chain([(&b"\n{"[..], 1), (b"\n[", 1)]);
    let marked = marks.filter_map(|(mark, skip)| Some(memmem::find(rest, mark)? + skip)).min();
    let known = known_record(&rest[..marked.unwrap_or(rest.len())]).or_else(|| marked.and_then(|at| held(rest, at)));
    let like = || starts_record(start).then(|| memmem::find(rest, start)).flatten();
    // Records may be strings.
    known.or(marked).or_else(like).or_else(|| memmem::find(rest, b"\"{\\\"")).map(|n| from + n)
}

/// The first known record inside of an object that is none itself, and no page: its frame has lost what makes it one.
fn held(bytes: &[u8], at: usize) -> Option<usize> {
    let end = skip_value(bytes, at).filter(|_| bytes[at] == b'{' && !starts_page(&bytes[at..]))?;
    let is_record = std::str::from_utf8(&bytes[at..end]).is_ok_and(is_known);
    known_record(&bytes[at + 1..end]).filter(|_| !is_record).map(|n| at + 1 + n)
}

/// The first object in a text that is whole and whose keys say what it is.
pub fn known_record(bytes: &[u8]) -> Option<usize> {
    let begins = |at: &usize| {
        let before = bytes[..*at].iter().rposition(|b| !b.is_ascii_whitespace()).map(|n| bytes[n]);
        let after = bytes[at + 1..].iter().find(|b| !b.is_ascii_whitespace());
        let stands = match before {
            Some(b':') => ends_in_id(&bytes[..*at]),
            _ => matches!(before, None | Some(b',' | b'[' | b'}' | b']' | b'"')),
        };
        stands && after == Some(&b'"')
    };
    memchr::memchr_iter(b'{', bytes).filter(begins).take(MOST).find(|at| {
        let window = &bytes[*at..bytes.len().min(at + LONGEST)];
        let End::At(end) = whole_value(window, 0) else { return false };
        std::str::from_utf8(&window[..end]).is_ok_and(is_known)
    })
}
