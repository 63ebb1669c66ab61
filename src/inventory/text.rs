//! The inventory as text: for a terminal, a ticket, a mail.

use std::fmt::Write;

use crate::input::Skipped;
use crate::output::figures::{count, plural, size};
use crate::output::visible;
use crate::page::time;
use crate::value::DateTime;

use super::{File, Gaps, Inventory, Rows};

/// Gaps that are shown one by one.
pub const SHOWN: usize = 12;

pub fn as_text(inventory: &Inventory) -> String {
    let mut out = String::new();
    let account = &inventory.account;
    line(&mut out, "Inventory", &format!("made by Kalypso {} at {} UTC", inventory.version, time(inventory.made)));
    if let Some(query) = &inventory.query {
        line(&mut out, "Query", query);
    }
    line(&mut out, "Inputs", &format!("{}, {}", plural(inventory.inputs.len() as u64, "file"), size(total(inventory))));
    line(&mut out, "Records", &records(account.records, account.duplicates, account.conflicts.count));
    if account.uncompared > 0 {
        line(&mut out, "Compared", &format!("{} not with all earlier ones: too many ids", plural(account.uncompared, "record")));
    }
    line(&mut out, "Complete", if account.is_complete() { "yes" } else { "no: some input could not be read, see below" });
    events(&mut out, account.first, account.last, &inventory.gaps, &inventory.gap);
    tables(&mut out, inventory.tables.iter());
    for file in &inventory.files {
        out.push('\n');
        self::file(&mut out, file, &inventory.gap);
    }
    out.push_str("\nSHA-256\n");
    for input in &inventory.inputs {
        let digest = input.sha256.as_deref().unwrap_or_else(|error| error);
        let _ = writeln!(out, "  {}  {}  {}", visible(digest), count(input.bytes), visible(&input.name));
    }
    out
}

fn total(inventory: &Inventory) -> u64 {
    inventory.inputs.iter().map(|input| input.bytes).sum()
}

fn line(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "  {name:<10} {}", visible(text));
}

pub fn records(records: u64, duplicates: u64, conflicts: u64) -> String {
    let mut text = count(records);
    if duplicates > 0 {
        let _ = write!(text, ", {} of them duplicates that count once", count(duplicates));
    }
    if conflicts > 0 {
        let _ = write!(text, ", {} with the id of another and other content", count(conflicts));
    }
    text
}

fn file(out: &mut String, file: &File, gap: &str) {
    let _ = writeln!(out, "{}", visible(&file.name));
    let account = &file.account;
    if let Some(layers) = &file.layers {
        line(out, "Container", &layers.container);
        line(out, "Encoding", &layers.encoding);
        line(out, "Framing", &layers.framing);
        line(out, "Envelope", &layers.envelope);
        line(out, "Families", &layers.families);
        if let Some(dates) = layers.dates {
            line(out, "Dates", &format!("{dates}, where both readings were possible"));
        }
        line(out, "Bytes", &format!("{} of text", count(account.bytes)));
        line(out, "Records", &records(account.records, account.duplicates, account.conflicts));
        tables(out, file.tables.iter());
        events(out, account.first, account.last, &file.gaps, gap);
    }
    for (reason, skipped) in &account.skipped {
        line(out, "Left out", &format!("{}: {reason}{}", count(skipped.count), places(skipped)));
    }
    for (mark, seen) in account.inspection.iter().flat_map(|seen| seen.marks()) {
        line(out, "Lost", &format!("{}: {mark}{}", plural(seen.count, "record"), places(seen)));
    }
}

fn tables<'t>(out: &mut String, tables: impl Iterator<Item = (&'t String, &'t Rows)>) {
    for (at, (table, rows)) in tables.enumerate() {
        let like = if rows.inferred { " (derived by inference)" } else { "" };
        line(out, if at == 0 { "Tables" } else { "" }, &format!("{table}: {}{like}", count(rows.records)));
    }
}

fn events(out: &mut String, first: Option<DateTime>, last: Option<DateTime>, gaps: &Gaps, gap: &str) {
    let (Some(first), Some(last)) = (first, last) else { return line(out, "Events", "no record has a time") };
    line(out, "Events", &format!("{} to {} UTC", time(first), time(last)));
    for (from, to) in gaps.spans.iter().take(SHOWN) {
        line(out, "Gap", &format!("{} to {}, {}", time(*from), time(*to), length(*from, *to)));
    }
    if let Some(more) = gaps.spans.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        line(out, "Gap", &format!("and {more} more longer than {gap}"));
    }
    if gaps.too_many {
        line(out, "Gap", &format!("there are more gaps of {gap} than are kept: ask for longer ones"));
    }
}

/// A length of time in days, hours and minutes.
pub fn length(from: DateTime, to: DateTime) -> String {
    let minutes = (to.ticks() - from.ticks()) / 600_000_000;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// The first places, without the file that they are told under.
pub fn places(skipped: &Skipped) -> String {
    let places: Vec<String> = skipped.places.iter().map(|place| count(place.offset)).collect();
    match skipped.count {
        // A file that is left out whole has no place in it.
        1 if skipped.places.iter().all(|place| place.offset == 0) => String::new(),
        n if n > places.len() as u64 => format!(", at bytes {}, ...", places.join("; ")),
        1 => format!(", at byte {}", places.concat()),
        _ => format!(", at bytes {}", places.join("; ")),
    }
}
