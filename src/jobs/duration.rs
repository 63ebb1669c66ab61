//! Durations as published rules and people write them: `5m`, `1d`, `01:00:00`, and ISO 8601's `PT5H`.

use crate::value::TimeSpan;

/// A duration that is longer than nothing.
pub fn parse(text: &str) -> Result<TimeSpan, String> {
    let text = text.trim();
    let span = match text.strip_prefix(['P', 'p']) {
        Some(rest) => iso(rest),
        // `2` is two days to Kusto; here it would be a guess.
        None if text.bytes().all(|b| b.is_ascii_digit()) => None,
        None => TimeSpan::parse(text).or_else(|| in_parts(text)),
    };
    span.filter(|span| span.ticks() > 0).ok_or_else(|| format!("`{text}` is no duration: write it as 5m, 1h, 14d or PT5H"))
}

/// Several numbers with their units: `1h10m`.
fn in_parts(text: &str) -> Option<TimeSpan> {
    let ends_part = |(at, pair): (usize, &[u8])| (pair[0].is_ascii_alphabetic() && pair[1].is_ascii_digit()).then_some(at + 1);
    let ends: Vec<usize> = text.as_bytes().windows(2).enumerate().filter_map(ends_part).chain([text.len()]).collect();
    let mut start = 0;
    ends.into_iter().try_fold(TimeSpan::from_ticks(0), |sum, end| {
        let part = text.get(start..end).filter(|part| part.ends_with(|c: char| c.is_ascii_alphabetic()))?;
        start = end;
        sum.checked_add(TimeSpan::parse(part)?)
    })
}

/// What follows the `P`: days and weeks, then behind a `T` hours, minutes and seconds. Months and years have no fixed length.
fn iso(text: &str) -> Option<TimeSpan> {
    let mut ticks: i64 = 0;
    let mut digits = String::new();
    let mut clock = false;
    for c in text.to_ascii_uppercase().chars() {
        let unit = match (c, clock) {
            ('0'..='9', _) => {
                digits.push(c);
                continue;
            }
            ('T', false) if digits.is_empty() => {
                clock = true;
                continue;
            }
            ('W', false) => 7 * TimeSpan::TICKS_PER_DAY,
            ('D', false) => TimeSpan::TICKS_PER_DAY,
            ('H', true) => TimeSpan::TICKS_PER_HOUR,
            ('M', true) => TimeSpan::TICKS_PER_MINUTE,
            ('S', true) => TimeSpan::TICKS_PER_SECOND,
            _ => return None,
        };
        ticks = digits.parse::<i64>().ok()?.checked_mul(unit)?.checked_add(ticks)?;
        digits.clear();
    }
    digits.is_empty().then(|| TimeSpan::from_ticks(ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations() {
        let minutes = |text: &str| parse(text).map(|span| span.ticks() / TimeSpan::TICKS_PER_MINUTE).ok();
        assert_eq!([minutes("5m"), minutes("PT5H"), minutes("P1DT1M"), minutes("14d")], [Some(5), Some(300), Some(1441), Some(20_160)]);
        assert_eq!([minutes("1h10m"), minutes("1d 2h30m")], [Some(70), None]);
        assert_eq!([minutes("0m"), minutes("5"), minutes("P1M"), minutes("PT"), minutes("soon")], [None; 5]);
    }
}
