//! avg(): the arithmetic mean of the values that are not null.

use crate::plan::{Accumulator, Aggregate, Arguments};
use crate::value::{Decimal, Type, Value};

use super::fold::Fold;
use super::total::{DecimalTotal, LongTotal, RealTotal, integral};

pub static AVG: Aggregate = Aggregate {
    name: "avg",
    category: "Aggregation functions",
    signatures: &[
        "(expr:integer) -> real",
        "(expr:real) -> real",
        "(expr:decimal) -> decimal",
        "(expr:timespan) -> timespan",
        "(expr:datetime) -> datetime",
    ],
    summary: "The average of the values in the group; of numbers NaN without any. The sum of longs wraps around on overflow.",
    prefix: "avg",
    make,
    examples: &[
        ("datatable(x:long)[1, 2, 4, long(null)] | summarize avg(x)", "2.3333333333333335"),
        ("datatable(x:timespan)[1h, 2h] | summarize avg(x)", "01:30:00"),
    ],
    ..Aggregate::NEW
};

pub static AVGIF: Aggregate = Aggregate {
    name: "avgif",
    category: "Aggregation functions",
    signatures: &[
        "(expr:integer, predicate:bool) -> real",
        "(expr:real, predicate:bool) -> real",
        "(expr:decimal, predicate:bool) -> decimal",
        "(expr:timespan, predicate:bool) -> timespan",
        "(expr:datetime, predicate:bool) -> datetime",
    ],
    summary: "The average of the values in rows where the predicate is true.",
    prefix: "avgif",
    filtered: Some("avg"),
    examples: &[("range x from 1 to 10 step 1 | summarize avgif(x, x > 5)", "8")],
    ..Aggregate::NEW
};

fn make(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    Ok(match arguments.types[..] {
        [Type::Real, ..] => Fold::<RealTotal>::boxed(Type::Real, |total, _| Value::Real(total.sum.round() / total.count as f64)),
        [Type::Decimal, ..] => Fold::<DecimalTotal>::boxed(Type::Decimal, |total, _| decimal_mean(total)),
        [Type::TimeSpan, ..] => Fold::<LongTotal>::boxed(Type::TimeSpan, |total, ty| match total.count {
            0 => Value::Null,
            count => integral(total.sum / count, ty),
        }),
        // The ticks of a few datetimes already overflow a long.
        [Type::DateTime, ..] => Fold::<RealTotal>::boxed(Type::DateTime, |total, ty| match total.count {
            0 => Value::Null,
            count => integral((total.sum.round() / count as f64) as i64, ty),
        }),
        _ => Fold::<LongTotal>::boxed(Type::Real, |total, _| Value::Real(total.sum as f64 / total.count as f64)),
    })
}

fn decimal_mean(total: &DecimalTotal) -> Value<'static> {
    total.sum().and_then(|sum| sum.div(Decimal::from(total.count))).map_or(Value::Null, Value::Decimal)
}
