//! zip(): arrays side by side.

use crate::plan::{Function, Kernel};
use crate::value::Json;

use super::argument::{array, list};

pub static ZIP: Function = Function {
    name: "zip",
    category: "Dynamic and array functions",
    signatures: &["(array1:dynamicarray, array:dynamicarray, ...) -> dynamic"],
    summary: "An array whose element `i` holds the elements `i` of all arrays, null where one is too short.",
    kernel: Kernel::Row(|arguments| {
        let arrays: Option<Vec<Vec<Json>>> = arguments.iter().map(array).collect();
        list(arrays.map(|arrays| {
            let longest = arrays.iter().map(Vec::len).max().unwrap_or(0);
            let at = |index: usize| arrays.iter().map(|items| items.get(index).cloned().unwrap_or(Json::Null)).collect();
            (0..longest).map(|index| Json::Array(at(index))).collect()
        }))
    }),
    examples: &[("zip(dynamic([1,3,5]), dynamic([2,4]))", "[[1,2],[3,4],[5,null]]")],
    ..Function::NEW
};
