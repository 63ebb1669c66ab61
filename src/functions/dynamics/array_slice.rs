//! array_slice() and array_split(): parts of an array.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::argument::{array, integer, list};

pub static ARRAY_SLICE: Function = Function {
    name: "array_slice",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray, start:integer, end:integer) -> dynamic"],
    summary: "The elements from index `start` to index `end`, both included; negative indexes count from the end.",
    kernel: Kernel::Row(|arguments| {
        list(array(&arguments[0]).map(|items| {
            let start = from_start(integer(arguments, 1, 0), items.len());
            let end = from_start(integer(arguments, 2, -1), items.len());
            let count = usize::try_from(end.saturating_add(1).saturating_sub(start.max(0))).unwrap_or(0);
            items.into_iter().skip(clamp(start)).take(count).collect()
        }))
    }),
    examples: &[
        ("array_slice(dynamic([1,2,3,4,5]), 1, 3)", "[2,3,4]"),
        ("array_slice(dynamic([1,2,3,4,5]), -2, -1)", "[4,5]"),
        ("array_slice(dynamic([1,2,3]), 2, 100)", "[3]"),
    ],
    ..Function::NEW
};

pub static ARRAY_SPLIT: Function = Function {
    name: "array_split",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray, index:integer) -> dynamic", "(array:dynamicarray, indices:dynamicarray) -> dynamic"],
    summary: "Cuts an array before the given index or indexes into an array of arrays; negative indexes count from the end.",
    kernel: Kernel::Row(|arguments| {
        let cuts = match &arguments[1] {
            Value::Dynamic(_) => array(&arguments[1]).and_then(|cuts| cuts.iter().map(index).collect()),
            other => other.as_i64().map(|cut| vec![cut]),
        };
        let (Some(items), Some(cuts)) = (array(&arguments[0]), cuts) else { return Value::Null };
        list(Some(split(&items, &cuts)))
    }),
    examples: &[
        ("array_split(dynamic([1,2,3,4,5]), 2)", "[[1,2],[3,4,5]]"),
        ("array_split(dynamic([1,2,3,4,5]), dynamic([1,3]))", "[[1],[2,3],[4,5]]"),
    ],
    ..Function::NEW
};

fn split(items: &[Json], cuts: &[i64]) -> Vec<Json> {
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    let mut start = 0;
    for cut in cuts {
        let end = clamp(from_start(*cut, items.len())).clamp(start, items.len());
        parts.push(Json::Array(items[start..end].to_vec()));
        start = end;
    }
    parts.push(Json::Array(items[start..].to_vec()));
    parts
}

fn index(item: &Json) -> Option<i64> {
    match item {
        Json::Long(v) => Some(*v),
        _ => None,
    }
}

fn from_start(index: i64, length: usize) -> i64 {
    if index < 0 { index.saturating_add(length as i64) } else { index }
}

fn clamp(index: i64) -> usize {
    usize::try_from(index.max(0)).unwrap_or(usize::MAX)
}
