//! The arithmetic operators: `+ - * / %` and the unary minus.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};

use crate::plan::{Function, Kernel, Nulls, Operand};
use crate::value::{Column, DateTime, Decimal, TimeSpan, Type, Value};

use super::lanes::{longs, reals, zip, zip_checked};
use super::types::result_type;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Op {
    fn symbol(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Modulo => "%",
        }
    }

    /// Overflow wraps; division by zero has no result. Division truncates, the remainder is never negative.
    fn long(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Op::Add => Some(a.wrapping_add(b)),
            Op::Subtract => Some(a.wrapping_sub(b)),
            Op::Multiply => Some(a.wrapping_mul(b)),
            Op::Divide => (b != 0).then(|| a.wrapping_div(b)),
            Op::Modulo => (b != 0).then(|| a.wrapping_rem_euclid(b)),
        }
    }

    fn real(self, a: f64, b: f64) -> f64 {
        match self {
            Op::Add => a + b,
            Op::Subtract => a - b,
            Op::Multiply => a * b,
            Op::Divide => a / b,
            Op::Modulo => a.rem_euclid(b),
        }
    }

    fn decimal(self, a: Decimal, b: Decimal) -> Option<Decimal> {
        match self {
            Op::Add => a.add(b),
            Op::Subtract => a.sub(b),
            Op::Multiply => a.mul(b),
            Op::Divide => a.div(b),
            Op::Modulo => a.rem(b).and_then(|rest| if rest.is_negative() { rest.add(b.abs()) } else { Some(rest) }),
        }
    }
}

/// One pair of values; a dynamic counts as the scalar inside.
fn scalar(op: Op, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    let left = left.as_dynamic().map_or_else(|| Some(left.clone()), |d| d.scalar_ref());
    let right = right.as_dynamic().map_or_else(|| Some(right.clone()), |d| d.scalar_ref());
    match (left, right) {
        (Some(left), Some(right)) => temporal(op, &left, &right).or_else(|| numeric(op, &left, &right)).unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn numeric(op: Op, left: &Value<'_>, right: &Value<'_>) -> Option<Value<'static>> {
    if let (Some(a), Some(b)) = (left.as_i64(), right.as_i64()) {
        return op.long(a, b).map(Value::Long);
    }
    if matches!(left, Value::Decimal(_)) || matches!(right, Value::Decimal(_)) {
        return op.decimal(left.as_decimal()?, right.as_decimal()?).map(Value::Decimal);
    }
    Some(Value::Real(op.real(left.as_f64()?, right.as_f64()?)))
}

/// Arithmetic with a datetime or a timespan; `None` for any other.
fn temporal(op: Op, left: &Value<'_>, right: &Value<'_>) -> Option<Value<'static>> {
    let spans = (left.as_timespan().map(TimeSpan::ticks), right.as_timespan().map(TimeSpan::ticks));
    let times = (left.as_datetime().map(DateTime::ticks), right.as_datetime().map(DateTime::ticks));
    let ticks = |ticks: Option<i64>| ticks.map(|t| Value::TimeSpan(TimeSpan::from_ticks(t)));
    match (op, times, spans) {
        (Op::Add, (Some(time), _), (_, Some(span))) | (Op::Add, (_, Some(time)), (Some(span), _)) => {
            time.checked_add(span).and_then(datetime)
        }
        (Op::Subtract, (Some(time), None), (_, Some(span))) => time.checked_sub(span).and_then(datetime),
        (Op::Subtract, (Some(a), Some(b)), _) => ticks(a.checked_sub(b)),
        (Op::Modulo, (Some(time), _), (_, Some(span))) => ticks(Op::Modulo.long(time, span)),
        (Op::Add, _, (Some(a), Some(b))) => ticks(a.checked_add(b)),
        (Op::Subtract, _, (Some(a), Some(b))) => ticks(a.checked_sub(b)),
        (Op::Modulo, _, (Some(a), Some(b))) => ticks(Op::Modulo.long(a, b)),
        (Op::Divide, _, (Some(a), Some(b))) => (b != 0).then(|| Value::Real(a as f64 / b as f64)),
        (Op::Multiply, _, (Some(span), None)) => scale(span, right, false),
        (Op::Multiply, _, (None, Some(span))) => scale(span, left, false),
        (Op::Divide, _, (Some(span), None)) => scale(span, right, true),
        _ => None,
    }
}

