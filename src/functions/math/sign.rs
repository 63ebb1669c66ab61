//! abs() and sign().

use std::sync::Arc;

use arrow::datatypes::Int64Type;

use crate::functions::datetimes::ticks::ticks;
use crate::plan::{Context, Function, Kernel, Operand};
use crate::value::{Column, Type, Value};

use super::real::map;

/// Integers become long, so that the smallest int has one; the smallest long has none and stays.
fn abs(_: &Context, operands: &[Operand], rows: usize) -> Column {
    match operands[0].ty() {
        Type::Real => map(operands, rows, f64::abs),
        Type::Decimal => {
            let one = |row| operands[0].value(row).as_decimal().map_or(Value::Null, |v| Value::Decimal(v.abs()));
            Column::from_values(Type::Decimal, (0..rows).map(one))
        }
        ty => {
            let ty = if ty == Type::TimeSpan { ty } else { Type::Long };
            Column::new(ty, Arc::new(ticks(&operands[0], rows).unary::<_, Int64Type>(i64::wrapping_abs)))
        }
    }
}

pub static ABS: Function = Function {
    name: "abs",
    category: "Mathematical functions",
    signatures: &["(number:integer) -> long", "(number:number) -> Parameter0", "(number:timespan) -> timespan"],
    summary: "The absolute value.",
    kernel: Kernel::Columns(abs),
    examples: &[("abs(-5)", "5"), ("abs(-1.5)", "1.5"), ("abs(-1d)", "1.00:00:00")],
    ..Function::NEW
};

pub static SIGN: Function = Function {
    name: "sign",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "1 for a positive number, -1 for a negative one, 0 for zero.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, |v| if v == 0.0 || v.is_nan() { v.abs() } else { v.signum() })),
    examples: &[("sign(-42)", "-1.0"), ("sign(0)", "0.0"), ("sign(11.2)", "1.0")],
    ..Function::NEW
};
