//! array_iff(): picks elements from one of two arrays.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::argument::{array, list};

pub static ARRAY_IFF: Function = Function {
    name: "array_iff",
    aliases: &["array_iif"],
    category: "Dynamic and array functions",
    signatures: &["(condition_array:dynamicarray, when_true:scalar, when_false:scalar) -> dynamic"],
    summary: "For each condition the element of the first array where it is true (or not 0), else of the second; a scalar stands for all.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let conditions = array(&arguments[0]);
        let (when_true, when_false) = (Choice::new(&arguments[1]), Choice::new(&arguments[2]));
        list(conditions.map(|conditions| {
            let pick = |(at, condition)| match truth(&condition) {
                Some(true) => when_true.at(at),
                Some(false) => when_false.at(at),
                None => Json::Null,
            };
            conditions.into_iter().enumerate().map(pick).collect()
        }))
    }),
    examples: &[
        ("array_iff(dynamic([true,false,1]), dynamic([1,2,3]), dynamic([4,5,6]))", "[1,5,3]"),
        ("array_iff(dynamic([1,0,'x']), 'yes', 'no')", "[\"yes\",\"no\",null]"),
    ],
    ..Function::NEW
};

enum Choice {
    Each(Vec<Json>),
    All(Json),
}

impl Choice {
    fn new(value: &Value<'_>) -> Choice {
        match Json::from_value(value) {
            Json::Array(items) => Choice::Each(items),
            other => Choice::All(other),
        }
    }

    fn at(&self, index: usize) -> Json {
        match self {
            Choice::Each(items) => items.get(index).cloned().unwrap_or(Json::Null),
            Choice::All(value) => value.clone(),
        }
    }
}

fn truth(condition: &Json) -> Option<bool> {
    match condition {
        Json::Bool(v) => Some(*v),
        Json::Long(v) => Some(*v != 0),
        Json::Real(v) => Some(*v != 0.0),
        _ => None,
    }
}
