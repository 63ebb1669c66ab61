//! Totals of each kind of number: what `sum` and `avg` have in common.

use std::collections::BTreeMap;

use crate::value::{Column, DateTime, Decimal, TimeSpan, Type, Value};

use super::exact::ExactSum;
use super::fold::{Item, State};

/// Longs and ticks, wrapping as Kusto's do.
#[derive(Default)]
pub struct LongTotal {
    pub sum: i64,
    pub count: i64,
}

impl State for LongTotal {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        i64::each(&arguments[0], |row, value| {
            let state = &mut states[groups[row] as usize];
            state.sum = state.sum.wrapping_add(value);
            state.count += 1;
        });
    }

    fn merge(&mut self, later: Self) {
        self.sum = self.sum.wrapping_add(later.sum);
        self.count += later.count;
    }
}

#[derive(Default)]
pub struct RealTotal {
    pub sum: ExactSum,
    pub count: i64,
}

impl State for RealTotal {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        f64::each(&arguments[0], |row, value| {
            let state = &mut states[groups[row] as usize];
            state.sum.add(value);
            state.count += 1;
        });
    }

    fn merge(&mut self, later: Self) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }

    fn memory(&self) -> usize {
        self.sum.memory() + size_of::<i64>()
    }
}

/// Decimals, per exponent and in halves of 17 digits that are far from overflowing: rounded only at the end.
#[derive(Default)]
pub struct DecimalTotal {
    halves: BTreeMap<i16, (i128, i128)>,
    pub count: i64,
}

const HALF: i128 = 10i128.pow(17);

impl DecimalTotal {
    /// `None` beyond the range of decimals.
    pub fn sum(&self) -> Option<Decimal> {
        self.halves.iter().rev().try_fold(Decimal::from(0), |sum, (exponent, (high, low))| {
            sum.add(Decimal::new(*high, exponent + 17))?.add(Decimal::new(*low, *exponent))
        })
    }
}

impl State for DecimalTotal {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        Decimal::each(&arguments[0], |row, value| {
            let state = &mut states[groups[row] as usize];
            let halves = state.halves.entry(value.exponent()).or_default();
            halves.0 += value.coefficient() / HALF;
            halves.1 += value.coefficient() % HALF;
            state.count += 1;
        });
    }

    fn merge(&mut self, later: Self) {
        for (exponent, (high, low)) in later.halves {
            let halves = self.halves.entry(exponent).or_default();
            halves.0 += high;
            halves.1 += low;
        }
        self.count += later.count;
    }

    fn memory(&self) -> usize {
        size_of::<DecimalTotal>() + self.halves.len() * 48
    }
}

/// Ticks or a number as a value of a type.
pub fn integral(bits: i64, ty: Type) -> Value<'static> {
    match ty {
        Type::Int => i32::try_from(bits).map_or(Value::Null, Value::Int),
        Type::DateTime => DateTime::from_ticks(bits).map_or(Value::Null, Value::DateTime),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(bits)),
        _ => Value::Long(bits),
    }
}
