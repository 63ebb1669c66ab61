//! take_any(): some row of the group, the first one.

use crate::plan::{Accumulator, Aggregate, Arguments};
use crate::value::Value;

use super::pick::pick;

pub static TAKE_ANY: Aggregate = Aggregate {
    name: "take_any",
    category: "Aggregation functions",
    signatures: &["(expr:scalar) -> Parameter0", "(expr:scalar, ...) -> Custom"],
    summary: "The first row of the group; of a single expression the first value that is not null or empty.",
    returns: Some(<[_]>::to_vec),
    make,
    examples: &[("datatable(x:long, s:string)[long(null), '', 2, 'b'] | summarize take_any(s)", "b")],
    ..Aggregate::NEW
};

pub static ANY: Aggregate = Aggregate {
    name: "any",
    category: "Aggregation functions",
    signatures: TAKE_ANY.signatures,
    summary: "An obsolete name of take_any().",
    prefix: "any",
    returns: TAKE_ANY.returns,
    make,
    examples: &[("datatable(x:long, s:string)[1, 'a', 2, 'b'] | summarize any(s)", "a")],
    ..Aggregate::NEW
};

pub static TAKE_ANYIF: Aggregate = Aggregate {
    name: "take_anyif",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, predicate:bool) -> Parameter0"],
    summary: "The first value that is not null or empty, in rows where the predicate is true.",
    filtered: Some("take_any"),
    examples: &[("range x from 1 to 5 step 1 | summarize take_anyif(x, x > 3)", "4")],
    ..Aggregate::NEW
};

pub static ANYIF: Aggregate = Aggregate {
    name: "anyif",
    category: "Aggregation functions",
    signatures: TAKE_ANYIF.signatures,
    summary: "An obsolete name of take_anyif().",
    prefix: "anyif",
    filtered: Some("any"),
    examples: &[("range x from 1 to 5 step 1 | summarize anyif(x, x > 3)", "4")],
    ..Aggregate::NEW
};

pub static PASSTHROUGH: Aggregate = Aggregate {
    name: "passthrough",
    category: "Aggregation functions",
    signatures: &["(expr:scalar) -> Parameter0"],
    summary: "Not supported: it is Kusto's own, for the plans of its clusters.",
    make: |_| Err("passthrough() is internal to Kusto's clusters".to_owned()),
    ..Aggregate::NEW
};

fn make(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    Ok(match arguments.types.len() {
        1 => pick(arguments, |later, picked| is_blank(picked) && !is_blank(later)),
        _ => pick(arguments, |_, _| false),
    })
}

fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
