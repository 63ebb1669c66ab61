//! Lifts functions of a datetime to columns; nulls stay null.

use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array};
use arrow::datatypes::{Int32Type, Int64Type};

use crate::plan::Operand;
use crate::value::{Column, DateTime, Type, Value};

/// The ticks of a datetime or timespan operand.
pub(in crate::functions) fn ticks(operand: &Operand, rows: usize) -> Int64Array {
    let one = |value: &Value<'_>| match value {
        Value::DateTime(v) => Some(v.ticks()),
        Value::TimeSpan(v) => Some(v.ticks()),
        other => other.as_i64(),
    };
    match operand {
        Operand::Column(column) if Column::data_type(column.ty()) == Column::data_type(Type::Long) => column.longs().clone(),
        Operand::Column(column) if column.ty() == Type::Int => column.ints().unary::<_, Int64Type>(i64::from),
        Operand::Column(column) => column.values().map(|v| one(&v)).collect(),
        Operand::Constant(value, _) => std::iter::repeat_n(one(value), rows).collect(),
    }
}

/// An int of the first operand.
pub(super) fn int(operands: &[Operand], rows: usize, f: impl Fn(DateTime) -> i64) -> Column {
    let array: Int32Array = ticks(&operands[0], rows).unary_opt::<_, Int32Type>(|t| DateTime::from_ticks(t).map(|d| f(d) as i32));
    Column::new(Type::Int, Arc::new(array))
}

/// Ticks (`ty`: datetime or timespan) of the first operand and of an offset, the second operand, which is 0 where it is missing.
pub(super) fn moved(operands: &[Operand], rows: usize, ty: Type, f: impl Fn(DateTime, i64) -> Option<i64>) -> Column {
    let dates = ticks(&operands[0], rows);
    let at = |t: i64, offset: i64| DateTime::from_ticks(t).and_then(|date| f(date, offset));
    let array: Int64Array = match operands.get(1) {
        None => dates.unary_opt::<_, Int64Type>(|t| at(t, 0)),
        Some(Operand::Constant(Value::Null, _)) => Int64Array::new_null(rows),
        Some(Operand::Constant(offset, _)) => {
            let offset = offset.as_i64().unwrap_or(0);
            dates.unary_opt::<_, Int64Type>(|t| at(t, offset))
        }
        Some(offset) => dates.iter().zip(&ticks(offset, rows)).map(|(t, offset)| at(t?, offset?)).collect(),
    };
    Column::new(ty, Arc::new(array))
}
