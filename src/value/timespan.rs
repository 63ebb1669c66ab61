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

    pub fn from_ticks(ticks: i64) -> TimeSpan {
        TimeSpan(ticks)
    }

    pub fn ticks(self) -> i64 {
        self.0
    }
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
