//! min() and max(): the least and the greatest value.

use std::cmp::Ordering;

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::value::{Column, Type, Value};

use super::fold::{Fold, Item, State};
use super::total::integral;

pub static MAX: Aggregate = Aggregate {
    name: "max",
    category: "Aggregation functions",
    signatures: &["(expr:orderable) -> Parameter0"],
    summary: "The greatest value in the group; null without any. A NaN beats every number.",
    prefix: "max",
    make: |arguments| Ok(make::<true>(arguments)),
    examples: &[("datatable(x:long)[3, long(null), 7] | summarize max(x)", "7")],
    ..Aggregate::NEW
};

pub static MIN: Aggregate = Aggregate {
    name: "min",
    category: "Aggregation functions",
    signatures: &["(expr:orderable) -> Parameter0"],
    summary: "The least value in the group; null without any. A NaN beats every number.",
    prefix: "min",
    make: |arguments| Ok(make::<false>(arguments)),
    examples: &[("datatable(x:datetime)[datetime(2024-02-01), datetime(2024-01-01)] | summarize min(x)", "2024-01-01T00:00:00.0000000Z")],
    ..Aggregate::NEW
};

pub static MAXIF: Aggregate = Aggregate {
    name: "maxif",
    category: "Aggregation functions",
    signatures: &["(expr:orderable, predicate:bool) -> Parameter0"],
    summary: "The greatest value in rows where the predicate is true.",
    prefix: "maxif",
    filtered: Some("max"),
    examples: &[("range x from 1 to 10 step 1 | summarize maxif(x, x < 5)", "4")],
    ..Aggregate::NEW
};

pub static MINIF: Aggregate = Aggregate {
    name: "minif",
    category: "Aggregation functions",
    signatures: &["(expr:orderable, predicate:bool) -> Parameter0"],
    summary: "The least value in rows where the predicate is true.",
    prefix: "minif",
    filtered: Some("min"),
    examples: &[("range x from 1 to 10 step 1 | summarize minif(x, x > 5)", "6")],
    ..Aggregate::NEW
};

fn make<const MAX: bool>(arguments: &Arguments) -> Box<dyn Accumulator> {
    match arguments.types.first() {
        Some(ty @ (Type::Int | Type::Long | Type::DateTime | Type::TimeSpan)) => {
            Fold::<LongExtreme<MAX>>::boxed(*ty, |state, ty| state.0.map_or(Value::Null, |bits| integral(bits, ty)))
        }
        Some(Type::Real) => Fold::<RealExtreme<MAX>>::boxed(Type::Real, |state, _| state.0.map_or(Value::Null, Value::Real)),
        other => PerGroup::boxed(vec![other.copied().unwrap_or(Type::String)], || ValueExtreme::<MAX>(Value::Null)),
    }
}

#[derive(Default)]
struct LongExtreme<const MAX: bool>(Option<i64>);

impl<const MAX: bool> LongExtreme<MAX> {
    fn offer(&mut self, value: i64) {
        let best = self.0.unwrap_or(value);
        self.0 = Some(if MAX { best.max(value) } else { best.min(value) });
    }
}

impl<const MAX: bool> State for LongExtreme<MAX> {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        i64::each(&arguments[0], |row, value| states[groups[row] as usize].offer(value));
    }

    fn merge(&mut self, later: Self) {
        if let Some(value) = later.0 {
            self.offer(value);
        }
    }
}

#[derive(Default)]
struct RealExtreme<const MAX: bool>(Option<f64>);

impl<const MAX: bool> RealExtreme<MAX> {
    fn offer(&mut self, value: f64) {
        let better = match self.0 {
            None => true,
            Some(best) => value.is_nan() || if MAX { value > best } else { value < best },
        };
        if better {
            self.0 = Some(value);
        }
    }
}

impl<const MAX: bool> State for RealExtreme<MAX> {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        f64::each(&arguments[0], |row, value| states[groups[row] as usize].offer(value));
    }

    fn merge(&mut self, later: Self) {
        if let Some(value) = later.0 {
            self.offer(value);
        }
    }
}

/// Of strings, bools, guids, decimals and dynamics.
struct ValueExtreme<const MAX: bool>(Value<'static>);

impl<const MAX: bool> ValueExtreme<MAX> {
    fn is_beaten_by(&self, value: &Value<'_>) -> bool {
        !value.is_null() && (self.0.is_null() || value.compare(&self.0) == if MAX { Ordering::Greater } else { Ordering::Less })
    }
}

impl<const MAX: bool> GroupState for ValueExtreme<MAX> {
    fn update(&mut self, arguments: &[Value<'_>]) {
        if self.is_beaten_by(&arguments[0]) {
            self.0 = arguments[0].clone().into_owned();
        }
    }

    fn merge(&mut self, later: Self) {
        if self.is_beaten_by(&later.0) {
            self.0 = later.0;
        }
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![self.0.clone()]
    }
}
