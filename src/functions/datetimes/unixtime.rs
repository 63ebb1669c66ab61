//! Datetimes from Unix times.

use crate::plan::{Function, Kernel};
use crate::value::{DateTime, Decimal, Value};

/// The datetime so many units after 1970-01-01; `per_second` units make a second.
fn from_unix(number: &Value<'_>, per_second: i64) -> Value<'static> {
    let ticks = match number.as_i64() {
        Some(units) => (i128::from(units) * 10_000_000).div_euclid(i128::from(per_second)).try_into().ok(),
        None => number
            .as_decimal()
            .and_then(|units| units.mul(Decimal::from(10_000_000))?.div(Decimal::from(per_second)))
            .and_then(|ticks| ticks.floor().to_i64()),
    };
    let ticks = ticks.and_then(|t: i64| t.checked_add(DateTime::UNIX_EPOCH_TICKS));
    ticks.and_then(DateTime::from_ticks).map_or(Value::Null, Value::DateTime)
}

pub static UNIXTIME_MICROSECONDS_TODATETIME: Function = Function {
    name: "unixtime_microseconds_todatetime",
    category: "DateTime and timespan functions",
    signatures: &["(number:number) -> datetime"],
    summary: "The datetime so many microseconds after 1970-01-01.",
    kernel: Kernel::Row(|a| from_unix(&a[0], 1_000_000)),
    examples: &[("unixtime_microseconds_todatetime(1546300800000000)", "2019-01-01T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static UNIXTIME_MILLISECONDS_TODATETIME: Function = Function {
    name: "unixtime_milliseconds_todatetime",
    category: "DateTime and timespan functions",
    signatures: &["(number:number) -> datetime"],
    summary: "The datetime so many milliseconds after 1970-01-01.",
    kernel: Kernel::Row(|a| from_unix(&a[0], 1_000)),
    examples: &[("unixtime_milliseconds_todatetime(1546300800000)", "2019-01-01T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static UNIXTIME_NANOSECONDS_TODATETIME: Function = Function {
    name: "unixtime_nanoseconds_todatetime",
    category: "DateTime and timespan functions",
    signatures: &["(number:number) -> datetime"],
    summary: "The datetime so many nanoseconds after 1970-01-01.",
    kernel: Kernel::Row(|a| from_unix(&a[0], 1_000_000_000)),
    examples: &[("unixtime_nanoseconds_todatetime(1546300800000000000)", "2019-01-01T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static UNIXTIME_SECONDS_TODATETIME: Function = Function {
    name: "unixtime_seconds_todatetime",
    category: "DateTime and timespan functions",
    signatures: &["(number:number) -> datetime"],
    summary: "The datetime so many seconds after 1970-01-01.",
    kernel: Kernel::Row(|a| from_unix(&a[0], 1)),
    examples: &[("unixtime_seconds_todatetime(1546300800)", "2019-01-01T00:00:00.0000000Z")],
    ..Function::NEW
};
