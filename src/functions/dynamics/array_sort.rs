//! array_sort_asc() and array_sort_desc(): sorts an array, and others along with it.

use std::cmp::Ordering;

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Type, Value};

use super::argument::{array, list};

pub static ARRAY_SORT_ASC: Function = Function {
    name: "array_sort_asc",
    category: "Dynamic and array functions",
    signatures: SIGNATURES,
    summary: "Sorts the first array in ascending order (numbers and times, strings, guids, the rest) and the others along with it.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| sort(arguments, false)),
    columns: &[("*_sorted", Type::Dynamic)],
    examples: &[
        ("array_sort_asc(dynamic([null,'blue','yellow','green',null]))", "[\"blue\",\"green\",\"yellow\",null,null]"),
        ("array_sort_asc(dynamic([1,3,2]), dynamic(['a','b','c']))[1]", "[\"a\",\"c\",\"b\"]"),
    ],
    ..Function::NEW
};

pub static ARRAY_SORT_DESC: Function = Function {
    name: "array_sort_desc",
    category: "Dynamic and array functions",
    signatures: SIGNATURES,
    summary: "Sorts the first array in descending order (numbers and times, strings, guids, the rest) and the others along with it.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| sort(arguments, true)),
    columns: &[("*_sorted", Type::Dynamic)],
    examples: &[("array_sort_desc(dynamic([null,1,3,2]), false)", "[null,3,2,1]")],
    ..Function::NEW
};

const SIGNATURES: &[&str] = &["(arrays:dynamicarray, ...) -> dynamic", "(arrays:dynamicarray, ..., nulls_last:bool) -> dynamic"];

fn sort(arguments: &[Value<'_>], descending: bool) -> Value<'static> {
    let (arrays, nulls_last) = match arguments {
        [arrays @ .., Value::Bool(last)] => (arrays, *last),
        all => (all, true),
    };
    let arrays: Vec<Option<Vec<Json>>> = arrays.iter().map(array).collect();
    let Some(Some(first)) = arrays.first() else { return Value::Null };
    let mut order: Vec<usize> = (0..first.len()).collect();
    order.sort_by(|a, b| compare(&first[*a], &first[*b], descending, nulls_last));
    let sorted = |items: &Vec<Json>| Json::Array(order.iter().map(|at| items[*at].clone()).collect());
    match arrays.as_slice() {
        [Some(only)] => sorted(only).into_dynamic(),
        _ => {
            let same_length = |items: &&Vec<Json>| items.len() == first.len();
            list(Some(arrays.iter().map(|items| items.as_ref().filter(same_length).map_or(Json::Null, sorted)).collect()))
        }
    }
}

/// Kinds come in a fixed order, nulls on the wanted end; only values of one kind turn around when descending.
fn compare(a: &Json, b: &Json, descending: bool, nulls_last: bool) -> Ordering {
    let rank = |item: &Json| if *item == Json::Null && !nulls_last { 0 } else { kind(item) };
    rank(a).cmp(&rank(b)).then_with(|| {
        let ordering = compare_values(a, b);
        if descending { ordering.reverse() } else { ordering }
    })
}

fn kind(item: &Json) -> u8 {
    match item {
        Json::Long(_) | Json::Real(_) | Json::Decimal(_) => 1,
        Json::DateTime(_) => 2,
        Json::TimeSpan(_) => 3,
        Json::String(_) => 4,
        Json::Guid(_) => 5,
        Json::Null => 7,
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => 6,
    }
}

fn compare_values(a: &Json, b: &Json) -> Ordering {
    match (a, b) {
        (Json::Long(a), Json::Long(b)) => a.cmp(b),
        (Json::DateTime(a), Json::DateTime(b)) => a.cmp(b),
        (Json::TimeSpan(a), Json::TimeSpan(b)) => a.cmp(b),
        (Json::String(a), Json::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Json::Guid(a), Json::Guid(b)) => a.cmp(b),
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.text().cmp(&b.text()),
        },
    }
}

fn number(item: &Json) -> Option<f64> {
    match item {
        Json::Long(v) => Some(*v as f64),
        Json::Real(v) => Some(*v),
        Json::Decimal(v) => Some(v.to_f64()),
        _ => None,
    }
}
