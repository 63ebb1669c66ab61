//! series_fill_backward(), series_fill_const(), series_fill_forward(), series_fill_linear(): missing values replaced.

use crate::functions::dynamics::argument::{array, list};
use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::numbers::{PROCESSING, number};

pub static SERIES_FILL_BACKWARD: Function = Function {
    name: "series_fill_backward",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [missing_value_placeholder:number]) -> dynamic"],
    summary: "Missing values become the next value that is there.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        list(array(&arguments[0]).map(|mut items| {
            items.reverse();
            carry(&mut items, &placeholder(arguments, 1));
            items.reverse();
            items
        }))
    }),
    examples: &[("series_fill_backward(dynamic([111,null,36,null]))", "[111,36,36,null]")],
    ..Function::NEW
};

pub static SERIES_FILL_FORWARD: Function = Function {
    name: "series_fill_forward",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [missing_value_placeholder:number]) -> dynamic"],
    summary: "Missing values become the last value that was there.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        list(array(&arguments[0]).map(|mut items| {
            carry(&mut items, &placeholder(arguments, 1));
            items
        }))
    }),
    examples: &[("series_fill_forward(dynamic([null,36,null,0]), 0)", "[null,36,null,null]")],
    ..Function::NEW
};

pub static SERIES_FILL_CONST: Function = Function {
    name: "series_fill_const",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [constant_value:number], [missing_value_placeholder:number]) -> dynamic"],
    summary: "Missing values become a constant, 0 by default.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let constant = arguments.get(1).map_or(Json::Long(0), Json::from_value);
        let missing = placeholder(arguments, 2);
        let fill = |item: Json| if is_missing(&item, &missing) { constant.clone() } else { item };
        list(array(&arguments[0]).map(|items| items.into_iter().map(fill).collect()))
    }),
    examples: &[("series_fill_const(dynamic([111,null,36]), 0.0)", "[111,0.0,36]")],
    ..Function::NEW
};

pub static SERIES_FILL_LINEAR: Function = Function {
    name: "series_fill_linear",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [missing_value_placeholder:number], [fill_edges:bool], [constant_value:number]) -> dynamic"],
    summary: "Missing values lie on the line between their neighbours; in a series of integers they are cut to integers.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let edges = arguments.get(2).and_then(Value::as_bool).unwrap_or(true);
        let constant = arguments.get(3).map_or(Json::Real(0.0), Json::from_value);
        list(array(&arguments[0]).map(|items| interpolate(items, &placeholder(arguments, 1), edges, &constant)))
    }),
    examples: &[
        ("series_fill_linear(dynamic([null,111,null,36,null]))", "[111,111,73,36,36]"),
        ("series_fill_linear(dynamic([null,1.0,null,2.0]), double(null), false)", "[null,1.0,1.5,2.0]"),
        ("series_fill_linear(dynamic([null,null]))", "[0.0,0.0]"),
    ],
    ..Function::NEW
};

fn placeholder(arguments: &[Value<'_>], index: usize) -> Json {
    arguments.get(index).map_or(Json::Null, Json::from_value)
}

fn is_missing(item: &Json, placeholder: &Json) -> bool {
    match (number(item), number(placeholder)) {
        (Some(a), Some(b)) => a == b,
        _ => *item == Json::Null && *placeholder == Json::Null,
    }
}

/// Puts the last value that is there into the places of missing ones; without one they become null.
fn carry(items: &mut [Json], placeholder: &Json) {
    let mut last = Json::Null;
    for item in items {
        if is_missing(item, placeholder) {
            *item = last.clone();
        } else {
            last = item.clone();
        }
    }
}

fn interpolate(mut items: Vec<Json>, placeholder: &Json, edges: bool, constant: &Json) -> Vec<Json> {
    let known: Vec<usize> = (0..items.len()).filter(|at| !is_missing(&items[*at], placeholder)).collect();
    let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else {
        return vec![constant.clone(); items.len()];
    };
    let whole = known.iter().all(|at| matches!(items[*at], Json::Long(_)));
    for pair in known.windows(2) {
        if let (Some(from), Some(to)) = (number(&items[pair[0]]), number(&items[pair[1]])) {
            let step = (to - from) / (pair[1] - pair[0]) as f64;
            for (i, item) in items[pair[0] + 1..pair[1]].iter_mut().enumerate() {
                let value = from + step * (i + 1) as f64;
                *item = if whole { Json::Long(value as i64) } else { Json::Real(value) };
            }
        }
    }
    if edges {
        let (left, right) = (items[first].clone(), items[last].clone());
        items[..first].fill(left);
        items[last + 1..].fill(right);
    }
    items
}
