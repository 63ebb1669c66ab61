//! row_cumsum(): the running total.

use crate::plan::WindowFunction;
use crate::value::{Column, ColumnBuilder, Decimal, TimeSpan, Type, Value};

use super::restart::restarts;

pub static ROW_CUMSUM: WindowFunction = WindowFunction {
    name: "row_cumsum",
    signatures: &["(term:summable, [restart:bool]) -> Parameter0"],
    summary: "The sum of the values up to this row; it starts anew where the second argument is true. Nulls add nothing.",
    evaluate,
    examples: &[("range x from 1 to 4 step 1 | serialize s = row_cumsum(x, x == 3)", "1 | 1\n2 | 3\n3 | 3\n4 | 7")],
};

fn evaluate(arguments: &[Column], rows: usize, ty: Type) -> Column {
    let mut builder = ColumnBuilder::new(ty, rows);
    let mut sum = zero(ty);
    for (row, restart) in restarts(arguments.get(1), rows).into_iter().enumerate() {
        if restart {
            sum = zero(ty);
        }
        sum = plus(sum, arguments[0].value(row));
        builder.push(sum.clone());
    }
    builder.finish()
}

fn zero(ty: Type) -> Value<'static> {
    match ty {
        Type::Int => Value::Int(0),
        Type::Real => Value::Real(0.0),
        Type::Decimal => Value::Decimal(Decimal::from(0)),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(0)),
        _ => Value::Long(0),
    }
}

fn plus(sum: Value<'static>, term: Value<'_>) -> Value<'static> {
    match (&sum, term) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(b)),
        (Value::Long(a), Value::Long(b)) => Value::Long(a.wrapping_add(b)),
        (Value::Real(a), Value::Real(b)) => Value::Real(a + b),
        (Value::Decimal(a), Value::Decimal(b)) => a.add(b).map_or(Value::Null, Value::Decimal),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => Value::TimeSpan(TimeSpan::from_ticks(a.ticks().wrapping_add(b.ticks()))),
        _ => sum,
    }
}
