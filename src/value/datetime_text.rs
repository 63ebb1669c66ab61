//! Reads datetimes from text: a fast path for ISO 8601, and a reader of words and numbers for all other forms.

use super::timespan::fraction_ticks;
use super::{DateTime, TimeSpan};

/// Reads digits and separators from the front of bytes.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(count)?;
        let mut value = 0;
        for byte in head {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + u32::from(digit);
        }
        self.0 = rest;
        Some(value)
    }

    fn take(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn fraction(&mut self) -> Option<i64> {
        let end = self.0.iter().position(|b| !b.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        if digits.is_empty() { None } else { fraction_ticks(std::str::from_utf8(digits).ok()?) }
    }
}

/// `YYYY[-MM[-DD]][(T| )hh:mm[:ss[.f…]]][Z| GMT|±hh[:]mm]`.
pub(super) fn parse_iso(text: &[u8]) -> Option<DateTime> {
    let mut at = Cursor(text);
    let year = at.digits(4)?;
    let (mut month, mut day) = (1, 1);
    if at.take(b'-') {
        month = at.digits(2)?;
        if at.take(b'-') {
            day = at.digits(2)?;
        }
    }
    let date = DateTime::from_date(year as i32, month, day)?;
    if at.0.is_empty() {
        return Some(date);
    }
    if !(at.take(b'T') || at.take(b't')) {
        let before = at.0.len();
        at.0 = at.0.trim_ascii_start();
        if at.0.len() == before && !at.0.eq_ignore_ascii_case(b"z") {
            return None;
        }
    }
    let time = if at.0.first().is_some_and(u8::is_ascii_digit) { iso_time(&mut at)? } else { 0 };
    let offset = zone(at.0)?;
    DateTime::from_ticks(date.ticks() + time - offset)
}

fn iso_time(at: &mut Cursor<'_>) -> Option<i64> {
    let hour = at.digits(2)?;
    if !at.take(b':') {
        return None;
    }
    let minute = at.digits(2)?;
    let (mut second, mut fraction) = (0, 0);
    if at.take(b':') {
        second = at.digits(2)?;
        if at.take(b'.') || at.take(b',') {
            fraction = at.fraction()?;
        }
    }
    clock(hour, minute, second, fraction)
}

fn clock(hour: u32, minute: u32, second: u32, fraction: i64) -> Option<i64> {
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    (hour < 24 && minute < 60 && second < 60).then_some(seconds * TimeSpan::TICKS_PER_SECOND + fraction)
}

/// `20221202`.
pub(super) fn parse_compact(text: &[u8]) -> Option<DateTime> {
    let mut at = Cursor(text);
    let (year, month, day) = (at.digits(4)?, at.digits(2)?, at.digits(2)?);
    at.0.is_empty().then_some(())?;
    DateTime::from_date(year as i32, month, day)
}

/// Ticks that a zone is ahead of UTC. Nothing at all is UTC.
fn zone(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    if text.is_empty() || [&b"z"[..], b"gmt", b"utc", b"ut"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let (sign, mut at) = match text.split_first()? {
        (b'+', rest) => (1, Cursor(rest)),
        (b'-', rest) => (-1, Cursor(rest)),
        _ => return american_zone(text),
    };
    let hours = at.digits(2)?;
    at.take(b':');
    let minutes = if at.0.is_empty() { 0 } else { at.digits(2)? };
    (at.0.is_empty() && hours <= 14 && minutes < 60).then_some(sign * i64::from(hours * 60 + minutes) * TimeSpan::TICKS_PER_MINUTE)
}

/// The zones that RFC 822 names.
fn american_zone(name: &[u8]) -> Option<i64> {
    let names: [(&[u8], i64); 8] =
        [(b"EST", -5), (b"EDT", -4), (b"CST", -6), (b"CDT", -5), (b"MST", -7), (b"MDT", -6), (b"PST", -8), (b"PDT", -7)];
    names.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, hours)| hours * TimeSpan::TICKS_PER_HOUR)
}

/// The parts that a date in words was found to have.
#[derive(Default)]
struct Parts {
    numbers: Vec<(u32, usize)>,
    month: Option<(u32, usize)>,
    time: Option<i64>,
    afternoon: Option<bool>,
    offset: i64,
}

/// `Tue, 28 Apr 2021 15:05:02 GMT`, `Tuesday, 28-Apr-21 15:05 GMT`, `Apr 28, 2021 3 PM`, `4/28/2021, 2:08:45.221 PM`, `18/05/2021 21:13:33`.
pub(super) fn parse_words(text: &str) -> Option<DateTime> {
    // Browsers write a narrow no-break space before PM.
    if text.len() > 64 || !text.chars().all(|c| c.is_ascii() || c.is_whitespace()) {
        return None;
    }
    let mut parts = Parts::default();
    for word in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|w| !w.is_empty()) {
        parts.read(word)?;
    }
    let (year, month, day) = parts.date()?;
    let date = DateTime::from_date(year as i32, month, day)?;
    DateTime::from_ticks(date.ticks() + parts.time_of_day()? - parts.offset)
}

