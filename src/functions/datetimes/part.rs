//! The parts of a datetime by name, and the functions that read, add and count them.

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::{DateTime, TimeSpan, Value};

/// A part that `datetime_part()`, `datetime_add()` or `datetime_diff()` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Quarter,
    Month,
    WeekOfYear,
    DayOfYear,
    /// Units of fixed length, in ticks.
    Ticks(i64),
    Nanosecond,
}

const WEEK: i64 = 7 * TimeSpan::TICKS_PER_DAY;
const MICROSECOND: i64 = 10;
const NANOSECONDS_PER_TICK: i64 = 100;

const PARTS: &[(&str, Part)] = &[
    ("year", Part::Year),
    ("quarter", Part::Quarter),
    ("month", Part::Month),
    ("week", Part::Ticks(WEEK)),
    ("week_of_year", Part::WeekOfYear),
    ("weekofyear", Part::WeekOfYear),
    ("day", Part::Ticks(TimeSpan::TICKS_PER_DAY)),
    ("dayofyear", Part::DayOfYear),
    ("hour", Part::Ticks(TimeSpan::TICKS_PER_HOUR)),
    ("minute", Part::Ticks(TimeSpan::TICKS_PER_MINUTE)),
    ("second", Part::Ticks(TimeSpan::TICKS_PER_SECOND)),
    ("millisecond", Part::Ticks(TimeSpan::TICKS_PER_MILLISECOND)),
    ("microsecond", Part::Ticks(MICROSECOND)),
    ("nanosecond", Part::Nanosecond),
];

/// The part of this name, in any case, if `accepted`.
fn find(name: &str, accepted: fn(Part) -> bool) -> Option<Part> {
    PARTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, part)| *part).filter(|part| accepted(*part))
}

fn can_be_read(part: Part) -> bool {
    part != Part::Ticks(WEEK)
}

fn can_be_counted(part: Part) -> bool {
    !matches!(part, Part::WeekOfYear | Part::DayOfYear)
}

fn read(part: Part, date: DateTime) -> Option<i64> {
    let (year, month, day) = date.date();
    let second = date.time_of_day() % TimeSpan::TICKS_PER_SECOND;
    Some(match part {
        Part::Year => i64::from(year),
        Part::Quarter => i64::from(month - 1) / 3 + 1,
        Part::Month => i64::from(month),
        Part::WeekOfYear => date.iso_week().1,
        Part::DayOfYear => date.day_of_year(),
        Part::Ticks(TimeSpan::TICKS_PER_DAY) => i64::from(day),
        Part::Ticks(TimeSpan::TICKS_PER_HOUR) => date.time_of_day() / TimeSpan::TICKS_PER_HOUR,
        Part::Ticks(TimeSpan::TICKS_PER_MINUTE) => date.time_of_day() / TimeSpan::TICKS_PER_MINUTE % 60,
        Part::Ticks(TimeSpan::TICKS_PER_SECOND) => date.time_of_day() / TimeSpan::TICKS_PER_SECOND % 60,
        Part::Ticks(ticks) => second / ticks,
        Part::Nanosecond => second * NANOSECONDS_PER_TICK,
    })
}

fn add(part: Part, count: i64, date: DateTime) -> Option<DateTime> {
    match part {
        Part::Year => date.add_months(count.checked_mul(12)?),
        Part::Quarter => date.add_months(count.checked_mul(3)?),
        Part::Month => date.add_months(count),
        Part::Ticks(ticks) => date.checked_add(TimeSpan::from_ticks(count.checked_mul(ticks)?)),
        Part::Nanosecond => date.checked_add(TimeSpan::from_ticks(count.div_euclid(NANOSECONDS_PER_TICK))),
        Part::WeekOfYear | Part::DayOfYear => None,
    }
}

