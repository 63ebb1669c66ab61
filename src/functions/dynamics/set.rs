//! set_union() and its kin, jaccard_index(): arrays as sets. Results keep the order of first appearance.

use std::collections::HashSet;

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::argument::{array, identity, list};

const CATEGORY: &str = "Dynamic and array functions";

pub static SET_DIFFERENCE: Function = Function {
    name: "set_difference",
    category: CATEGORY,
    signatures: &["(set1:dynamicarray, set:dynamicarray, ...) -> dynamic"],
    summary: "The distinct elements of the first array that are in no other.",
    kernel: Kernel::Row(|arguments| combine(arguments, |key, others| !others.iter().any(|set| set.contains(key)))),
    examples: &[("set_difference(dynamic([1,2,1,4]), dynamic([1,2]))", "[4]")],
    ..Function::NEW
};

pub static SET_INTERSECT: Function = Function {
    name: "set_intersect",
    category: CATEGORY,
    signatures: &["(set1:dynamicarray, set:dynamicarray, ...) -> dynamic"],
    summary: "The distinct elements that are in all arrays.",
    kernel: Kernel::Row(|arguments| combine(arguments, |key, others| others.iter().all(|set| set.contains(key)))),
    examples: &[("set_intersect(dynamic([1,2,3,3]), dynamic([3,4,1]))", "[1,3]")],
    ..Function::NEW
};

pub static SET_UNION: Function = Function {
    name: "set_union",
    category: CATEGORY,
    signatures: &["(set1:dynamicarray, set:dynamicarray, ...) -> dynamic"],
    summary: "The distinct elements of all arrays.",
    kernel: Kernel::Row(|arguments| {
        let parts: Option<Vec<Vec<Json>>> = arguments.iter().map(array).collect();
        list(parts.map(|parts| distinct(parts.into_iter().flatten())))
    }),
    examples: &[("set_union(dynamic(['A4','A2','A4']), dynamic(['A2',1]))", "[\"A4\",\"A2\",1]")],
    ..Function::NEW
};

pub static SET_EQUALS: Function = Function {
    name: "set_equals",
    category: CATEGORY,
    signatures: &["(set1:dynamicarray, set2:dynamicarray) -> bool"],
    summary: "Whether two arrays hold the same distinct elements.",
    kernel: Kernel::Row(|arguments| match (keys(&arguments[0]), keys(&arguments[1])) {
        (Some(a), Some(b)) => Value::Bool(a == b),
        _ => Value::Null,
    }),
    examples: &[("set_equals(dynamic([1,2,2]), dynamic([2,1]))", "true")],
    ..Function::NEW
};

pub static SET_HAS_ELEMENT: Function = Function {
    name: "set_has_element",
    category: CATEGORY,
    signatures: &["(set:dynamicarray, value:scalar) -> bool"],
    summary: "Whether the array has an element equal to the value; a string is never equal to a number.",
    kernel: Kernel::Row(|arguments| {
        let Some(items) = array(&arguments[0]) else { return Value::Null };
        let wanted = identity(&Json::from_value(&arguments[1]));
        Value::Bool(items.iter().any(|item| identity(item) == wanted))
    }),
    examples: &[("set_has_element(dynamic([1,2,3]), 2)", "true"), ("set_has_element(dynamic([1,2,3]), '2')", "false")],
    ..Function::NEW
};

pub static JACCARD_INDEX: Function = Function {
    name: "jaccard_index",
    category: CATEGORY,
    signatures: &["(set1:dynamicarray, set2:dynamicarray) -> dynamic"],
    summary: "The size of the intersection of two sets through the size of their union.",
    kernel: Kernel::Row(|arguments| match (keys(&arguments[0]), arguments.get(1).and_then(keys)) {
        (Some(a), Some(b)) => Json::Real(a.intersection(&b).count() as f64 / a.union(&b).count() as f64).into_dynamic(),
        _ => Value::Null,
    }),
    examples: &[("jaccard_index(dynamic([1,2,3]), dynamic([1,2,3,4]))", "0.75")],
    ..Function::NEW
};

fn keys(value: &Value<'_>) -> Option<HashSet<String>> {
    Some(array(value)?.iter().map(identity).collect())
}

fn distinct(items: impl IntoIterator<Item = Json>) -> Vec<Json> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(identity(item))).collect()
}

/// The distinct elements of the first array that `keep` wants, given the sets of the others.
fn combine(arguments: &[Value<'_>], keep: fn(&str, &[HashSet<String>]) -> bool) -> Value<'static> {
    let others: Option<Vec<HashSet<String>>> = arguments[1..].iter().map(keys).collect();
    let (Some(first), Some(others)) = (array(&arguments[0]), others) else { return Value::Null };
    list(Some(distinct(first.into_iter().filter(|item| keep(&identity(item), &others)))))
}