fn datetime(ticks: i64) -> Option<Value<'static>> {
    DateTime::from_ticks(ticks).map(Value::DateTime)
}

/// A timespan times a number, or divided by it.
fn scale(ticks: i64, number: &Value<'_>, divide: bool) -> Option<Value<'static>> {
    let scaled = match number.as_i64() {
        Some(0) if divide => None,
        Some(factor) if divide => ticks.checked_div(factor).map(TimeSpan::from_ticks),
        Some(factor) => TimeSpan::from_ticks(ticks).checked_mul(factor),
        None => {
            let factor = number.as_f64()?;
            TimeSpan::from_real_ticks(if divide { ticks as f64 / factor } else { ticks as f64 * factor })
        }
    };
    scaled.map(Value::TimeSpan)
}

/// Whole columns: typed loops for the common pairs, value by value for the rest.
fn columns(op: Op, operands: &[Operand], rows: usize) -> Column {
    let [left, right] = operands else { return Column::nulls(Type::Long, rows) };
    let ty = result_type(op.symbol(), left.ty(), right.ty()).unwrap_or(Type::Dynamic);
    match fast(op, ty, left, right, rows) {
        Some(array) => Column::new(ty, array),
        None => Column::from_values(ty, (0..rows).map(|row| scalar(op, &left.value(row), &right.value(row)).convert(ty))),
    }
}

fn fast(op: Op, ty: Type, left: &Operand, right: &Operand, rows: usize) -> Option<ArrayRef> {
    let by_ticks = matches!(op, Op::Add | Op::Subtract) && matches!(ty, Type::DateTime | Type::TimeSpan);
    if ty == Type::Long || by_ticks {
        let (a, b) = (longs(left)?, longs(right)?);
        let in_range = |ticks: i64| DateTime::from_ticks(ticks).map(DateTime::ticks);
        return Some(match (op, ty) {
            (_, Type::DateTime) => Arc::new(zip_checked::<Int64Type, Int64Type>(&a, &b, rows, |a, b| op.long(a, b).and_then(in_range))),
            (Op::Add, _) => Arc::new(zip::<Int64Type, Int64Type>(&a, &b, rows, i64::wrapping_add)),
            (Op::Subtract, _) => Arc::new(zip::<Int64Type, Int64Type>(&a, &b, rows, i64::wrapping_sub)),
            (Op::Multiply, _) => Arc::new(zip::<Int64Type, Int64Type>(&a, &b, rows, i64::wrapping_mul)),
            _ => Arc::new(zip_checked::<Int64Type, Int64Type>(&a, &b, rows, |a, b| op.long(a, b))),
        });
    }
    if ty == Type::Real && left.ty().is_numeric() && right.ty().is_numeric() {
        let (a, b) = (reals(left)?, reals(right)?);
        return Some(Arc::new(zip::<Float64Type, Float64Type>(&a, &b, rows, |a, b| op.real(a, b))));
    }
    None
}

fn negate(operands: &[Operand], rows: usize) -> Column {
    let Some(operand) = operands.first() else { return Column::nulls(Type::Long, rows) };
    let ty = result_type("unary-", operand.ty(), operand.ty()).unwrap_or(Type::Dynamic);
    let opposite = |value: &Value<'_>| match value {
        Value::TimeSpan(v) => v.checked_neg().map_or(Value::Null, Value::TimeSpan),
        Value::Real(v) => Value::Real(-v),
        Value::Decimal(v) => Value::Decimal(v.neg()),
        other => scalar(Op::Subtract, &Value::Long(0), other),
    };
    Column::from_values(ty, (0..rows).map(|row| opposite(&operand.value(row)).convert(ty)))
}

const BASE: Function =
    Function { category: "Scalar operators", signatures: &["(left:scalar, right:scalar) -> Custom"], nulls: Nulls::Pass, ..Function::NEW };

pub static ADD: Function = Function {
    name: "+",
    summary: "The sum of numbers or timespans, or a datetime moved forward.",
    kernel: Kernel::Columns(|_, operands, rows| columns(Op::Add, operands, rows)),
    returns: Some(|types, _| returns("+", types)),
    examples: &[("9223372036854775807 + 1", "-9223372036854775808"), ("datetime(2020-02-28) + 1d", "2020-02-29T00:00:00.0000000Z")],
    ..BASE
};

