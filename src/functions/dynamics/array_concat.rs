//! array_concat(): arrays end to end.

use crate::plan::{Function, Kernel};
use crate::value::Json;

use super::argument::{array, list};

pub static ARRAY_CONCAT: Function = Function {
    name: "array_concat",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray, ...) -> dynamic"],
    summary: "One array of the elements of all arrays, in order.",
    kernel: Kernel::Row(|arguments| {
        let parts: Option<Vec<Vec<Json>>> = arguments.iter().map(array).collect();
        list(parts.map(|parts| parts.into_iter().flatten().collect()))
    }),
    examples: &[("array_concat(dynamic([1,2]), dynamic([]), dynamic(['a']))", "[1,2,\"a\"]")],
    ..Function::NEW
};
