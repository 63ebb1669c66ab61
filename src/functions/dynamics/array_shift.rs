//! array_rotate_left(), array_rotate_right(), array_shift_left(), array_shift_right(): elements moved sideways.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::argument::{array, integer, list};

const CATEGORY: &str = "Dynamic and array functions";

pub static ARRAY_ROTATE_LEFT: Function = Function {
    name: "array_rotate_left",
    category: CATEGORY,
    signatures: &["(array:dynamicarray, rotate_count:integer) -> dynamic"],
    summary: "Moves the elements to the left; what leaves on one side comes back on the other.",
    kernel: Kernel::Row(|arguments| rotate(arguments, 1)),
    examples: &[("array_rotate_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,1,2]")],
    ..Function::NEW
};

pub static ARRAY_ROTATE_RIGHT: Function = Function {
    name: "array_rotate_right",
    category: CATEGORY,
    signatures: &["(array:dynamicarray, rotate_count:integer) -> dynamic"],
    summary: "Moves the elements to the right; what leaves on one side comes back on the other.",
    kernel: Kernel::Row(|arguments| rotate(arguments, -1)),
    examples: &[("array_rotate_right(dynamic([1,2,3,4,5]), 2)", "[4,5,1,2,3]")],
    ..Function::NEW
};

pub static ARRAY_SHIFT_LEFT: Function = Function {
    name: "array_shift_left",
    category: CATEGORY,
    signatures: &["(array:dynamicarray, shift_count:integer, [default_value:scalar]) -> dynamic"],
    summary: "Moves the elements to the left and fills with a default: null, or an empty string in an array of strings.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| shift(arguments, 1)),
    examples: &[
        ("array_shift_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,null,null]"),
        ("array_shift_left(dynamic([1,2,3,4,5]), -2, -1)", "[-1,-1,1,2,3]"),
    ],
    ..Function::NEW
};

pub static ARRAY_SHIFT_RIGHT: Function = Function {
    name: "array_shift_right",
    category: CATEGORY,
    signatures: &["(array:dynamicarray, shift_count:integer, [default_value:scalar]) -> dynamic"],
    summary: "Moves the elements to the right and fills with a default: null, or an empty string in an array of strings.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| shift(arguments, -1)),
    examples: &[("array_shift_right(dynamic([10,20,30]), 1)", "[null,10,20]")],
    ..Function::NEW
};

fn rotate(arguments: &[Value<'_>], direction: i64) -> Value<'static> {
    list(array(&arguments[0]).map(|mut items| {
        if let Some(count) = integer(arguments, 1, 0).wrapping_mul(direction).checked_rem_euclid(items.len() as i64) {
            items.rotate_left(count as usize);
        }
        items
    }))
}

fn shift(arguments: &[Value<'_>], direction: i64) -> Value<'static> {
    let Some(items) = array(&arguments[0]) else { return Value::Null };
    let Some(count) = arguments[1].as_i64() else { return Value::Null };
    let count = count.saturating_mul(direction);
    let strings = !items.is_empty() && items.iter().all(|item| matches!(item, Json::String(_)));
    let fill = match arguments.get(2) {
        Some(value) => Json::from_value(value),
        None if strings => Json::String(String::new()),
        None => Json::Null,
    };
    let at = |index: usize| usize::try_from((index as i64).saturating_add(count)).ok().and_then(|from| items.get(from)).cloned();
    list(Some((0..items.len()).map(|index| at(index).unwrap_or_else(|| fill.clone())).collect()))
}