/// How many boundaries of the part were crossed before `date`, from a fixed point on.
fn boundaries(part: Part, date: DateTime) -> Option<i64> {
    let (year, month, _) = date.date();
    Some(match part {
        Part::Year => i64::from(year),
        Part::Quarter => i64::from(year) * 4 + i64::from(month - 1) / 3,
        Part::Month => i64::from(year) * 12 + i64::from(month),
        // Weeks start on Sunday, and time on a Monday.
        Part::Ticks(WEEK) => (date.ticks() + TimeSpan::TICKS_PER_DAY).div_euclid(WEEK),
        Part::Ticks(ticks) => date.ticks().div_euclid(ticks),
        Part::Nanosecond => date.ticks(),
        Part::WeekOfYear | Part::DayOfYear => return None,
    })
}

fn difference(part: Part, later: DateTime, earlier: DateTime) -> Option<i64> {
    let crossed = boundaries(part, later)?.checked_sub(boundaries(part, earlier)?)?;
    if part == Part::Nanosecond { crossed.checked_mul(NANOSECONDS_PER_TICK) } else { Some(crossed) }
}

type OfRow = fn(Part, &[Value<'_>]) -> Option<Value<'static>>;

/// A function whose first argument names a part: a constant name is looked up once and must exist.
fn prepare(arguments: &Arguments, accepted: fn(Part) -> bool, of_row: OfRow) -> Result<RowFunction, String> {
    let constant = match arguments.constant_str(0) {
        None => None,
        Some(name) => Some(find(name, accepted).ok_or_else(|| format!("'{name}' is no part of a datetime that this function takes"))?),
    };
    Ok(Box::new(move |row| {
        let part = constant.or_else(|| find(row[0].as_str()?, accepted));
        part.and_then(|part| of_row(part, row)).unwrap_or(Value::Null)
    }))
}

fn datetime_part(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, can_be_read, |part, row| Some(Value::Int(read(part, row[1].as_datetime()?)? as i32)))
}

fn datetime_add(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, can_be_counted, |part, row| add(part, row[1].as_i64()?, row[2].as_datetime()?).map(Value::DateTime))
}

fn datetime_diff(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, can_be_counted, |part, row| difference(part, row[1].as_datetime()?, row[2].as_datetime()?).map(Value::Long))
}

pub static DATETIME_PART: Function = Function {
    name: "datetime_part",
    aliases: &["datepart"],
    category: "DateTime and timespan functions",
    signatures: &["(part:string, date:datetime) -> int"],
    summary: "The named part of the datetime.",
    kernel: Kernel::Prepare(datetime_part),
    examples: &[
        ("datetime_part('quarter', datetime(2017-10-30))", "4"),
        ("datetime_part('Microsecond', datetime(2017-10-30 01:02:03.7654321))", "765432"),
    ],
    ..Function::NEW
};

pub static DATETIME_ADD: Function = Function {
    name: "datetime_add",
    category: "DateTime and timespan functions",
    signatures: &["(part:string, value:integer, datetime:datetime) -> datetime"],
    summary: "The datetime so many of the named part later; a day that the month has not becomes its last.",
    kernel: Kernel::Prepare(datetime_add),
    examples: &[
        ("datetime_add('month', 13, datetime(2019-01-31))", "2020-02-29T00:00:00.0000000Z"),
        ("datetime_add('day', -1, datetime(0001-01-01))", ""),
    ],
    ..Function::NEW
};

pub static DATETIME_DIFF: Function = Function {
    name: "datetime_diff",
    category: "DateTime and timespan functions",
    signatures: &["(part:string, datetime1:datetime, datetime2:datetime) -> long"],
    summary: "How many boundaries of the named part lie between the second datetime and the first.",
    kernel: Kernel::Prepare(datetime_diff),
    examples: &[
        ("datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", "17"),
        ("datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))", "5"),
        ("datetime_diff('nanosecond', datetime(2017-10-30), datetime(2017-10-30 00:00:00.0000007))", "-700"),
    ],
    ..Function::NEW
};
