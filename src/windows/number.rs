//! row_number(): rows counted from a starting index.

use std::sync::Arc;

use arrow::array::Int64Array;

use crate::plan::WindowFunction;
use crate::value::{Column, Type};

use super::restart::restarts;

pub static ROW_NUMBER: WindowFunction = WindowFunction {
    name: "row_number",
    signatures: &["([startingIndex:long], [restart:bool]) -> long"],
    summary: "The number of the row, from the starting index (1); it starts anew where the second argument is true.",
    evaluate,
    examples: &[("range x from 5 to 7 step 1 | serialize n = row_number(1, x == 7)", "5 | 1\n6 | 2\n7 | 1")],
};

fn evaluate(arguments: &[Column], rows: usize, _ty: Type) -> Column {
    let mut number = 0i64;
    let numbers: Vec<i64> = restarts(arguments.get(1), rows)
        .into_iter()
        .enumerate()
        .map(|(row, restart)| {
            number = if restart {
                arguments.first().map_or(Some(1), |start| start.value(row).as_i64()).unwrap_or(1)
            } else {
                number.wrapping_add(1)
            };
            number
        })
        .collect();
    Column::new(Type::Long, Arc::new(Int64Array::from(numbers)))
}
