//! The account of a run on standard error: one line, what was left out and where; or all of it as JSON.

use std::io::{self, IsTerminal};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::input::{Account, Skipped};
use crate::output::visible;

use super::arguments::{ReportArguments, StatsFormat};
use super::status::tell;

/// Says what was read. Input that was left out is told even when the rest is not wanted.
pub fn say(account: &Account, rows: u64, took: Duration, wanted: &ReportArguments) {
    if wanted.stats_format == Some(StatsFormat::Json) {
        tell(&format!("{}\n", as_json(account, rows, took)));
        return;
    }
    let asked = wanted.stats || wanted.stats_format.is_some();
    let silent = wanted.quiet || !(asked || io::stderr().is_terminal());
    if !silent || !account.is_complete() {
        account.skipped.iter().for_each(|(reason, skipped)| tell(&(left_out(reason, skipped) + "\n")));
    }
    if !silent && (asked || account.files > 0) {
        tell(&(line(account, rows, took) + "\n"));
    }
}

fn left_out(reason: &str, skipped: &Skipped) -> String {
    let places: Vec<String> =
        skipped.places.iter().take(3).map(|place| visible(&format!("{} at byte {}", place.file, place.offset))).collect();
    let more = if skipped.count > places.len() as u64 { ", ..." } else { "" };
    format!("kalypso: left out {}: {reason}: {}{more}", count(skipped.count), places.join(", "))
}

fn line(account: &Account, rows: u64, took: Duration) -> String {
    let mut parts = vec![
        plural(account.files, "file"),
        size(account.bytes),
        format!("{} read", plural(account.records, "record")),
        format!("{} skipped", count(account.skipped.values().map(|s| s.count).sum())),
    ];
    if account.duplicates > 0 {
        parts.push(plural(account.duplicates, "duplicate"));
    }
    if account.misfits > 0 {
        parts.push(format!("{} of an unexpected type", plural(account.misfits, "value")));
    }
    parts.push(plural(rows, "row"));
    parts.push(rate(account.bytes, took));
    parts.join(", ")
}

fn rate(bytes: u64, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if bytes > 1_000_000 && seconds > 0.05 {
        format!("{seconds:.2} s ({}/s)", size((bytes as f64 / seconds) as u64))
    } else {
        format!("{seconds:.2} s")
    }
}

fn as_json(account: &Account, rows: u64, took: Duration) -> Value {
    let skipped: Map<String, Value> = account
        .skipped
        .iter()
        .map(|(reason, skipped)| {
            let places: Vec<Value> = skipped.places.iter().map(|p| json!({"file": p.file, "offset": p.offset})).collect();
            ((*reason).to_owned(), json!({"count": skipped.count, "places": places}))
        })
        .collect();
    json!({
        "files": account.files,
        "bytes": account.bytes,
        "records": account.records,
        "parsed": account.parsed,
        "families": account.families,
        "duplicates": account.duplicates,
        "misfits": account.misfits,
        "skipped": skipped,
        "complete": account.is_complete(),
        "first": account.first.map(|t| t.to_string()),
        "last": account.last.map(|t| t.to_string()),
        "rows": rows,
        "seconds": took.as_secs_f64(),
    })
}

fn plural(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// With commas between thousands.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 || value >= 99.95 { format!("{value:.0} {}", UNITS[unit]) } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!([size(0), size(999), size(1_000), size(99_960), size(1_500_000_000)], ["0 B", "999 B", "1.0 KB", "100 KB", "1.5 GB"]);
    }
}
