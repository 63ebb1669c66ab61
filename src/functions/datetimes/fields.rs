//! The fields of a date: year, month, day, week, hour.

use crate::plan::{Function, Kernel};
use crate::value::{TimeSpan, Type};

use super::ticks::{int, moved};

pub static DAYOFMONTH: Function = Function {
    name: "dayofmonth",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The day of the month, from 1.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| i64::from(date.date().2))),
    examples: &[("dayofmonth(datetime(2015-12-14))", "14")],
    ..Function::NEW
};

pub static DAYOFWEEK: Function = Function {
    name: "dayofweek",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> timespan"],
    summary: "The days since the last Sunday, as a timespan.",
    kernel: Kernel::Columns(|_, operands, rows| {
        moved(operands, rows, Type::TimeSpan, |date, _| Some(date.day_of_week() * TimeSpan::TICKS_PER_DAY))
    }),
    examples: &[("dayofweek(datetime(1947-11-30 10:00:05))", "00:00:00"), ("dayofweek(datetime(1970-05-11))", "1.00:00:00")],
    ..Function::NEW
};

pub static DAYOFYEAR: Function = Function {
    name: "dayofyear",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The day of the year, from 1.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| date.day_of_year())),
    examples: &[("dayofyear(datetime(2015-12-14))", "348")],
    ..Function::NEW
};

pub static GETYEAR: Function = Function {
    name: "getyear",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The year.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| i64::from(date.date().0))),
    examples: &[("getyear(datetime(2015-10-12))", "2015")],
    ..Function::NEW
};

pub static HOUROFDAY: Function = Function {
    name: "hourofday",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The hour, 0 to 23.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| date.time_of_day() / TimeSpan::TICKS_PER_HOUR)),
    examples: &[("hourofday(datetime(2015-12-14 18:54))", "18")],
    ..Function::NEW
};

pub static MONTHOFYEAR: Function = Function {
    name: "monthofyear",
    aliases: &["getmonth"],
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The month, 1 to 12.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| i64::from(date.date().1))),
    examples: &[("monthofyear(datetime(2015-12-14))", "12")],
    ..Function::NEW
};

pub static WEEK_OF_YEAR: Function = Function {
    name: "week_of_year",
    aliases: &["weekofyear"],
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime) -> int"],
    summary: "The week according to ISO 8601: week 1 has the year's first Thursday.",
    kernel: Kernel::Columns(|_, operands, rows| int(operands, rows, |date| date.iso_week().1)),
    examples: &[("week_of_year(datetime(2020-12-31))", "53"), ("week_of_year(datetime(2017-01-01))", "52")],
    ..Function::NEW
};
