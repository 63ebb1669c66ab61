//! datetime: 100 ns ticks since 0001-01-01T00:00:00Z, to 9999-12-31.

use std::fmt;
use std::ops::Range;

use super::{TimeSpan, datetime_text};

/// A point in time in UTC, as ticks of 100 ns since the start of year 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime(i64);

impl DateTime {
    pub const MIN: DateTime = DateTime(0);
    pub const MAX: DateTime = DateTime(3_155_378_975_999_999_999);
    /// 1970-01-01, in ticks.
    pub const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

    /// `None` outside of 0001-01-01 to 9999-12-31.
    pub fn from_ticks(ticks: i64) -> Option<DateTime> {
        (0..=Self::MAX.0).contains(&ticks).then_some(DateTime(ticks))
    }

    pub fn ticks(self) -> i64 {
        self.0
    }

    /// Midnight of a date in the proleptic Gregorian calendar.
    pub fn from_date(year: i32, month: u32, day: u32) -> Option<DateTime> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        DateTime::from_ticks(days_from_civil(year, month, day) * TimeSpan::TICKS_PER_DAY)
    }

    /// Year, month (1 to 12), day of the month.
    pub fn date(self) -> (i32, u32, u32) {
        civil_from_days(self.0.div_euclid(TimeSpan::TICKS_PER_DAY))
    }

    /// Ticks since midnight.
    pub fn time_of_day(self) -> i64 {
        self.0.rem_euclid(TimeSpan::TICKS_PER_DAY)
    }

    pub fn checked_add(self, span: TimeSpan) -> Option<DateTime> {
        self.0.checked_add(span.ticks()).and_then(DateTime::from_ticks)
    }

    /// The same time of day so many months later; the last day of the month where the day does not exist.
    pub fn add_months(self, months: i64) -> Option<DateTime> {
        let (year, month, day) = self.date();
        let index = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months)?;
        let (year, month) = (i32::try_from(index.div_euclid(12)).ok()?, index.rem_euclid(12) as u32 + 1);
        let date = DateTime::from_date(year, month, day.min(days_in_month(year, month)))?;
        DateTime::from_ticks(date.0 + self.time_of_day())
    }

    /// 0 for Sunday to 6 for Saturday.
    pub fn day_of_week(self) -> i64 {
        // 0001-01-01 was a Monday.
        (self.0.div_euclid(TimeSpan::TICKS_PER_DAY) + 1).rem_euclid(7)
    }

    /// 1 for the first of January.
    pub fn day_of_year(self) -> i64 {
        let (year, _, _) = self.date();
        self.0.div_euclid(TimeSpan::TICKS_PER_DAY) - days_from_civil(year, 1, 1) + 1
    }

    /// The ISO 8601 week: (year that the week belongs to, week from 1).
    pub fn iso_week(self) -> (i32, i64) {
        let day = self.0.div_euclid(TimeSpan::TICKS_PER_DAY);
        // A week belongs to the year of its Thursday.
        let thursday = day - day.rem_euclid(7) + 3;
        let (year, _, _) = civil_from_days(thursday);
        (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
    }

    pub fn start_of_day(self) -> DateTime {
        DateTime(self.0 - self.time_of_day())
    }

    /// The Sunday on or before, at midnight; `None` before the first Sunday of year 1.
    pub fn start_of_week(self) -> Option<DateTime> {
        DateTime::from_ticks(self.start_of_day().0 - self.day_of_week() * TimeSpan::TICKS_PER_DAY)
    }

    pub fn start_of_month(self) -> DateTime {
        let (_, _, day) = self.date();
        DateTime(self.start_of_day().0 - (i64::from(day) - 1) * TimeSpan::TICKS_PER_DAY)
    }

    pub fn start_of_year(self) -> DateTime {
        DateTime(self.start_of_day().0 - (self.day_of_year() - 1) * TimeSpan::TICKS_PER_DAY)
    }

    /// Every form that `todatetime()` takes: ISO 8601 and its parts, RFC 822, RFC 850, `4/28/2021, 2:08:45.221 PM`. Without a
    /// zone the time is UTC.
    pub fn parse(text: &str) -> Option<DateTime> {
        let text = text.trim_ascii();
        let bytes = text.as_bytes();
        datetime_text::parse_iso(bytes).or_else(|| datetime_text::parse_compact(bytes)).or_else(|| datetime_text::parse_words(text))
    }

    /// The current time of the machine's clock.
    pub fn now() -> DateTime {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        DateTime(Self::UNIX_EPOCH_TICKS + (since.as_nanos() / 100) as i64)
    }
}

pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 0001-01-01 (Howard Hinnant's `days_from_civil`, shifted).
fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let m = i64::from(month);
    let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 306
}

fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let z = days + 306;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    ((yoe + era * 400 + i64::from(month <= 2)) as i32, month, day)
}

/// `2020-01-01T00:00:00.0000000Z`, as Kusto prints it.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let ticks = self.time_of_day();
        let seconds = ticks / TimeSpan::TICKS_PER_SECOND;
        // Digit by digit: results have millions of these.
        let mut text = *b"0000-00-00T00:00:00.0000000Z";
        let mut put = |digits: Range<usize>, mut number: i64| {
            for at in digits.rev() {
                text[at] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        put(0..4, i64::from(year));
        put(5..7, i64::from(month));
        put(8..10, i64::from(day));
        put(11..13, seconds / 3600);
        put(14..16, seconds / 60 % 60);
        put(17..19, seconds % 60);
        put(20..27, ticks % TimeSpan::TICKS_PER_SECOND);
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}
