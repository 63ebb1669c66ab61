//! array_reverse(): the elements from last to first.

use crate::plan::{Function, Kernel};

use super::argument::{array, list};

pub static ARRAY_REVERSE: Function = Function {
    name: "array_reverse",
    category: "Dynamic and array functions",
    signatures: &["(value:dynamicarray) -> dynamic"],
    summary: "The elements from last to first.",
    kernel: Kernel::Row(|arguments| list(array(&arguments[0]).map(|items| items.into_iter().rev().collect()))),
    examples: &[("array_reverse(dynamic(['a','b','c']))", "[\"c\",\"b\",\"a\"]")],
    ..Function::NEW
};
