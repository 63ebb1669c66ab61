//! Reads the forms of date and time that exports contain (all are UTC unless they carry an offset).

use crate::value::{DateTime, TimeSpan};

/// The columns that may hold a record's own time; the first of these that a record has counts.
pub const TIMES: [&str; 13] = [
    "CreationTime",
    "TimeGenerated",
    "Timestamp",
    "createdDateTime",
    "activityDateTime",
    "eventTimestamp",
    "time",
    "Date (UTC)",
    "CreationDate",
    "detectedDateTime",
    "riskLastUpdatedDateTime",
    // Message traces.
    "Received",
    "origin_timestamp_utc",
];

/// Which of two numbers in `05/06/2021` is the day. Decided per file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayOrder {
    #[default]
    MonthFirst,
    DayFirst,
}

impl DayOrder {
    /// What one value proves: a first or second number above 12.
    pub fn evidence(text: &str) -> Option<DayOrder> {
        let mut reader = Reader { bytes: text.trim_start().as_bytes(), at: 0 };
        let first = reader.number(2)?;
        reader.any(b"/.-")?;
        let second = reader.number(2)?;
        reader.any(b"/.-")?;
        match (first, second) {
            (13..=31, 1..=12) => Some(DayOrder::DayFirst),
            (1..=12, 13..=31) => Some(DayOrder::MonthFirst),
            _ => None,
        }
    }
}

/// The point in time that `text` names, or `None`.
pub fn parse(text: &str, order: DayOrder) -> Option<DateTime> {
    if let Some(time) = iso_seconds(text.as_bytes()) {
        return Some(time);
    }
    let bytes = text.trim().as_bytes();
    if let Some(inner) = bytes.strip_prefix(b"/Date(").or_else(|| bytes.strip_prefix(b"\\/Date(")) {
        return unix_milliseconds(inner);
    }
    let mut reader = Reader { bytes, at: 0 };
    let midnight = match bytes.get(..5)? {
        [a, b, c, d, b'-' | b'/'] if [a, b, c, d].iter().all(|x| x.is_ascii_digit()) => reader.year_first()?,
        [a, ..] if a.is_ascii_alphabetic() => reader.named_month()?,
        _ => reader.numbers(order)?,
    };
    let span = reader.time_of_day()?;
    (reader.at == bytes.len()).then_some(())?;
    midnight.checked_add(span)
}

/// `2021-05-18T21:13:33`, perhaps with a `Z`: nearly all values of the unified audit log.
fn iso_seconds(bytes: &[u8]) -> Option<DateTime> {
    let bytes = match bytes.len() {
        19 => bytes,
        20 if bytes[19] == b'Z' => &bytes[..19],
        _ => return None,
    };
    let shape = bytes[4] == b'-' && bytes[7] == b'-' && bytes[10] == b'T' && bytes[13] == b':' && bytes[16] == b':';
    if !shape {
        return None;
    }
    let two = |at: usize| -> Option<u32> {
        let (a, b) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
        (a < 10 && b < 10).then(|| u32::from(a) * 10 + u32::from(b))
    };
    let midnight = DateTime::from_date((two(0)? * 100 + two(2)?) as i32, two(5)?, two(8)?)?;
    midnight.checked_add(clock(two(11)?, two(14)?, two(17)?, 0)?)
}

fn clock(hour: u32, minute: u32, second: u32, fraction: i64) -> Option<TimeSpan> {
    // A leap second counts as the first of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(TimeSpan::from_ticks(seconds * TimeSpan::TICKS_PER_SECOND + fraction))
}

