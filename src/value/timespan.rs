//! timespan: a signed duration in 100 ns ticks.

use std::fmt;

/// A duration in ticks of 100 ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeSpan(i64);

impl TimeSpan {
    pub const TICKS_PER_MILLISECOND: i64 = 10_000;
    pub const TICKS_PER_SECOND: i64 = 10_000_000;
    pub const TICKS_PER_MINUTE: i64 = 60 * Self::TICKS_PER_SECOND;
    pub const TICKS_PER_HOUR: i64 = 60 * Self::TICKS_PER_MINUTE;
    pub const TICKS_PER_DAY: i64 = 24 * Self::TICKS_PER_HOUR;

    pub const fn from_ticks(ticks: i64) -> TimeSpan {
        TimeSpan(ticks)
    }

    pub fn ticks(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: TimeSpan) -> Option<TimeSpan> {
        self.0.checked_add(other.0).map(TimeSpan)
    }

    pub fn checked_sub(self, other: TimeSpan) -> Option<TimeSpan> {
        self.0.checked_sub(other.0).map(TimeSpan)
    }

    pub fn checked_mul(self, factor: i64) -> Option<TimeSpan> {
        self.0.checked_mul(factor).map(TimeSpan)
    }

    pub fn checked_neg(self) -> Option<TimeSpan> {
        self.0.checked_neg().map(TimeSpan)
    }

    /// A number of ticks that need not be whole; `None` when it does not fit.
    pub fn from_real_ticks(ticks: f64) -> Option<TimeSpan> {
        (ticks.abs() < 9.2e18).then_some(TimeSpan(ticks as i64))
    }

    /// `1.02:03:04.5`, `02:03`, `1d`, `1.5h`, `90 seconds`, `2` (days), each with an optional minus.
    pub fn parse(text: &str) -> Option<TimeSpan> {
        let text = text.trim();
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if !unsigned.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || *b == b'.') {
            return None;
        }
        let span = if unsigned.contains(':') { parse_clock(unsigned)? } else { parse_unit(unsigned)? };
        Some(TimeSpan(if negative { -span } else { span }))
    }

    /// The ticks of a unit's name: `d`, `hours`, `ms`, `tick` …
    pub fn unit(name: &str) -> Option<i64> {
        Some(match name.to_ascii_lowercase().as_str() {
            "d" | "day" | "days" => Self::TICKS_PER_DAY,
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::TICKS_PER_HOUR,
            "m" | "min" | "minute" | "minutes" => Self::TICKS_PER_MINUTE,
            "s" | "sec" | "second" | "seconds" => Self::TICKS_PER_SECOND,
            "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => Self::TICKS_PER_MILLISECOND,
            "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 10,
            "tick" | "ticks" => 1,
            _ => return None,
        })
    }
}

/// `[d.]hh:mm[:ss[.fffffff]]` in ticks.
fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (first, minutes, seconds) = (parts.next()?, number(parts.next()?, 59)?, parts.next().unwrap_or("0"));
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = match first.split_once('.') {
        Some((days, hours)) => (number(days, 10_675_199)?, number(hours, 23)?),
        None => (0, number(first, 23)?),
    };
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let seconds = ((days * 24 + hours) * 60 + minutes) * 60 + number(seconds, 59)?;
    seconds.checked_mul(TimeSpan::TICKS_PER_SECOND)?.checked_add(fraction_ticks(fraction)?)
}

/// A number and a unit, in ticks.
fn parse_unit(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let unit = match text[end..].trim_start() {
        "" if !text.contains('.') => TimeSpan::TICKS_PER_DAY,
        name => TimeSpan::unit(name)?,
    };
    match text[..end].parse::<i64>() {
        Ok(count) => count.checked_mul(unit),
        Err(_) => TimeSpan::from_real_ticks((text[..end].parse::<f64>().ok()? * unit as f64).round()).map(TimeSpan::ticks),
    }
}

fn number(digits: &str, most: i64) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|n| *n <= most)
}

/// The ticks of the digits behind a second's point; digits beyond the seventh are dropped.
pub(super) fn fraction_ticks(digits: &str) -> Option<i64> {
    let mut ticks = 0;
    for (place, byte) in digits.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            return None;
        }
        if place < 7 {
            ticks += i64::from(byte - b'0') * 10i64.pow(6 - place as u32);
        }
    }
    Some(ticks)
}

/// `[-][d.]hh:mm:ss[.fffffff]`, as Kusto prints it.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.0.unsigned_abs();
        let seconds = ticks / Self::TICKS_PER_SECOND as u64;
        let (days, fraction) = (seconds / 86_400, ticks % Self::TICKS_PER_SECOND as u64);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}
