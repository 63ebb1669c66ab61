//! make_datetime() and make_timespan(): from their parts.

use crate::plan::{Function, Kernel};
use crate::value::{DateTime, TimeSpan, Type, Value};

/// The argument as a whole number, `otherwise` where it is missing.
fn whole(arguments: &[Value<'_>], index: usize, otherwise: i64) -> Option<i64> {
    match arguments.get(index) {
        None => Some(otherwise),
        Some(value) => match value.clone().convert(Type::Long) {
            Value::Long(v) => Some(v),
            _ => None,
        },
    }
}

/// The ticks of hours, minutes and seconds (which may have a fraction), each within its range.
fn clock(hour: i64, minute: i64, seconds: Option<&Value<'_>>) -> Option<i64> {
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let seconds = match seconds {
        None => 0,
        Some(value) => match value.as_f64()? {
            v if (0.0..60.0).contains(&v) => (v * TimeSpan::TICKS_PER_SECOND as f64).round() as i64,
            _ => return None,
        },
    };
    Some(hour * TimeSpan::TICKS_PER_HOUR + minute * TimeSpan::TICKS_PER_MINUTE + seconds)
}

fn datetime(arguments: &[Value<'_>]) -> Option<DateTime> {
    let (year, month) = (i32::try_from(whole(arguments, 0, 1)?).ok()?, u32::try_from(whole(arguments, 1, 1)?).ok()?);
    let date = DateTime::from_date(year, month, u32::try_from(whole(arguments, 2, 1)?).ok()?)?;
    let time = clock(whole(arguments, 3, 0)?, whole(arguments, 4, 0)?, arguments.get(5))?;
    DateTime::from_ticks(date.ticks() + time)
}

/// `hours, minutes[, seconds]`, with days before them where there are four.
fn timespan(arguments: &[Value<'_>]) -> Option<TimeSpan> {
    let (days, rest) = match arguments {
        [_, rest @ ..] if rest.len() == 3 => (whole(arguments, 0, 0)?, rest),
        rest => (0, rest),
    };
    let time = clock(whole(rest, 0, 0)?, whole(rest, 1, 0)?, rest.get(2))?;
    if days < 0 {
        return None;
    }
    days.checked_mul(TimeSpan::TICKS_PER_DAY)?.checked_add(time).map(TimeSpan::from_ticks)
}

fn make_datetime<'a>(arguments: &[Value<'a>]) -> Value<'a> {
    match arguments {
        [one] => one.clone().convert(Type::DateTime),
        parts => datetime(parts).map_or(Value::Null, Value::DateTime),
    }
}

fn make_timespan<'a>(arguments: &[Value<'a>]) -> Value<'a> {
    match arguments {
        [one] => one.clone().convert(Type::TimeSpan),
        parts => timespan(parts).map_or(Value::Null, Value::TimeSpan),
    }
}

pub static MAKE_DATETIME: Function = Function {
    name: "make_datetime",
    category: "DateTime and timespan functions",
    signatures: &[
        "(year:number, month:number, day:number, [hour:number], [minute:number], [second:number]) -> datetime",
        "(value:scalar) -> datetime",
    ],
    summary: "A datetime from its parts; null where one is out of its range.",
    kernel: Kernel::Row(make_datetime),
    examples: &[("make_datetime(2017, 10, 1, 12, 11, 0.1234567)", "2017-10-01T12:11:00.1234567Z"), ("make_datetime(2020, 13, 1)", "")],
    ..Function::NEW
};

pub static MAKE_TIMESPAN: Function = Function {
    name: "make_timespan",
    category: "DateTime and timespan functions",
    signatures: &[
        "(days:number, hours:number, minutes:number, seconds:number) -> timespan",
        "(hours:number, minutes:number, [seconds:number]) -> timespan",
        "(value:scalar) -> timespan",
    ],
    summary: "A timespan from its parts; null where one is out of its range.",
    kernel: Kernel::Row(make_timespan),
    examples: &[("make_timespan(1, 12, 30, 55.123)", "1.12:30:55.1230000"), ("make_timespan(25, 70)", "")],
    ..Function::NEW
};
