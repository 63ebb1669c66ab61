//! Functions of datetimes and timespans.

mod bounds;
mod fields;
mod format;
mod make;
mod now;
mod part;
pub(super) mod ticks;
mod unixtime;
mod zones;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &now::AGO,
    &part::DATETIME_ADD,
    &part::DATETIME_DIFF,
    &zones::DATETIME_LIST_TIMEZONES,
    &zones::DATETIME_LOCAL_TO_UTC,
    &part::DATETIME_PART,
    &zones::DATETIME_UTC_TO_LOCAL,
    &fields::DAYOFMONTH,
    &fields::DAYOFWEEK,
    &fields::DAYOFYEAR,
    &bounds::ENDOFDAY,
    &bounds::ENDOFMONTH,
    &bounds::ENDOFWEEK,
    &bounds::ENDOFYEAR,
    &format::FORMAT_DATETIME,
    &format::FORMAT_TIMESPAN,
    &fields::GETYEAR,
    &fields::HOUROFDAY,
    &make::MAKE_DATETIME,
    &make::MAKE_TIMESPAN,
    &fields::MONTHOFYEAR,
    &now::NOW,
    &bounds::STARTOFDAY,
    &bounds::STARTOFMONTH,
    &bounds::STARTOFWEEK,
    &bounds::STARTOFYEAR,
    &unixtime::UNIXTIME_MICROSECONDS_TODATETIME,
    &unixtime::UNIXTIME_MILLISECONDS_TODATETIME,
    &unixtime::UNIXTIME_NANOSECONDS_TODATETIME,
    &unixtime::UNIXTIME_SECONDS_TODATETIME,
    &fields::WEEK_OF_YEAR,
];
