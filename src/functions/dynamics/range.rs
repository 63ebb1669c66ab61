//! range() and repeat(): arrays made from a rule.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{DateTime, Decimal, Json, TimeSpan, Value, text_bound};

use super::argument::list;

/// Longer arrays are cut, as Kusto does.
const MOST: usize = 1 << 20;

pub static RANGE: Function = Function {
    name: "range",
    category: "Dynamic and array functions",
    signatures: &["(start:summable, stop:summable, [step:summable]) -> dynamic"],
    summary: "An array from `start` to `stop` (included) by `step`, which is 1 or, for times, 1h; it is cut after 1,048,576 elements.",
    kernel: Kernel::Row(|arguments| list(range(&arguments[0], &arguments[1], arguments.get(2)))),
    examples: &[("range(1, 8, 3)", "[1,4,7]"), ("range(1h, 3h)", "[\"01:00:00\",\"02:00:00\",\"03:00:00\"]"), ("range(3, 1)", "[]")],
    ..Function::NEW
};

pub static REPEAT: Function = Function {
    name: "repeat",
    category: "Dynamic and array functions",
    signatures: &["(value:notdynamic, count:long) -> dynamic"],
    summary: "An array of the value `count` times; null for a negative count.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let count = arguments[1].as_i64().and_then(|count| usize::try_from(count).ok());
        let count = count.map(|count| count.min(MOST));
        text_bound::check_times(count.unwrap_or(0), arguments[0].as_str().map_or(0, str::len));
        list(count.map(|count| vec![Json::from_value(&arguments[0]); count]))
    }),
    examples: &[("repeat(1, 3)", "[1,1,1]"), ("repeat('a', -1)", "")],
    ..Function::NEW
};

fn range(start: &Value<'_>, stop: &Value<'_>, step: Option<&Value<'_>>) -> Option<Vec<Json>> {
    let hour = Value::TimeSpan(TimeSpan::from_ticks(TimeSpan::TICKS_PER_HOUR));
    match (start, stop) {
        (Value::DateTime(a), Value::DateTime(b)) => {
            let step = step.unwrap_or(&hour).as_timespan()?.ticks();
            whole(a.ticks(), b.ticks(), step, |ticks| DateTime::from_ticks(ticks).map_or(Json::Null, Json::DateTime))
        }
        (Value::TimeSpan(a), Value::TimeSpan(b)) => {
            let step = step.unwrap_or(&hour).as_timespan()?.ticks();
            whole(a.ticks(), b.ticks(), step, |ticks| Json::TimeSpan(TimeSpan::from_ticks(ticks)))
        }
        _ => numbers(start, stop, step.unwrap_or(&Value::Long(1))),
    }
}

fn numbers(start: &Value<'_>, stop: &Value<'_>, step: &Value<'_>) -> Option<Vec<Json>> {
    if let (Some(start), Some(stop), Some(step)) = (start.as_i64(), stop.as_i64(), step.as_i64()) {
        return whole(start, stop, step, Json::Long);
    }
    let decimal = [start, stop, step].iter().any(|v| matches!(v, Value::Decimal(_)));
    let item = |v: f64| if decimal { Decimal::from_f64(v).map_or(Json::Null, Json::Decimal) } else { Json::Real(v) };
    let (start, stop, step) = (start.as_f64()?, stop.as_f64()?, step.as_f64()?);
    let count = ((stop - start) / step).floor();
    if step == 0.0 || !count.is_finite() {
        return None;
    }
    let count = if count < 0.0 { 0 } else { (count as usize).saturating_add(1).min(MOST) };
    Some((0..count).map(|at| item(start + at as f64 * step)).collect())
}

fn whole(start: i64, stop: i64, step: i64, item: impl Fn(i64) -> Json) -> Option<Vec<Json>> {
    if step == 0 {
        return None;
    }
    let inside = |v: &i64| if step > 0 { *v <= stop } else { *v >= stop };
    let values = std::iter::successors(Some(start), |v| v.checked_add(step)).take_while(inside);
    Some(values.take(MOST).map(item).collect())
}