fn unix_milliseconds(bytes: &[u8]) -> Option<DateTime> {
    let end = bytes.iter().position(|b| *b == b')')?;
    let number = std::str::from_utf8(bytes.get(..end)?).ok()?;
    // `/Date(1728364117000+0200)/`: the offset only says how to show it.
    let cut = number.get(1..)?.find(['+', '-']).map_or(number.len(), |at| at + 1);
    let milliseconds: i64 = number.get(..cut)?.parse().ok()?;
    DateTime::from_ticks(milliseconds.checked_mul(TimeSpan::TICKS_PER_MILLISECOND)?.checked_add(DateTime::UNIX_EPOCH_TICKS)?)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn any(&mut self, of: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|b| of.contains(b))?;
        self.at += 1;
        Some(byte)
    }

    /// A number of one to `most` digits.
    fn number(&mut self, most: usize) -> Option<u32> {
        let start = self.at;
        let mut value = 0u32;
        while self.at - start < most {
            let Some(digit @ b'0'..=b'9') = self.peek() else { break };
            value = value * 10 + u32::from(digit - b'0');
            self.at += 1;
        }
        (self.at > start).then_some(value)
    }

    fn spaces(&mut self) {
        // Some cultures put U+202F (E2 80 AF) or U+00A0 (C2 A0) before AM.
        while self.any(b" \xe2\x80\xaf\xc2\xa0").is_some() {}
    }

    fn year_first(&mut self) -> Option<DateTime> {
        let year = self.number(4)?;
        self.any(b"-/")?;
        let month = self.number(2)?;
        self.any(b"-/")?;
        DateTime::from_date(year as i32, month, self.number(2)?)
    }

    fn numbers(&mut self, order: DayOrder) -> Option<DateTime> {
        let first = self.number(2)?;
        if self.peek() == Some(b' ') {
            return self.day_first(first);
        }
        let separator = self.any(b"/.-")?;
        let second = self.number(2)?;
        self.any(&[separator])?;
        let year = match self.number(4)? {
            short @ 0..=99 => short + 2000,
            year => year,
        };
        // Dots are written day first wherever they are written.
        let day_first = separator == b'.' || order == DayOrder::DayFirst;
        let (month, day) = if day_first { (second, first) } else { (first, second) };
        DateTime::from_date(year as i32, month, day).or_else(|| DateTime::from_date(year as i32, day, month))
    }

    /// `25 Jul 2024`, after the day.
    fn day_first(&mut self, day: u32) -> Option<DateTime> {
        self.spaces();
        let month = self.month()?;
        DateTime::from_date(self.number(4)? as i32, month, day)
    }

    /// The name of a month, and what follows it.
    fn month(&mut self) -> Option<u32> {
        let name = self.bytes.get(self.at..self.at + 3)?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|m| m.as_bytes() == name)? as u32 + 1;
        while self.peek().is_some_and(|b| b.is_ascii_alphabetic() || b == b'.') {
            self.at += 1;
        }
        self.spaces();
        Some(month)
    }

    /// `Jul 25, 2024`
    fn named_month(&mut self) -> Option<DateTime> {
        let month = self.month()?;
        let day = self.number(2)?;
        self.any(b",");
        self.spaces();
        DateTime::from_date(self.number(4)? as i32, month, day)
    }

    /// What follows the date: nothing, or a time with fraction, AM or PM, and offset.
    fn time_of_day(&mut self) -> Option<TimeSpan> {
        if self.at == self.bytes.len() {
            return Some(TimeSpan::from_ticks(0));
        }
        self.any(b"Tt,");
        self.spaces();
        // Kibana writes `Jun 3, 2024 @ 07:58:11.000`.
        self.any(b"@");
        self.spaces();
        let mut hour = self.number(2)?;
        self.any(b":")?;
        let minute = self.number(2)?;
        let second = if self.any(b":").is_some() { self.number(2)? } else { 0 };
        let fraction = if self.any(b".,").is_some() { self.fraction()? } else { 0 };
        self.spaces();
        if let Some(half) = self.any(b"AaPp") {
            self.any(b".");
            self.any(b"Mm")?;
            self.any(b".");
            hour = if (1..=12).contains(&hour) { hour % 12 + if matches!(half, b'P' | b'p') { 12 } else { 0 } } else { return None };
        }
        let offset = self.offset()?;
        Some(TimeSpan::from_ticks(clock(hour, minute, second, fraction)?.ticks() - offset))
    }

    /// Digits of a fraction, in ticks; what is finer is cut.
    fn fraction(&mut self) -> Option<i64> {
        let (mut ticks, mut digits) = (0i64, 0);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if digits < 7 {
                ticks = ticks * 10 + i64::from(digit - b'0');
            }
            digits += 1;
            self.at += 1;
        }
        (digits > 0).then(|| ticks * 10i64.pow(7u32.saturating_sub(digits)))
    }

    fn offset(&mut self) -> Option<i64> {
        self.spaces();
        if self.any(b"Zz").is_some() {
            return Some(0);
        }
        if let Some(b"UTC" | b"GMT") = self.bytes.get(self.at..self.at + 3) {
            self.at += 3;
            return Some(0);
        }
        let Some(sign) = self.any(b"+-") else { return Some(0) };
        let hours = self.number(2)?;
        self.any(b":");
        let minutes = self.number(2).unwrap_or(0);
        let ticks = i64::from(hours * 60 + minutes) * TimeSpan::TICKS_PER_MINUTE;
        Some(if sign == b'-' { -ticks } else { ticks })
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, order: DayOrder) -> String {
        parse(text, order).map_or_else(|| "-".to_owned(), |t| t.to_string())
    }

    #[test]
    fn every_form_of_the_exports() {
        for (text, expected) in [
            ("2021-05-18T21:13:33", "2021-05-18T21:13:33.0000000Z"),
            ("2021-05-18T21:13:33Z", "2021-05-18T21:13:33.0000000Z"),
            ("2021-04-28T14:08:45.4834758+00:00", "2021-04-28T14:08:45.4834758Z"),
            ("2021-04-28T14:08:45.0729893-05:00", "2021-04-28T19:08:45.0729893Z"),
            ("2021-08-02T13:11:39.7724491Z", "2021-08-02T13:11:39.7724491Z"),
            ("2026-01-24T06:54:24.0000000Z ", "2026-01-24T06:54:24.0000000Z"),
            ("4/28/2021, 2:08:45.221 PM", "2021-04-28T14:08:45.2210000Z"),
            ("5/18/2021 9:13:33 PM", "2021-05-18T21:13:33.0000000Z"),
            ("12/1/2021 12:00:01 AM", "2021-12-01T00:00:01.0000000Z"),
            ("18/05/2021 21:13:33", "2021-05-18T21:13:33.0000000Z"),
            ("18.05.2021 21:13:33", "2021-05-18T21:13:33.0000000Z"),
            ("2022-12-12 19:31:41", "2022-12-12T19:31:41.0000000Z"),
            ("/Date(1728364117000)/", "2024-10-08T05:08:37.0000000Z"),
            ("Jul 25, 2024 3:05:26 PM", "2024-07-25T15:05:26.0000000Z"),
            ("25 Jul 2024 15:05:26", "2024-07-25T15:05:26.0000000Z"),
            ("25 July 2024, 15:05", "2024-07-25T15:05:00.0000000Z"),
            ("Jun 3, 2024 @ 07:58:11.000", "2024-06-03T07:58:11.0000000Z"),
            ("2021-05-18", "2021-05-18T00:00:00.0000000Z"),
            ("25 apples", "-"),
            ("2021-05-18T25:13:33", "-"),
            ("10.1.1.1", "-"),
            ("", "-"),
            ("/Date(", "-"),
        ] {
            assert_eq!(shown(text, DayOrder::MonthFirst), expected, "{text}");
        }
        assert_eq!(shown("05/06/2021 01:02:03", DayOrder::DayFirst), "2021-06-05T01:02:03.0000000Z");
        assert_eq!(DayOrder::evidence("15/06/2021 10:11:53"), Some(DayOrder::DayFirst));
        assert_eq!(DayOrder::evidence("6/15/2021 10:11:53 AM"), Some(DayOrder::MonthFirst));
    }
}
