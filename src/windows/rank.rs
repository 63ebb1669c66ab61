//! row_rank_dense() and row_rank_min(): the rank of a row among rows sorted by a value.

use std::sync::Arc;

use arrow::array::Int64Array;

use crate::plan::WindowFunction;
use crate::value::{Column, Type};

use super::restart::restarts;

pub static ROW_RANK_DENSE: WindowFunction = WindowFunction {
    name: "row_rank_dense",
    signatures: &["(term:notdynamic, [restart:bool]) -> long"],
    summary: "The rank of the value, from 1, raised by one where it changes; it starts anew where the second argument is true.",
    evaluate: |arguments, rows, _| ranks(arguments, arguments.get(1), rows, true),
    examples: &[("datatable(x:long)[5, 5, 8] | serialize r = row_rank_dense(x)", "5 | 1\n5 | 1\n8 | 2")],
};

pub static ROW_RANK_MIN: WindowFunction = WindowFunction {
    name: "row_rank_min",
    signatures: &["(term:notdynamic, [restart:bool]) -> long"],
    summary: "The number, from 1, of the first row with the same value; it starts anew where the second argument is true.",
    evaluate: |arguments, rows, _| ranks(arguments, arguments.get(1), rows, false),
    examples: &[("datatable(x:long)[5, 5, 8] | serialize r = row_rank_min(x)", "5 | 1\n5 | 1\n8 | 3")],
};

pub static ROW_RANK: WindowFunction = WindowFunction {
    name: "row_rank",
    signatures: &["(column:notdynamic, [restart:bool]) -> long"],
    summary: "An obsolete name of row_rank_dense().",
    evaluate: ROW_RANK_DENSE.evaluate,
    examples: &[("datatable(x:long)[5, 5, 8] | serialize r = row_rank(x)", "5 | 1\n5 | 1\n8 | 2")],
};

fn ranks(arguments: &[Column], restart: Option<&Column>, rows: usize, dense: bool) -> Column {
    let (mut rank, mut position) = (0i64, 0i64);
    let ranks: Vec<i64> = restarts(restart, rows)
        .into_iter()
        .enumerate()
        .map(|(row, restart)| {
            position = if restart { 1 } else { position + 1 };
            if restart {
                rank = 1;
            } else if arguments[0].value(row).compare(&arguments[0].value(row - 1)).is_ne() {
                rank = if dense { rank + 1 } else { position };
            }
            rank
        })
        .collect();
    Column::new(Type::Long, Arc::new(Int64Array::from(ranks)))
}
