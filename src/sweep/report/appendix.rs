//! What stands behind the findings: rules that found nothing or did not run, what was not read, where it all comes from.

use std::fmt::Write;

use crate::input::Account;
use crate::page::{count, escape, plural, size};
use crate::sweep::outcome::Status;
use crate::sweep::results::{Summary, source};
use crate::value::Type;

use super::Provenance;
use super::rules::unfit;

/// Rules without findings, by status, with the reason.
pub fn quiet_rules(page: &mut String, summaries: &[Summary]) {
    page.push_str("<h2>Rules without findings</h2>\n");
    let titles = [
        (Status::Unmatched, "Ran and matched nothing"),
        (Status::NotApplicable, "Not applicable: the inputs hold no such records"),
        (Status::Refused, "Refused: could not run"),
        (Status::Cut, "Cut: used too much"),
    ];
    for (status, title) in titles {
        let of: Vec<&Summary> = summaries.iter().filter(|s| s.status == status && s.rows == 0).collect();
        if of.is_empty() {
            continue;
        }
        // What did not run needs attention before what matched nothing.
        let open = if matches!(status, Status::Cut) { " open" } else { "" };
        let _ = writeln!(page, "<details{open}><summary>{title} <span>{}</span></summary><div class=\"scroll\"><table>", count(of.len()));
        let last = if status == Status::Unmatched { "Reads" } else { "Reason" };
        let _ = writeln!(page, "<thead><tr><th>Rule</th><th>Severity</th><th>{last}</th></tr></thead><tbody>");
        for summary in of {
            let ran = || [source(&summary.tables)].into_iter().chain(unfit(summary)).collect::<Vec<_>>().join("; ");
            let reason = if status == Status::Unmatched { ran() } else { summary.reason.clone() };
            let (name, severity) = (escape(&summary.rule.name), summary.rule.severity.name());
            let _ = writeln!(page, "<tr><td class=\"wide\">{name}</td><td>{severity}</td><td class=\"wide\">{}</td></tr>", escape(&reason));
        }
        page.push_str("</tbody></table></div></details>\n");
    }
}

/// What of the inputs was left out.
pub fn losses(page: &mut String, account: &Account) {
    page.push_str("<h2>What was read</h2>\n<div class=\"sheet\"><div class=\"numbers\">");
    let counts = [("records", account.records), ("of them parsed", account.parsed), ("duplicates left out", account.duplicates)];
    for (what, n) in counts.into_iter().chain([("values of an unexpected type", account.misfits)]) {
        let _ = write!(page, "<span><b>{}</b> {what}</span>", count(n as usize));
    }
    for (family, n) in account.families.iter().filter(|(_, n)| **n > 0) {
        let _ = write!(page, "<span><b>{}</b> {}</span>", count(*n as usize), escape(family));
    }
    page.push_str("</div></div>\n");
    if !account.unfit.is_empty() {
        let told = |(column, (read_as, fits)): (&String, &(Type, Type))| {
            format!("<code>{}</code> was read as {}; some values are {}", escape(column), read_as.name(), fits.name())
        };
        let columns: Vec<String> = account.unfit.iter().map(told).collect();
        let _ =
            writeln!(page, "<p>Values that do not fit the type that their column was sampled with are null: {}.</p>", columns.join("; "));
    }
    if account.skipped.is_empty() {
        page.push_str("<p class=\"good\">Nothing was left out.</p>\n");
        return;
    }
    let total: u64 = account.skipped.values().map(|s| s.count).sum();
    let open = if account.is_complete() { "" } else { " open" };
    let _ =
        writeln!(page, "<details{open}><summary>Left out <span>{}</span></summary><div class=\"scroll\"><table>", count(total as usize));
    page.push_str("<thead><tr><th>Reason</th><th class=\"n\">Times</th><th>Where first</th></tr></thead><tbody>\n");
    for (reason, skipped) in &account.skipped {
        let places: Vec<String> =
            skipped.places.iter().map(|p| format!("{} at byte {}", escape(&p.file), count(p.offset as usize))).collect();
        let _ = writeln!(
            page,
            "<tr><td class=\"wide\">{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td></tr>",
            escape(reason),
            count(skipped.count as usize),
            places.join("<br>")
        );
    }
    page.push_str("</tbody></table></div></details>\n");
}

/// Files, versions, digests.
pub fn provenance(page: &mut String, account: &Account, provenance: &Provenance) {
    let total: u64 = provenance.inputs.iter().map(|i| i.bytes).sum();
    let _ = writeln!(
        page,
        "<h2>Provenance</h2>\n<details><summary>Inputs <span>{}, {}, {} decoded</span></summary><div class=\"scroll\"><table>",
        plural(provenance.inputs.len(), "file"),
        size(total),
        size(account.bytes)
    );
    page.push_str("<thead><tr><th>File</th><th class=\"n\">Bytes</th><th>SHA-256</th></tr></thead><tbody>\n");
    for input in &provenance.inputs {
        let digest = input.digest.as_deref().map_or_else(|| "not taken (--hash)".to_owned(), escape);
        let _ = writeln!(
            page,
            "<tr><td class=\"wide\">{}</td><td class=\"n\">{}</td><td><code>{digest}</code></td></tr>",
            escape(&input.name),
            count(input.bytes as usize)
        );
    }
    page.push_str("</tbody></table></div></details>\n");
    let _ = writeln!(
        page,
        "<footer>Made by Kalypso {}. Every row is in <a href=\"findings.ndjson\">findings.ndjson</a> and \
         <a href=\"timeline.csv\">timeline.csv</a>; <a href=\"run.json\">run.json</a> and <a href=\"account.json\">account.json</a> \
         hold the rules, the digests and what was read.</footer>",
        escape(&provenance.version)
    );
}
