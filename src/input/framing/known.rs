//! Whether an object is a record of a known family, and whether an array holds some.

use crate::input::family::Family;
use crate::input::json::{End, skip_space, whole_value};
use crate::input::peel::Peel;

use super::restart::known_record;

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
