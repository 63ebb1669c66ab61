//! round() and ceiling().

use std::sync::Arc;

use arrow::array::Float64Array;

use crate::plan::{Context, Function, Kernel, Operand};
use crate::value::{Column, Type, Value};

use super::real::{map, reals};

/// Beyond this many digits nothing changes in a real, before the point nothing is left.
const MOST_DIGITS: i64 = 330;

/// Halves go away from zero, after scaling as Kusto does: `round(2.15, 1)` is 2.2.
fn round_real(value: f64, digits: i64) -> f64 {
    let scale = 10f64.powi(digits.abs().min(MOST_DIGITS) as i32);
    if digits >= 0 {
        let scaled = value * scale;
        if scaled.is_finite() { scaled.round() / scale } else { value }
    } else {
        let rounded = (value / scale).round();
        if rounded == 0.0 { rounded } else { rounded * scale }
    }
}

fn round_long(value: i64, digits: i64) -> Option<i64> {
    if digits >= 0 {
        return Some(value);
    }
    let unit = 10i128.pow(digits.unsigned_abs().min(30) as u32);
    let value = i128::from(value);
    let magnitude = (value.abs() + unit / 2) / unit * unit;
    i64::try_from(magnitude * value.signum()).ok()
}

fn round_value(value: &Value<'_>, digits: i64) -> Option<Value<'static>> {
    Some(match value {
        Value::Int(v) => Value::Int(round_long(i64::from(*v), digits)?.try_into().ok()?),
        Value::Long(v) => Value::Long(round_long(*v, digits)?),
        Value::Decimal(v) => Value::Decimal(v.round(digits.clamp(-400, 400) as i32)),
        _ => return None,
    })
}

fn round(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let digits = |row: usize| operands.get(1).map_or(Some(0), |digits| digits.value(row).as_i64());
    if operands[0].ty() == Type::Real {
        let values = reals(&operands[0], rows);
        let rounded: Float64Array = values.iter().enumerate().map(|(row, v)| Some(round_real(v?, digits(row)?))).collect();
        return Column::new(Type::Real, Arc::new(rounded));
    }
    let one = |row| round_value(&operands[0].value(row), digits(row)?);
    Column::from_values(operands[0].ty(), (0..rows).map(|row| one(row).unwrap_or(Value::Null)))
}

fn ceiling(_: &Context, operands: &[Operand], rows: usize) -> Column {
    match operands[0].ty() {
        Type::Real => map(operands, rows, f64::ceil),
        Type::Decimal => {
            let up = |row| operands[0].value(row).as_decimal().map_or(Value::Null, |v| Value::Decimal(v.ceil()));
            Column::from_values(Type::Decimal, (0..rows).map(up))
        }
        _ => operands[0].column(rows),
    }
}

pub static ROUND: Function = Function {
    name: "round",
    category: "Rounding functions",
    signatures: &["(number:number, [precision:long]) -> Parameter0"],
    summary: "The number rounded to so many digits after the point, before it when negative; halves go away from zero.",
    kernel: Kernel::Columns(round),
    examples: &[
        ("round(2.98765, 3)", "2.988"),
        ("round(2.15, 1)", "2.2"),
        ("round(-2.5)", "-3.0"),
        ("round(21.5, -1)", "20.0"),
        ("round(1250, -2)", "1300"),
    ],
    ..Function::NEW
};

pub static CEILING: Function = Function {
    name: "ceiling",
    category: "Rounding functions",
    signatures: &["(number:number) -> Parameter0"],
    summary: "The smallest whole number that is not less.",
    kernel: Kernel::Columns(ceiling),
    examples: &[("ceiling(-1.1)", "-1.0"), ("ceiling(0)", "0"), ("ceiling(0.9)", "1.0")],
    ..Function::NEW
};
