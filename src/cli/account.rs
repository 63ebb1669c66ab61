//! The account of a run on standard error: one line, what was left out and where; or all of it as JSON.

use std::io::{self, IsTerminal};
use std::time::Duration;

use serde_json::{Value, json};

use crate::engine::Session;
use crate::execute::memory;
use crate::input::{Account, Skipped};
use crate::inventory;
use crate::output::figures::{count, plural, size};
use crate::output::visible;

use super::arguments::{ReportArguments, StatsFormat};
use super::status::tell;

/// What is told of a run.
pub struct Ran<'r> {
    pub session: &'r Session,
    pub account: &'r Account,
    pub query: Option<&'r str>,
    pub rows: u64,
    pub took: Duration,
}

/// Says what was read. Input that was left out is told even when the rest is not wanted.
pub fn say(ran: &Ran<'_>, wanted: &ReportArguments) {
    let account = ran.account;
    if wanted.stats_format == Some(StatsFormat::Json) {
        tell(&format!("{}\n", as_json(ran, wanted.sha256)));
        return;
    }
    let asked = wanted.stats || wanted.stats_format.is_some();
    let silent = wanted.quiet || !(asked || io::stderr().is_terminal());
    if !silent || !account.is_complete() {
        account.skipped.iter().for_each(|(reason, skipped)| tell(&(left_out(reason, skipped) + "\n")));
    }
    if !silent && (asked || account.files > 0) {
        tell(&(line(account, ran.rows, ran.took) + "\n"));
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
    if account.conflicts.count > 0 {
        parts.push(format!("{} with the id of another and other content", plural(account.conflicts.count, "record")));
    }
    if account.uncompared > 0 {
        parts.push(format!("{} not compared with all earlier ones", plural(account.uncompared, "record")));
    }
    if account.misfits > 0 {
        parts.push(format!("{} of an unexpected type", plural(account.misfits, "value")));
    }
    parts.push(plural(rows, "row"));
    parts.extend(memory::peak().map(|peak| format!("{} of memory", size(peak))));
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

fn as_json(ran: &Ran<'_>, with_digests: bool) -> Value {
    let mut json = ran.account.to_json();
    json["rows"] = json!(ran.rows);
    json["peak_memory_bytes"] = json!(memory::peak());
    json["seconds"] = json!(ran.took.as_secs_f64());
    json["kalypso"] = json!(env!("CARGO_PKG_VERSION"));
    json["query"] = json!(ran.query);
    json["now"] = json!(ran.session.context().now.to_string());
    if with_digests {
        json["inputs"] = inventory::inputs(ran.session).iter().map(inventory::Input::to_json).collect();
    }
    json
}
