//! format_datetime() and format_timespan(): text by a pattern.

use std::fmt::Write;

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::{DateTime, TimeSpan, Value};

/// What stands between the fields of a pattern.
const DELIMITERS: &str = " /-:,._[]";

/// A piece of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Delimiter(char),
    /// A letter and how often it is repeated.
    Field(char, usize),
}

/// The letters of one kind of pattern, each with the lengths that it can have, longest first.
type Letters = &'static [(&'static str, &'static [usize])];

const DATETIME: Letters = &[("dhHmMs", &[2, 1]), ("fF", &[7, 6, 5, 4, 3, 2, 1]), ("y", &[4, 2, 1]), ("t", &[2])];
const TIMESPAN: Letters = &[("hHms", &[2, 1]), ("fF", &[7, 6, 5, 4, 3, 2, 1]), ("d", &[8, 7, 6, 5, 4, 3, 2, 1])];

/// Cuts a pattern into pieces; a longer run of a letter is several fields.
fn parse(pattern: &str, letters: Letters) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        if DELIMITERS.contains(letter) {
            pieces.push(Piece::Delimiter(letter));
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let run = rest.chars().take_while(|c| *c == letter).count();
        let lengths = letters.iter().find(|(known, _)| known.contains(letter)).map_or(&[][..], |(_, lengths)| lengths);
        let Some(length) = lengths.iter().find(|length| **length <= run) else {
            return Err(format!("'{letter}' in the format '{pattern}' is not supported"));
        };
        pieces.push(Piece::Field(letter, *length));
        rest = &rest[*length..];
    }
    Ok(pieces)
}

/// Writes the fields that datetimes and timespans share; `ticks` since midnight.
fn clock(letter: char, length: usize, ticks: i64, out: &mut String) {
    let number = match letter {
        'h' | 'H' => ticks / TimeSpan::TICKS_PER_HOUR,
        'm' => ticks / TimeSpan::TICKS_PER_MINUTE % 60,
        's' => ticks / TimeSpan::TICKS_PER_SECOND % 60,
        _ => return fraction(letter, length, ticks, out),
    };
    padded(number, length, out);
}

/// `f`: the first digits of the second's fraction; `F`: without zeros at the end.
fn fraction(letter: char, length: usize, ticks: i64, out: &mut String) {
    let digits = format!("{:07}", ticks % TimeSpan::TICKS_PER_SECOND);
    let shown = digits.get(..length).unwrap_or(&digits);
    out.push_str(if letter == 'F' { shown.trim_end_matches('0') } else { shown });
}

fn padded(number: i64, length: usize, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{number:0length$}");
}

fn datetime_field(letter: char, length: usize, date: DateTime, out: &mut String) {
    let (year, month, day) = date.date();
    let hour = date.time_of_day() / TimeSpan::TICKS_PER_HOUR;
    match letter {
        'y' if length == 4 => padded(i64::from(year), 4, out),
        'y' => padded(i64::from(year) % 100, length, out),
        'M' => padded(i64::from(month), length, out),
        'd' => padded(i64::from(day), length, out),
        'h' => padded((hour + 11) % 12 + 1, length, out),
        't' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
        _ => clock(letter, length, date.time_of_day(), out),
    }
}

fn timespan_field(letter: char, length: usize, span: TimeSpan, out: &mut String) {
    let ticks = span.ticks().unsigned_abs();
    match letter {
        'd' => padded((ticks / TimeSpan::TICKS_PER_DAY as u64) as i64, length, out),
        _ => clock(letter, length, (ticks % TimeSpan::TICKS_PER_DAY as u64) as i64, out),
    }
}

fn write(pieces: &[Piece], mut out: String, mut field: impl FnMut(char, usize, &mut String)) -> Value<'static> {
    for piece in pieces {
        match piece {
            Piece::Delimiter(delimiter) => out.push(*delimiter),
            Piece::Field(letter, length) => field(*letter, *length, &mut out),
        }
    }
    Value::string(out)
}

fn show(pieces: &[Piece], value: &Value<'_>) -> Value<'static> {
    match value {
        Value::DateTime(date) => write(pieces, String::new(), |letter, length, out| datetime_field(letter, length, *date, out)),
        Value::TimeSpan(span) => {
            let sign = if span.ticks() < 0 { "-" } else { "" };
            write(pieces, sign.to_owned(), |letter, length, out| timespan_field(letter, length, *span, out))
        }
        _ => Value::string(""),
    }
}

/// A constant pattern is cut once and must be right; a wrong one that comes with the rows gives empty text.
fn prepare(arguments: &Arguments, letters: Letters) -> Result<RowFunction, String> {
    if let Some(pattern) = arguments.constant_str(1) {
        let pieces = parse(pattern, letters)?;
        return Ok(Box::new(move |row| show(&pieces, &row[0])));
    }
    Ok(Box::new(move |row| match row[1].as_str().map(|pattern| parse(pattern, letters)) {
        Some(Ok(pieces)) => show(&pieces, &row[0]),
        _ => Value::string(""),
    }))
}

fn prepare_datetime(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, DATETIME)
}

fn prepare_timespan(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, TIMESPAN)
}

pub static FORMAT_DATETIME: Function = Function {
    name: "format_datetime",
    category: "DateTime and timespan functions",
    signatures: &["(date:datetime, format:string) -> string"],
    summary: "The datetime by a pattern of `yyyy yy y MM M dd d HH H hh h mm m ss s f… F… tt` and delimiters.",
    kernel: Kernel::Prepare(prepare_datetime),
    examples: &[
        ("format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')", "17-01-29 [09:00:05]"),
        ("format_datetime(datetime(2017-01-29 13:00:05), 'yyyy-M-dd [h:mm:ss tt]')", "2017-1-29 [1:00:05 PM]"),
        ("format_datetime(datetime(2020-06-15 13:45:09.1234567), 'y-M-d h:m:s.fffffff')", "20-6-15 1:45:9.1234567"),
    ],
    ..Function::NEW
};

pub static FORMAT_TIMESPAN: Function = Function {
    name: "format_timespan",
    category: "DateTime and timespan functions",
    signatures: &["(timespan:timespan, format:string) -> string"],
    summary: "The timespan by a pattern of `d… hh h mm m ss s f… F…` and delimiters.",
    kernel: Kernel::Prepare(prepare_timespan),
    examples: &[
        ("format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss [FF]')", "29.09:00:05 [12]"),
        ("format_timespan(-(1d + 2h), 'd.hh:mm')", "-1.02:00"),
        ("format_timespan(1d, 'dddd')", "0001"),
    ],
    ..Function::NEW
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_long_runs_and_refuses_unknown_letters() {
        assert_eq!(parse("MMM", DATETIME), Ok(vec![Piece::Field('M', 2), Piece::Field('M', 1)]));
        assert_eq!(parse("d.h", TIMESPAN), Ok(vec![Piece::Field('d', 1), Piece::Delimiter('.'), Piece::Field('h', 1)]));
        for pattern in ["zzz", "K", "t", "%d", "é"] {
            assert!(parse(pattern, DATETIME).is_err(), "{pattern}");
        }
    }
}
