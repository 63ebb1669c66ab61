//! arg_max() and arg_min(): the row where an expression is greatest or least.

use std::cmp::Ordering;

use crate::plan::Aggregate;

use super::pick::{beats_by, pick};

pub static ARG_MAX: Aggregate = Aggregate {
    name: "arg_max",
    aliases: &["argmax"],
    category: "Aggregation functions",
    signatures: &["(maximized:orderable, [returned:scalar, ...]) -> Custom"],
    summary: "The greatest value and, from the first row that has it, the other expressions.",
    prefix: "max",
    returns: Some(<[_]>::to_vec),
    make: |arguments| Ok(pick(arguments, |later, picked| beats_by(Ordering::Greater, later, picked))),
    examples: &[("datatable(v:long, w:string)[1, 'a', 3, 'b', 3, 'c'] | summarize arg_max(v, w)", "3 | b")],
    ..Aggregate::NEW
};

pub static ARG_MIN: Aggregate = Aggregate {
    name: "arg_min",
    aliases: &["argmin"],
    category: "Aggregation functions",
    signatures: &["(minimized:orderable, [returned:scalar, ...]) -> Custom"],
    summary: "The least value and, from the first row that has it, the other expressions.",
    prefix: "min",
    returns: Some(<[_]>::to_vec),
    make: |arguments| Ok(pick(arguments, |later, picked| beats_by(Ordering::Less, later, picked))),
    examples: &[("datatable(v:long, w:string)[long(null), 'a', 3, 'b', 1, 'c'] | summarize arg_min(v, *)", "1 | c")],
    ..Aggregate::NEW
};
