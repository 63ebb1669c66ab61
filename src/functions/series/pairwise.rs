//! Functions of the elements of two series at the same place: arithmetic and comparisons.

use crate::functions::dynamics::argument::list;
use crate::plan::{Example, Function, Kernel};
use crate::value::{Json, Value};

use super::numbers::{ELEMENT_WISE, number};

pub static SERIES_ADD: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| whole(a, b, i64::checked_add, |a, b| a + b))),
    ..entry("series_add", "The sum of the elements at each place.", &[("series_add(dynamic([1,2]), dynamic([3,4.5]))", "[4,6.5]")])
};

pub static SERIES_SUBTRACT: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| whole(a, b, i64::checked_sub, |a, b| a - b))),
    ..entry("series_subtract", "The difference of the elements at each place.", &[("series_subtract(dynamic([1,2]), 3)", "[-2,-1]")])
};

pub static SERIES_MULTIPLY: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| whole(a, b, i64::checked_mul, |a, b| a * b))),
    ..entry(
        "series_multiply",
        "The product of the elements at each place.",
        &[("series_multiply(dynamic([1,2,3]), dynamic([4,5]))", "[4,10,null]")],
    )
};

pub static SERIES_DIVIDE: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| reals(a, b, |a, b| a / b))),
    ..entry("series_divide", "The quotient of the elements at each place.", &[("series_divide(dynamic([1,2,4]), 4)", "[0.25,0.5,1.0]")])
};

pub static SERIES_POW: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| reals(a, b, f64::powf))),
    ..entry(
        "series_pow",
        "The elements of the first series to the power of the second's.",
        &[("series_pow(dynamic([2,3]), 2)", "[4.0,9.0]")],
    )
};

pub static SERIES_EQUALS: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a == b))),
    ..entry(
        "series_equals",
        "Whether the elements at each place are equal.",
        &[("series_equals(dynamic([1,2,4]), dynamic([4,2,1]))", "[false,true,false]")],
    )
};

pub static SERIES_NOT_EQUALS: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a != b))),
    ..entry("series_not_equals", "Whether the elements at each place differ.", &[("series_not_equals(dynamic([1,2]), 2)", "[true,false]")])
};

pub static SERIES_GREATER: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a > b))),
    ..entry(
        "series_greater",
        "Whether the first series is greater, at each place.",
        &[("series_greater(dynamic([1,2,3]), 2)", "[false,false,true]")],
    )
};

pub static SERIES_GREATER_EQUALS: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a >= b))),
    ..entry(
        "series_greater_equals",
        "Whether the first series is greater or equal, at each place.",
        &[("series_greater_equals(dynamic([1,2,3]), 2)", "[false,true,true]")],
    )
};

pub static SERIES_LESS: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a < b))),
    ..entry(
        "series_less",
        "Whether the first series is less, at each place.",
        &[("series_less(dynamic([1,2,3]), 2)", "[true,false,false]")],
    )
};

pub static SERIES_LESS_EQUALS: Function = Function {
    kernel: Kernel::Row(|arguments| pairs(arguments, |a, b| holds(a, b, |a, b| a <= b))),
    ..entry(
        "series_less_equals",
        "Whether the first series is less or equal, at each place.",
        &[("series_less_equals(dynamic([1,2,3]), 2)", "[true,true,false]")],
    )
};

const SIGNATURES: &[&str] = &[
    "(series1:dynamicarray, series2:dynamicarray) -> dynamic",
    "(series1:dynamicarray, series2:number) -> dynamic",
    "(series1:number, series2:dynamicarray) -> dynamic",
];

/// An entry without its kernel.
const fn entry(name: &'static str, summary: &'static str, examples: &'static [Example]) -> Function {
    Function { name, category: ELEMENT_WISE, signatures: SIGNATURES, summary, examples, ..Function::NEW }
}

/// An array, or one number for every place.
enum Operand {
    Series(Vec<Json>),
    Number(Json),
}

impl Operand {
    fn new(value: &Value<'_>) -> Option<Operand> {
        match Json::from_value(value) {
            Json::Array(items) => Some(Operand::Series(items)),
            item if number(&item).is_some() => Some(Operand::Number(item)),
            _ => None,
        }
    }

    fn len(&self) -> usize {
        match self {
            Operand::Series(items) => items.len(),
            Operand::Number(_) => 0,
        }
    }

    fn at(&self, index: usize) -> Option<&Json> {
        match self {
            Operand::Series(items) => items.get(index),
            Operand::Number(item) => Some(item),
        }
    }
}

fn pairs(arguments: &[Value<'_>], of: impl Fn(&Json, &Json) -> Option<Json>) -> Value<'static> {
    let (Some(a), Some(b)) = (Operand::new(&arguments[0]), Operand::new(&arguments[1])) else { return Value::Null };
    let at = |index| of(a.at(index)?, b.at(index)?);
    list(Some((0..a.len().max(b.len())).map(|index| at(index).unwrap_or(Json::Null)).collect()))
}

/// Longs stay longs, unless they overflow.
fn whole(a: &Json, b: &Json, longs: fn(i64, i64) -> Option<i64>, other: fn(f64, f64) -> f64) -> Option<Json> {
    match (a, b) {
        (Json::Long(a), Json::Long(b)) => Some(longs(*a, *b).map_or_else(|| Json::Real(other(*a as f64, *b as f64)), Json::Long)),
        _ => reals(a, b, other),
    }
}

fn reals(a: &Json, b: &Json, of: fn(f64, f64) -> f64) -> Option<Json> {
    Some(Json::Real(of(number(a)?, number(b)?)))
}

fn holds(a: &Json, b: &Json, of: fn(f64, f64) -> bool) -> Option<Json> {
    Some(Json::Bool(of(number(a)?, number(b)?)))
}
