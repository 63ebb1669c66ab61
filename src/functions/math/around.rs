//! around(): is a value within a distance of a centre?

use std::cmp::Ordering;

use crate::plan::{Function, Kernel};
use crate::value::{TimeSpan, Value};

/// Both ends of the range count. `None` where the values do not go together.
fn around(value: &Value<'_>, center: &Value<'_>, delta: &Value<'_>) -> Option<bool> {
    let (low, high) = match (center, delta) {
        (Value::DateTime(center), Value::TimeSpan(delta)) => {
            let low = center.checked_add(TimeSpan::from_ticks(delta.ticks().checked_neg()?));
            (low.map(Value::DateTime), center.checked_add(*delta).map(Value::DateTime))
        }
        (Value::TimeSpan(center), Value::TimeSpan(delta)) => {
            (center.checked_sub(*delta).map(Value::TimeSpan), center.checked_add(*delta).map(Value::TimeSpan))
        }
        _ => match (center.as_i64(), delta.as_i64()) {
            (Some(center), Some(delta)) => (center.checked_sub(delta).map(Value::Long), center.checked_add(delta).map(Value::Long)),
            _ => {
                let (center, delta) = (center.as_f64()?, delta.as_f64()?);
                (Some(Value::Real(center - delta)), Some(Value::Real(center + delta)))
            }
        },
    };
    // A bound out of range bounds nothing.
    let inside = |bound: Option<Value<'_>>, outside: Ordering| bound.is_none_or(|bound| value.compare(&bound) != outside);
    Some(inside(low, Ordering::Less) && inside(high, Ordering::Greater))
}

pub static AROUND: Function = Function {
    name: "around",
    category: "Other functions",
    signatures: &["(value:scalar, center:scalar, delta:scalar) -> bool"],
    summary: "Is the value between centre - delta and centre + delta?",
    kernel: Kernel::Row(|a| around(&a[0], &a[1], &a[2]).map_or(Value::Null, Value::Bool)),
    examples: &[("around(datetime(2021-01-01 01:29), datetime(2021-01-01 01:30), 1m)", "True"), ("around(5, 1, 3)", "False")],
    ..Function::NEW
};
