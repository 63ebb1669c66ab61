//! bin() and bin_at(): down to a multiple of a size, for numbers, datetimes and timespans.

use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array};
use arrow::datatypes::Int64Type;

use crate::functions::datetimes::ticks::ticks;
use crate::plan::{Context, Function, Kernel, Operand};
use crate::value::{Column, DateTime, Decimal, Type, Value};

use super::real::reals;

/// `point` plus the largest multiple of `size` that leaves it at or below `value`; null for a size of zero or less.
fn whole(value: i64, size: i64, point: i64) -> Option<i64> {
    if size <= 0 {
        return None;
    }
    let distance = value.checked_sub(point)?;
    point.checked_add(distance.checked_sub(distance.rem_euclid(size))?)
}

fn real(value: f64, size: f64, point: f64) -> Option<f64> {
    (size > 0.0).then(|| ((value - point) / size).floor() * size + point)
}

fn decimal(value: Decimal, size: Decimal, point: Decimal) -> Option<Decimal> {
    if size.is_zero() || size.is_negative() {
        return None;
    }
    value.sub(point)?.div(size)?.floor().mul(size)?.add(point)
}

/// Bins of integers, datetimes and timespans.
fn wholes(values: &Int64Array, size: &Operand, point: Option<&Operand>, rows: usize) -> Int64Array {
    let constant = |operand: &Operand| match operand {
        Operand::Constant(value, ty) => ticks(&Operand::Constant(value.clone(), *ty), 1).iter().next().flatten(),
        Operand::Column(_) => None,
    };
    match (constant(size), point.map_or(Some(0), constant)) {
        (Some(size), Some(point)) => values.unary_opt::<_, Int64Type>(|value| whole(value, size, point)),
        _ => {
            let sizes = ticks(size, rows);
            let points = point.map_or_else(|| Int64Array::from_value(0, rows), |point| ticks(point, rows));
            values.iter().zip(&sizes).zip(&points).map(|((value, size), point)| whole(value?, size?, point?)).collect()
        }
    }
}

/// The type of the result: of numbers the widest, and never int.
fn result_type(operands: &[Operand]) -> Type {
    match operands[0].ty() {
        first if first.is_numeric() => operands.iter().map(Operand::ty).fold(Type::Long, |widest, ty| widest.widest(ty).unwrap_or(widest)),
        first => first,
    }
}

fn bin(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let (value, size, point) = (&operands[0], &operands[1], operands.get(2));
    match result_type(operands) {
        Type::Real => {
            let points = point.map_or_else(|| Float64Array::from_value(0.0, rows), |point| reals(point, rows));
            let bins: Float64Array =
                reals(value, rows).iter().zip(&reals(size, rows)).zip(&points).map(|((v, s), p)| real(v?, s?, p?)).collect();
            Column::new(Type::Real, Arc::new(bins))
        }
        Type::Decimal => {
            let zero = Value::Decimal(Decimal::ZERO);
            let one = |row: usize| {
                let point = point.map_or_else(|| zero.clone(), |point| point.value(row));
                decimal(value.value(row).as_decimal()?, size.value(row).as_decimal()?, point.as_decimal()?)
            };
            Column::from_values(Type::Decimal, (0..rows).map(|row| one(row).map_or(Value::Null, Value::Decimal)))
        }
        ty => {
            let bins = wholes(&ticks(value, rows), size, point, rows);
            match ty {
                Type::DateTime => {
                    Column::new(ty, Arc::new(bins.unary_opt::<_, Int64Type>(|bin| DateTime::from_ticks(bin).map(DateTime::ticks))))
                }
                _ => Column::new(if ty == Type::TimeSpan { ty } else { Type::Long }, Arc::new(bins)),
            }
        }
    }
}

pub static BIN: Function = Function {
    name: "bin",
    aliases: &["floor"],
    category: "Rounding functions",
    signatures: &[
        "(value:number, roundTo:number) -> Widest",
        "(value:timespan, roundTo:timespan) -> timespan",
        "(value:datetime, roundTo:datetime) -> datetime",
        "(value:datetime, roundTo:timespan) -> datetime",
    ],
    summary: "The value rounded down to a multiple of a size; null for a size of zero or less.",
    kernel: Kernel::Columns(bin),
    examples: &[
        ("bin(4.5, 1)", "4.0"),
        ("bin(-7, 5)", "-10"),
        ("bin(time(16d), 7d)", "14.00:00:00"),
        ("bin(datetime(1970-05-11 13:45:07), 1d)", "1970-05-11T00:00:00.0000000Z"),
        ("bin(5, 0)", ""),
    ],
    ..Function::NEW
};

pub static BIN_AT: Function = Function {
    name: "bin_at",
    category: "Rounding functions",
    signatures: &[
        "(value:number, bin_size:number, fixed_point:number) -> Widest",
        "(value:timespan, bin_size:number, fixed_point:timespan) -> timespan",
        "(value:timespan, bin_size:timespan, fixed_point:timespan) -> timespan",
        "(value:datetime, bin_size:summable, fixed_point:datetime) -> datetime",
    ],
    summary: "The value rounded down to a multiple of a size, counted from a fixed point.",
    kernel: Kernel::Columns(bin),
    examples: &[
        ("bin_at(6.5, 2.5, 7)", "4.5"),
        ("bin_at(1h, 1d, 12h)", "-12:00:00"),
        ("bin_at(datetime(2017-05-17 10:20:00), 7d, datetime(2017-06-04))", "2017-05-14T00:00:00.0000000Z"),
    ],
    ..Function::NEW
};

pub static BIN_AUTO: Function = Function {
    name: "bin_auto",
    category: "Rounding functions",
    signatures: &["(value:summable) -> Parameter0"],
    summary: "bin_at() with the size and fixed point that the query sets (`query_bin_auto_size`, `query_bin_auto_at`).",
    kernel: Kernel::Binder,
    ..Function::NEW
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_and_never_overflows() {
        assert_eq!(whole(-1, 5, 0), Some(-5));
        assert_eq!(whole(-5, 5, 0), Some(-5));
        assert_eq!(whole(7, 0, 0), None);
        assert_eq!(whole(7, -1, 0), None);
        assert_eq!(whole(i64::MIN, 3, i64::MAX), None);
        assert_eq!(real(-5.5, 1.0, 0.0), Some(-6.0));
    }
}
