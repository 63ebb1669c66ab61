//! The starts and ends of days, weeks, months and years, with an offset in that unit.

use crate::plan::{Function, Kernel};
use crate::value::{DateTime, TimeSpan, Type};

use super::ticks::moved;

/// Ticks of the start of the period that is `offset` after the one of `date`; may be the tick after the last datetime.
type Start = fn(date: DateTime, offset: i64) -> Option<i64>;

fn day(date: DateTime, offset: i64) -> Option<i64> {
    date.start_of_day().ticks().checked_add(offset.checked_mul(TimeSpan::TICKS_PER_DAY)?)
}

fn week(date: DateTime, offset: i64) -> Option<i64> {
    day(date, offset.checked_mul(7)?.checked_sub(date.day_of_week())?)
}

fn month(date: DateTime, offset: i64) -> Option<i64> {
    // The end of the last month of all is the end of time.
    let start = date.start_of_month();
    match start.add_months(offset) {
        Some(moved) => Some(moved.ticks()),
        None => start.add_months(offset.checked_sub(1)?).filter(|last| last.date() == (9999, 12, 1)).map(|_| DateTime::MAX.ticks() + 1),
    }
}

fn year(date: DateTime, offset: i64) -> Option<i64> {
    month(date.start_of_year(), offset.checked_mul(12)?)
}

fn start_of(date: DateTime, offset: i64, start: Start) -> Option<i64> {
    start(date, offset).and_then(DateTime::from_ticks).map(DateTime::ticks)
}

fn end_of(date: DateTime, offset: i64, start: Start) -> Option<i64> {
    let end = start(date, offset.checked_add(1)?)?.checked_sub(1)?;
    DateTime::from_ticks(end).map(DateTime::ticks)
}

pub static ENDOFDAY: Function = Function {
    name: "endofday",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The last tick of the day that the datetime is in, or of another so many days later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| end_of(date, offset, day))),
    examples: &[("endofday(datetime(2017-01-01 10:10:17), -1)", "2016-12-31T23:59:59.9999999Z")],
    ..Function::NEW
};

pub static ENDOFWEEK: Function = Function {
    name: "endofweek",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The last tick of the week that the datetime is in, or of another so many weeks later. Weeks start on Sunday.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| end_of(date, offset, week))),
    examples: &[("endofweek(datetime(2017-01-01 10:10:17), -1)", "2016-12-31T23:59:59.9999999Z")],
    ..Function::NEW
};

pub static ENDOFMONTH: Function = Function {
    name: "endofmonth",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The last tick of the month that the datetime is in, or of another so many months later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| end_of(date, offset, month))),
    examples: &[("endofmonth(datetime(2017-01-01 10:10:17), -1)", "2016-12-31T23:59:59.9999999Z")],
    ..Function::NEW
};

pub static ENDOFYEAR: Function = Function {
    name: "endofyear",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The last tick of the year that the datetime is in, or of another so many years later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| end_of(date, offset, year))),
    examples: &[("endofyear(datetime(2017-01-01 10:10:17), -1)", "2016-12-31T23:59:59.9999999Z")],
    ..Function::NEW
};

pub static STARTOFDAY: Function = Function {
    name: "startofday",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The start of the day that the datetime is in, or of another so many days later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| start_of(date, offset, day))),
    examples: &[("startofday(datetime(2017-01-01 10:10:17), -1)", "2016-12-31T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static STARTOFWEEK: Function = Function {
    name: "startofweek",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The start of the week that the datetime is in, or of another so many weeks later. Weeks start on Sunday.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| start_of(date, offset, week))),
    examples: &[("startofweek(datetime(2017-01-01 10:10:17), -1)", "2016-12-25T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static STARTOFMONTH: Function = Function {
    name: "startofmonth",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The start of the month that the datetime is in, or of another so many months later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| start_of(date, offset, month))),
    examples: &[("startofmonth(datetime(2017-01-01 10:10:17), -1)", "2016-12-01T00:00:00.0000000Z")],
    ..Function::NEW
};

pub static STARTOFYEAR: Function = Function {
    name: "startofyear",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, [offset:long]) -> datetime"],
    summary: "The start of the year that the datetime is in, or of another so many years later.",
    kernel: Kernel::Columns(|_, operands, rows| moved(operands, rows, Type::DateTime, |date, offset| start_of(date, offset, year))),
    examples: &[("startofyear(datetime(2017-01-01 10:10:17), -1)", "2016-01-01T00:00:00.0000000Z")],
    ..Function::NEW
};
