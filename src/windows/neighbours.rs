//! prev() and next(): a value from an earlier or later row.

use crate::plan::WindowFunction;
use crate::value::{Column, ColumnBuilder, Type, Value};

const SIGNATURES: &[&str] = &["(column:scalar, [offset:long], [default_value:scalar]) -> Parameter0"];

pub static PREV: WindowFunction = WindowFunction {
    name: "prev",
    signatures: SIGNATURES,
    summary: "The value in the row a number of rows (1) before; the default, or null, where there is none.",
    evaluate: |arguments, rows, ty| shifted(arguments, rows, ty, -1),
    examples: &[("range x from 1 to 3 step 1 | serialize p = prev(x, 1, 0)", "1 | 0\n2 | 1\n3 | 2")],
};

pub static NEXT: WindowFunction = WindowFunction {
    name: "next",
    signatures: SIGNATURES,
    summary: "The value in the row a number of rows (1) after; the default, or null, where there is none.",
    evaluate: |arguments, rows, ty| shifted(arguments, rows, ty, 1),
    examples: &[("range x from 1 to 3 step 1 | serialize n = next(x)", "1 | 2\n2 | 3\n3 | ")],
};

fn shifted(arguments: &[Column], rows: usize, ty: Type, direction: i64) -> Column {
    let mut builder = ColumnBuilder::new(ty, rows);
    for row in 0..rows {
        let offset = arguments.get(1).map_or(Some(1), |offsets| offsets.value(row).as_i64());
        let at = offset.and_then(|offset| (row as i64).checked_add(offset.checked_mul(direction)?));
        let source = at.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < rows);
        builder.push(match (source, arguments.get(2)) {
            (Some(at), _) => arguments[0].value(at),
            (None, Some(defaults)) => defaults.value(row).convert(ty),
            (None, None) => Value::Null,
        });
    }
    builder.finish()
}