impl Parts {
    fn read(&mut self, word: &str) -> Option<()> {
        if word.contains(':') {
            let end = word.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(word.len());
            self.time = Some(loose_time(&word[..end])?);
            return if end < word.len() { self.read_mark(&word[end..]) } else { Some(()) };
        }
        if self.time.is_some() && !word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.read_mark(word);
        }
        for piece in word.split(['/', '-', '.']).filter(|p| !p.is_empty()) {
            if piece.bytes().all(|b| b.is_ascii_digit()) {
                self.numbers.push((piece.parse().ok()?, piece.len()));
            } else if let Some(month) = month_of(piece) {
                self.month.is_none().then_some(())?;
                self.month = Some((month, self.numbers.len()));
            } else if !is_weekday(piece) {
                return None;
            }
        }
        Some(())
    }

    /// AM, PM, or a zone.
    fn read_mark(&mut self, word: &str) -> Option<()> {
        match word.to_ascii_uppercase().as_str() {
            "AM" => self.afternoon = Some(false),
            "PM" => self.afternoon = Some(true),
            _ => self.offset = zone(word.as_bytes())?,
        }
        Some(())
    }

    fn time_of_day(&self) -> Option<i64> {
        let time = self.time.unwrap_or(0);
        let hour = time / TimeSpan::TICKS_PER_HOUR;
        match self.afternoon {
            Some(_) if !(1..=12).contains(&hour) => None,
            Some(afternoon) => Some(time + (i64::from(afternoon) * 12 - i64::from(hour == 12) * 12) * TimeSpan::TICKS_PER_HOUR),
            None => Some(time),
        }
    }

    /// Month before day as in the United States, unless the first number can't be a month.
    fn date(&self) -> Option<(u32, u32, u32)> {
        let year = |(value, length): (u32, usize)| match length {
            1 | 2 => Some(if value < 50 { 2000 + value } else { 1900 + value }),
            4 => Some(value),
            _ => None,
        };
        match (self.month, self.numbers.as_slice()) {
            (Some((month, _)), [first, second]) if first.1 == 4 => Some((first.0, month, second.0)),
            (Some((month, _)), [first, second]) => Some((year(*second)?, month, first.0)),
            (Some((month, _)), [only]) if only.1 == 4 => Some((only.0, month, 1)),
            (None, [first, second, third]) if first.1 == 4 => Some((first.0, second.0, third.0)),
            (None, [first, second, third]) if first.0 > 12 => Some((year(*third)?, second.0, first.0)),
            (None, [first, second, third]) => Some((year(*third)?, first.0, second.0)),
            _ => None,
        }
    }
}

/// `h:mm[:ss[.f…]]`.
fn loose_time(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
    let (second, fraction) = second.split_once('.').unwrap_or((second, ""));
    if parts.next().is_some() || [hour, minute, second].iter().any(|p| p.len() > 2) {
        return None;
    }
    clock(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, fraction_ticks(fraction)?)
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    position_of_name(&MONTHS, word).map(|at| at as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    position_of_name(&DAYS, word).is_some()
}

/// A name in full or by its first three letters.
fn position_of_name(names: &[&str], word: &str) -> Option<usize> {
    names.iter().position(|name| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_logs() {
        let cases = [
            ("2021-05-18T21:13:33", "2021-05-18T21:13:33.0000000Z"),
            ("2021-05-18T21:13:33.4834758+00:00", "2021-05-18T21:13:33.4834758Z"),
            ("2021-05-18T21:13:33.0729893-05:00", "2021-05-19T02:13:33.0729893Z"),
            ("2026-01-24T06:54:24.0000000Z ", "2026-01-24T06:54:24.0000000Z"),
            ("2022-12-12 19:31:41", "2022-12-12T19:31:41.0000000Z"),
            ("2022-12-12T19:31:41.123456789Z", "2022-12-12T19:31:41.1234567Z"),
            ("2020", "2020-01-01T00:00:00.0000000Z"),
            ("2020-02", "2020-02-01T00:00:00.0000000Z"),
            ("20200229", "2020-02-29T00:00:00.0000000Z"),
            ("4/28/2021, 2:08:45.221 PM", "2021-04-28T14:08:45.2210000Z"),
            ("4/28/2021, 2:08:45\u{202f}PM", "2021-04-28T14:08:45.0000000Z"),
            ("5/18/2021 12:13:33 AM", "2021-05-18T00:13:33.0000000Z"),
            ("18/05/2021 21:13:33", "2021-05-18T21:13:33.0000000Z"),
            ("Sat, 8 Nov 14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"),
            ("Saturday, 08-Nov-14 15:05 GMT", "2014-11-08T15:05:00.0000000Z"),
            ("Wed, 28 Apr 2021 15:05:02 +0200", "2021-04-28T13:05:02.0000000Z"),
            ("2021-04-28 3:05:02 PM", "2021-04-28T15:05:02.0000000Z"),
        ];
        for (text, shown) in cases {
            assert_eq!(DateTime::parse(text).map(|t| t.to_string()).as_deref(), Some(shown), "{text}");
        }
        for text in [
            "",
            "not a date",
            "20201301",
            "202002290",
            "2020-13-01",
            "2020-02-30",
            "2020-01-01T25:00",
            "12",
            "637134336000000000",
            "1.2.3.4.5",
            "é",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }
}
