//! What the texts of options mean: formats, points in time, sizes, parameters.

use crate::output;
use crate::value::DateTime;

/// The names of the formats.
pub fn format_parser() -> clap::builder::PossibleValuesParser {
    output::FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.summary)).collect::<Vec<_>>().into()
}

/// What counts as the current time.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    At(DateTime),
    NewestRecord,
}

/// A point in time, or `auto`.
pub fn moment(text: &str) -> Result<Moment, String> {
    match text {
        "auto" => Ok(Moment::NewestRecord),
        _ => moment_in_time(text).map(Moment::At).map_err(|message| format!("{message} or auto")),
    }
}

/// A point in time as the options take it.
pub fn moment_in_time(text: &str) -> Result<DateTime, String> {
    DateTime::parse(text).ok_or_else(|| "write it as 2024-05-31 or 2024-05-31T13:00:00Z".to_owned())
}

/// `name=value`.
pub fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

/// `500MB`, `2 GB`, `64k` or a number of bytes; units are powers of 1000, as in what is told of a run.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().trim_end_matches('b') {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        _ => return Err(format!("`{text}` is no size such as 500MB or 2GB")),
    };
    number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).ok_or_else(|| format!("`{text}` is no size such as 500MB or 2GB"))
}
