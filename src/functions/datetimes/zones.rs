//! Local times of time zones, by the names of the IANA database.

use chrono::{Duration, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::{DateTime, Json, TimeSpan, Value};

fn find(name: &str) -> Option<Tz> {
    let name = name.trim();
    name.parse().ok().or_else(|| TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name)))
}

fn civil(date: DateTime) -> Option<NaiveDateTime> {
    let seconds = (date.ticks() - DateTime::UNIX_EPOCH_TICKS).div_euclid(TimeSpan::TICKS_PER_SECOND);
    chrono::DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc())
}

fn seconds_to_local(zone: Tz, utc: NaiveDateTime) -> i64 {
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}

/// The later offset holds for a local time that clocks show twice, and for one that they skip.
fn seconds_from_local(zone: Tz, local: NaiveDateTime) -> i64 {
    // Gaps are an hour or two, a whole day where the date line moved.
    for hours in [0, 1, 2, 3, 12, 25] {
        let later = zone.offset_from_local_datetime(&(local + Duration::hours(hours)));
        if let Some(offset) = if hours == 0 { later.latest() } else { later.earliest() } {
            return i64::from(offset.fix().local_minus_utc());
        }
    }
    seconds_to_local(zone, local)
}

fn to_local(zone: Tz, date: DateTime) -> Option<DateTime> {
    date.checked_add(TimeSpan::from_ticks(seconds_to_local(zone, civil(date)?) * TimeSpan::TICKS_PER_SECOND))
}

fn to_utc(zone: Tz, date: DateTime) -> Option<DateTime> {
    date.checked_add(TimeSpan::from_ticks(-seconds_from_local(zone, civil(date)?) * TimeSpan::TICKS_PER_SECOND))
}

/// A constant zone is looked up once and must exist; an unknown one that comes with the rows gives null.
fn prepare(arguments: &Arguments, convert: fn(Tz, DateTime) -> Option<DateTime>) -> Result<RowFunction, String> {
    let constant = match arguments.constant_str(1) {
        None => None,
        Some(name) => Some(find(name).ok_or_else(|| format!("'{name}' is no time zone; datetime_list_timezones() lists them"))?),
    };
    Ok(Box::new(move |row| {
        let zone = constant.or_else(|| find(row[1].as_str()?));
        zone.zip(row[0].as_datetime()).and_then(|(zone, date)| convert(zone, date)).map_or(Value::Null, Value::DateTime)
    }))
}

fn prepare_to_utc(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, to_utc)
}

fn prepare_to_local(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, to_local)
}

pub static DATETIME_LOCAL_TO_UTC: Function = Function {
    name: "datetime_local_to_utc",
    category: "DateTime and timespan functions",
    signatures: &["(from:datetime, timezone:string) -> datetime"],
    summary: "The local time of a time zone in UTC.",
    kernel: Kernel::Prepare(prepare_to_utc),
    examples: &[
        ("datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'US/Pacific')", "2020-02-03T04:02:20.0000000Z"),
        ("datetime_local_to_utc(datetime(2022-03-27 02:00:00), 'Europe/Brussels')", "2022-03-27T00:00:00.0000000Z"),
    ],
    ..Function::NEW
};

pub static DATETIME_UTC_TO_LOCAL: Function = Function {
    name: "datetime_utc_to_local",
    category: "DateTime and timespan functions",
    signatures: &["(from:datetime, timezone:string) -> datetime"],
    summary: "The local time of a time zone at a time in UTC.",
    kernel: Kernel::Prepare(prepare_to_local),
    examples: &[("datetime_utc_to_local(datetime(2020-02-03 04:02:20), 'US/Pacific')", "2020-02-02T20:02:20.0000000Z")],
    ..Function::NEW
};

pub static DATETIME_LIST_TIMEZONES: Function = Function {
    name: "datetime_list_timezones",
    category: "DateTime and timespan functions",
    signatures: &["() -> dynamic"],
    summary: "The names of the time zones, as an array.",
    kernel: Kernel::Row(|_| Json::Array(TZ_VARIANTS.iter().map(|zone| Json::String(zone.name().to_owned())).collect()).into_dynamic()),
    examples: &[("set_has_element(datetime_list_timezones(), 'US/Pacific')", "True")],
    ..Function::NEW
};

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(local: &str, zone: &str) -> String {
        let date = DateTime::parse(local).unwrap_or(DateTime::MIN);
        find(zone).and_then(|zone| to_utc(zone, date)).map_or_else(String::new, |date| date.to_string())
    }

    #[test]
    fn takes_the_later_offset_where_clocks_change() {
        assert_eq!(utc("2022-03-27 02:30", "Europe/Brussels"), "2022-03-27T00:30:00.0000000Z");
        assert_eq!(utc("2022-10-30 02:30", "Europe/Brussels"), "2022-10-30T01:30:00.0000000Z");
        // The whole of this day was skipped.
        assert_eq!(utc("2011-12-30 12:00", "pacific/apia"), "2011-12-29T22:00:00.0000000Z");
    }
}
