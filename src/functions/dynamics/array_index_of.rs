//! array_index_of(): where an element stands.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::argument::{array, identity, integer};

pub static ARRAY_INDEX_OF: Function = Function {
    name: "array_index_of",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray, value:scalar, [start:integer], [length:integer], [occurrence:integer]) -> long"],
    summary: "The index of the first (or a later) element that equals the value, within `length` elements from `start`; -1 where there is none.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let Some(items) = array(&arguments[0]) else { return Value::Null };
        let start = start(integer(arguments, 2, 0), items.len());
        let length = integer(arguments, 3, -1);
        let length = if length == -1 { Some(items.len()) } else { usize::try_from(length).ok() };
        let occurrence = usize::try_from(integer(arguments, 4, 1) - 1).ok();
        let (Some(length), Some(occurrence)) = (length, occurrence) else { return Value::Null };
        let wanted = identity(&Json::from_value(&arguments[1]));
        let found = items.iter().enumerate().skip(start).take(length).filter(|(_, item)| identity(item) == wanted).nth(occurrence);
        Value::Long(found.map_or(-1, |(index, _)| index as i64))
    }),
    examples: &[
        ("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an']), 'an')", "2"),
        ("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an']), 'an', -2)", "4"),
        ("array_index_of(dynamic([1, 2]), 'a')", "-1"),
    ],
    ..Function::NEW
};

/// A negative start counts from the end.
fn start(start: i64, length: usize) -> usize {
    let start = if start < 0 { start.saturating_add(length as i64) } else { start };
    usize::try_from(start.max(0)).unwrap_or(usize::MAX)
}
