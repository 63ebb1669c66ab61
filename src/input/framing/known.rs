//! Whether an object is a record of a known family, and whether an array or a page holds some.

use memchr::memmem;

use crate::input::family::Family;
use crate::input::json::{End, skip_space, string_end, whole_value};
use crate::input::peel::Peel;

use super::restart::{known_record, starts_page};

/// The arrays of an outer object that hold records.
pub const RECORD_ARRAYS: [&str; 6] = ["value", "records", "results", "Results", "Records", "hits"];

/// The first element of an array can be looked at: it is whole, or more than would be looked at is there.
pub fn shows_an_element(array: &[u8]) -> bool {
    let start = skip_space(array, 1);
    array.len() > HEAD || start < array.len() && whole_value(array, start) != End::Unfinished
}

/// An array that should hold records does not begin with something else.
pub fn may_hold_records(array: &[u8]) -> bool {
    let start = skip_space(array, 1);
    matches!(array.get(start), None | Some(b'{' | b'[' | b']')) || whole_value(array, start) == End::Broken
}

pub const HEAD: usize = 64 << 10;

/// Does an array of an outer object, whatever it is called, hold records of a known family?
pub fn holds_records(array: &[u8]) -> bool {
    let start = skip_space(array, 1);
    let head = &array[start.min(array.len())..array.len().min(start + HEAD)];
    match (head.first(), whole_value(head, 0)) {
        (Some(b']'), _) => false,
        (Some(b'{'), End::At(end)) => is_known(&String::from_utf8_lossy(&head[..end])),
        (Some(b'{'), End::Unfinished) => is_known(&String::from_utf8_lossy(head)),
        (Some(_), End::Broken) => known_record(head).is_some(),
        _ => false,
    }
}

/// An object of a known family, or one that wraps a record.
pub fn is_known(object: &str) -> bool {
    Family::of_object(object) != Family::Other || Peel::of(object).is_some()
}

/// A key that is an id or a number and no name: objects behind such keys are records.
pub fn is_id(key: &[u8]) -> bool {
    let digits = key.iter().filter(|b| b.is_ascii_digit()).count();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    digits > 0 && key.iter().all(plain) && (digits == key.len() || (SHORTEST_ID..=LONGEST_ID).contains(&key.len()))
}

const SHORTEST_ID: usize = 20;
const LONGEST_ID: usize = 64;

/// Does an id with a colon after it stand at the end of a text?
pub fn ends_in_id(text: &[u8]) -> bool {
    let key = text.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end).and_then(|text| text.strip_suffix(b"\""));
    key.is_some_and(|text| {
        let near = &text[text.len().saturating_sub(LONGEST_ID + 1)..];
        near.iter().rposition(|b| *b == b'"').is_some_and(|quote| is_id(&near[quote + 1..]))
    })
}

/// Is the string at the start of a text an id with a colon after it? `None` where the text is too short to tell.
pub fn starts_with_id(text: &[u8]) -> Option<bool> {
    let near = &text[..text.len().min(LONGEST_ID + 2)];
    let Some(end) = string_end(near, 1) else { return (near.len() > LONGEST_ID + 1).then_some(false) };
    let colon = text.get(skip_space(text, end + 1))?;
    Some(*colon == b':' && is_id(&near[1..end]))
}

/// Does a page begin here whose first array holds records?
pub fn begins_page(bytes: &[u8]) -> bool {
    let head = || &bytes[..bytes.len().min(HEAD)];
    let first_array = |name: &&str| memmem::find(head(), format!("\"{name}\":[").as_bytes()).map(|at| at + name.len() + 3);
    starts_page(bytes) && RECORD_ARRAYS.iter().filter_map(first_array).min().is_some_and(|at| holds_records(&bytes[at..]))
}
