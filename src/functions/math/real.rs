//! Lifts functions of real numbers to columns: nulls stay null, and any kind of number is taken as a real.

use std::sync::Arc;

use arrow::array::{BooleanArray, Float64Array};
use arrow::datatypes::Float64Type;

use crate::plan::Operand;
use crate::value::{Column, Type, Value};

/// The operand's numbers as reals.
pub(super) fn reals(operand: &Operand, rows: usize) -> Float64Array {
    match operand {
        Operand::Column(column) => match column.ty() {
            Type::Real => column.reals().clone(),
            Type::Int => column.ints().unary::<_, Float64Type>(f64::from),
            Type::Long => column.longs().unary::<_, Float64Type>(|v| v as f64),
            _ => column.values().map(|v| v.as_f64()).collect(),
        },
        Operand::Constant(value, _) => std::iter::repeat_n(value.as_f64(), rows).collect(),
    }
}

fn column(array: Float64Array) -> Column {
    Column::new(Type::Real, Arc::new(array))
}

/// `f` of the first operand.
pub(super) fn map(operands: &[Operand], rows: usize, f: impl Fn(f64) -> f64) -> Column {
    column(reals(&operands[0], rows).unary::<_, Float64Type>(f))
}

/// `f` of the first operand, null where it gives `None`.
pub(super) fn map_some(operands: &[Operand], rows: usize, f: impl Fn(f64) -> Option<f64>) -> Column {
    column(reals(&operands[0], rows).unary_opt::<_, Float64Type>(f))
}

/// `f` of the first two operands.
pub(super) fn map2(operands: &[Operand], rows: usize, f: impl Fn(f64, f64) -> f64) -> Column {
    let (a, b) = (reals(&operands[0], rows), reals(&operands[1], rows));
    column(a.iter().zip(&b).map(|(a, b)| Some(f(a?, b?))).collect())
}

/// A test of the first operand; null for null.
pub(super) fn test(operands: &[Operand], rows: usize, f: impl Fn(f64) -> bool) -> Column {
    let array: BooleanArray = reals(&operands[0], rows).iter().map(|v| v.map(&f)).collect();
    Column::new(Type::Bool, Arc::new(array))
}

/// The argument as a real, for functions of a single row. NaN where it is no number.
pub(super) fn number(arguments: &[Value<'_>], index: usize) -> f64 {
    arguments.get(index).and_then(Value::as_f64).unwrap_or(f64::NAN)
}