pub static SUBTRACT: Function = Function {
    name: "-",
    summary: "The difference of numbers, timespans or datetimes, or a datetime moved back.",
    kernel: Kernel::Columns(|_, operands, rows| columns(Op::Subtract, operands, rows)),
    returns: Some(|types, _| returns("-", types)),
    examples: &[("datetime(2020-06-15) - datetime(2020-06-14)", "1.00:00:00")],
    ..BASE
};

pub static MULTIPLY: Function = Function {
    name: "*",
    summary: "The product of numbers, or of a timespan and a number.",
    kernel: Kernel::Columns(|_, operands, rows| columns(Op::Multiply, operands, rows)),
    returns: Some(|types, _| returns("*", types)),
    examples: &[("1d * 2.5", "2.12:00:00")],
    ..BASE
};

pub static DIVIDE: Function = Function {
    name: "/",
    summary: "The quotient: truncated for whole numbers, null when they are divided by zero.",
    kernel: Kernel::Columns(|_, operands, rows| columns(Op::Divide, operands, rows)),
    returns: Some(|types, _| returns("/", types)),
    examples: &[("-7 / 2", "-3"), ("1 / 0", ""), ("1d / 1h", "24.0")],
    ..BASE
};

pub static MODULO: Function = Function {
    name: "%",
    summary: "The remainder, which is never negative.",
    kernel: Kernel::Columns(|_, operands, rows| columns(Op::Modulo, operands, rows)),
    returns: Some(|types, _| returns("%", types)),
    examples: &[("-5 % 3", "1"), ("7 % -3", "1"), ("-7.5 % 2", "0.5")],
    ..BASE
};

pub static NEGATE: Function = Function {
    name: "unary-",
    signatures: &["(value:scalar) -> Custom"],
    summary: "The opposite of a number or timespan.",
    kernel: Kernel::Columns(|_, operands, rows| negate(operands, rows)),
    returns: Some(|types, _| types.first().and_then(|t| result_type("unary-", *t, *t)).unwrap_or(Type::Dynamic)),
    examples: &[("-(1d + 2h)", "-1.02:00:00")],
    ..BASE
};

fn returns(op: &str, types: &[Type]) -> Type {
    match types {
        [left, right] => result_type(op, *left, *right).unwrap_or(Type::Dynamic),
        _ => Type::Dynamic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_agree_with_single_values() {
        let day = Value::TimeSpan(TimeSpan::from_ticks(TimeSpan::TICKS_PER_DAY));
        let samples = [
            (Type::Int, vec![Value::Null, Value::Int(i32::MAX), Value::Int(0)]),
            (Type::Long, vec![Value::Null, Value::Long(i64::MIN), Value::Long(-1), Value::Long(7)]),
            (Type::Real, vec![Value::Null, Value::Real(2.5), Value::Real(0.0)]),
            (Type::Decimal, vec![Value::Null, Value::Decimal(Decimal::new(15, -1)), Value::Decimal(Decimal::ZERO)]),
            (Type::DateTime, vec![Value::Null, Value::DateTime(DateTime::MIN), Value::DateTime(DateTime::MAX)]),
            (Type::TimeSpan, vec![Value::Null, day]),
            (Type::Dynamic, vec![Value::Null, Value::dynamic("2"), Value::dynamic("[]")]),
        ];
        for op in [Op::Add, Op::Subtract, Op::Multiply, Op::Divide, Op::Modulo] {
            for (left_type, left_values) in &samples {
                for (right_type, right_values) in &samples {
                    let Some(ty) = result_type(op.symbol(), *left_type, *right_type) else { continue };
                    for (left, right) in left_values.iter().flat_map(|l| right_values.iter().map(move |r| (l, r))) {
                        let expected = scalar(op, left, right).convert(ty).to_text().into_owned();
                        let column = |ty: Type, v: &Value<'static>| Operand::Column(Column::constant(ty, v, 2));
                        let constant = |ty: Type, v: &Value<'static>| Operand::Constant(v.clone(), ty);
                        for operands in [
                            [column(*left_type, left), column(*right_type, right)],
                            [constant(*left_type, left), column(*right_type, right)],
                            [column(*left_type, left), constant(*right_type, right)],
                        ] {
                            let actual = columns(op, &operands, 2);
                            assert_eq!(actual.value(1).to_text(), expected, "{left:?} {} {right:?}", op.symbol());
                        }
                    }
                }
            }
        }
    }
}
