//! The inventory as a page in HTML.

use std::fmt::Write;

use crate::output::figures::count;
use crate::page::{self, escape, escape_lines, plural, size, time};

use super::text::{SHOWN, length, places, records};
use super::{File, Gaps, Inventory};

pub fn as_html(inventory: &Inventory) -> String {
    let mut page = page::open("Inventory");
    header(&mut page, inventory);
    gaps(&mut page, &inventory.gaps, &inventory.gap);
    tables(&mut page, inventory);
    inventory.files.iter().filter(|file| file.layers.is_some()).for_each(|file| self::file(&mut page, file, &inventory.gap));
    left_out(&mut page, inventory);
    digests(&mut page, inventory);
    let _ = writeln!(page, "<footer>Made by Kalypso {} at {}.</footer>", escape(inventory.version), inventory.made);
    page.push_str(page::CLOSE);
    page
}

fn header(page: &mut String, inventory: &Inventory) {
    let account = &inventory.account;
    let span = match (account.first, account.last) {
        (Some(first), Some(last)) => format!(", from {} to {} UTC", time(first), time(last)),
        _ => String::new(),
    };
    let all = records(account.records, account.duplicates, account.conflicts.count);
    let (all, some) = all.split_once(", ").map_or((&*all, String::new()), |(all, some)| (all, format!(", {some}")));
    let _ = writeln!(
        page,
        "<header><h1>Inventory</h1><p class=\"lead\">{} records in {} ({}){}{span}. Made by Kalypso {} at {} UTC.</p></header>",
        escape(all),
        plural(inventory.inputs.len(), "file"),
        size(inventory.inputs.iter().map(|input| input.bytes).sum()),
        escape(&some),
        escape(inventory.version),
        time(inventory.made),
    );
    let complete = if account.is_complete() { "Everything could be read." } else { "<b>Some input could not be read: see below.</b>" };
    let _ = writeln!(page, "<p>{complete}</p>");
    if let Some(query) = &inventory.query {
        let _ = writeln!(page, "<h2>Query</h2>\n<div class=\"sheet\"><pre>{}</pre></div>", escape_lines(query));
    }
    if account.uncompared > 0 {
        let _ =
            writeln!(page, "<p>{} records were not compared with all earlier ones: there are too many ids.</p>", count(account.uncompared));
    }
}

fn gaps(page: &mut String, gaps: &Gaps, gap: &str) {
    let _ = writeln!(page, "<h2>Gaps longer than {}</h2>", escape(gap));
    if gaps.too_many {
        page.push_str("<p>There are more than are kept: ask for longer ones.</p>\n");
    } else if gaps.spans.is_empty() {
        page.push_str("<p class=\"good\">There are none.</p>\n");
    } else {
        page.push_str("<div class=\"scroll sheet\" style=\"padding:0\"><table><thead><tr><th>From</th><th>To</th><th>Length</th></tr></thead><tbody>\n");
        for (from, to) in &gaps.spans {
            let _ = writeln!(page, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", time(*from), time(*to), length(*from, *to));
        }
        page.push_str("</tbody></table></div>\n");
    }
}

fn tables(page: &mut String, inventory: &Inventory) {
    if inventory.tables.is_empty() {
        return;
    }
    page.push_str("<h2>Tables</h2>\n<div class=\"scroll sheet\" style=\"padding:0\"><table><thead><tr><th>Table</th><th class=\"n\">Records</th><th></th></tr></thead><tbody>\n");
    for (name, rows) in &inventory.tables {
        let like = if rows.inferred { "derived by inference" } else { "" };
        let _ = writeln!(page, "<tr><td>{}</td><td class=\"n\">{}</td><td>{like}</td></tr>", escape(name), count(rows.records));
    }
    page.push_str("</tbody></table></div>\n");
}

fn file(page: &mut String, file: &File, gap: &str) {
    let account = &file.account;
    let _ = writeln!(page, "<section class=\"rule\"><h3>{}</h3><table><tbody>", escape(&file.name));
    if let Some(layers) = &file.layers {
        row(page, "Container", &layers.container);
        row(page, "Encoding", &layers.encoding);
        row(page, "Framing", &layers.framing);
        row(page, "Envelope", &layers.envelope);
        row(page, "Families", &layers.families);
        if let Some(dates) = layers.dates {
            row(page, "Dates", &format!("{dates}, where both readings were possible"));
        }
    }
    row(page, "Bytes", &format!("{} of text", count(account.bytes)));
    row(page, "Records", &records(account.records, account.duplicates, account.conflicts));
    for (table, rows) in &file.tables {
        row(page, "Table", &format!("{table}: {}{}", count(rows.records), if rows.inferred { " (derived by inference)" } else { "" }));
    }
    match (account.first, account.last) {
        (Some(first), Some(last)) => row(page, "Events", &format!("{} to {} UTC", time(first), time(last))),
        _ => row(page, "Events", "no record has a time"),
    }
    for (from, to) in file.gaps.spans.iter().take(SHOWN) {
        row(page, &format!("Gap over {gap}"), &format!("{} to {}, {}", time(*from), time(*to), length(*from, *to)));
    }
    if let Some(more) = file.gaps.spans.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        row(page, &format!("Gap over {gap}"), &format!("and {more} more"));
    }
    for (reason, skipped) in &account.skipped {
        row(page, "Left out", &format!("{}: {reason}{}", count(skipped.count), places(skipped)));
    }
    for (mark, seen) in account.inspection.iter().flat_map(|seen| seen.marks()) {
        row(page, "Lost before", &format!("{}: {mark}{}", plural(seen.count as usize, "record"), places(seen)));
    }
    page.push_str("</tbody></table></section>\n");
}

fn row(page: &mut String, name: &str, text: &str) {
    let _ = writeln!(page, "<tr><th>{}</th><td class=\"wide\">{}</td></tr>", escape(name), escape(text));
}

fn left_out(page: &mut String, inventory: &Inventory) {
    let mut files = inventory.files.iter().filter(|file| file.layers.is_none()).peekable();
    if files.peek().is_none() {
        return;
    }
    page.push_str("<h2>Files without records</h2>\n<div class=\"scroll sheet\" style=\"padding:0\"><table><thead><tr><th>File</th><th>Reason</th></tr></thead><tbody>\n");
    for file in files {
        let reasons: Vec<&str> = file.account.skipped.keys().copied().collect();
        let _ = writeln!(
            page,
            "<tr><td class=\"wide\">{}</td><td class=\"wide\">{}</td></tr>",
            escape(&file.name),
            escape(&reasons.join("; "))
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn digests(page: &mut String, inventory: &Inventory) {
    page.push_str("<h2>Digests</h2>\n<div class=\"scroll sheet\" style=\"padding:0\"><table><thead><tr><th>File</th><th class=\"n\">Bytes</th><th>SHA-256</th></tr></thead><tbody>\n");
    for input in &inventory.inputs {
        let digest = escape(input.sha256.as_deref().unwrap_or_else(|error| error));
        let _ = writeln!(
            page,
            "<tr><td class=\"wide\">{}</td><td class=\"n\">{}</td><td><code>{digest}</code></td></tr>",
            escape(&input.name),
            count(input.bytes)
        );
    }
    page.push_str("</tbody></table></div>\n");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::input::{Account, FileAccount};
    use crate::inventory::{Input, Layers, Rows};
    use crate::value::DateTime;

    #[test]
    fn nothing_in_a_log_becomes_markup() {
        let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\u{1b}[31m";
        let mut account = FileAccount::default();
        account.skipped.entry("a reason").or_default().see(evil, 3);
        let layers = || Layers {
            container: evil.into(),
            encoding: evil.into(),
            framing: evil.into(),
            envelope: evil.into(),
            families: evil.into(),
            dates: Some("month first"),
        };
        let file = |layers| File {
            name: evil.into(),
            layers,
            account: account.clone(),
            gaps: Gaps::default(),
            tables: BTreeMap::from([(evil.to_owned(), Rows { records: 1, inferred: true })]),
        };
        let page = as_html(&Inventory {
            version: "0",
            query: Some(evil.into()),
            made: DateTime::MIN,
            gap: evil.into(),
            inputs: vec![Input { name: evil.into(), bytes: 1, sha256: Err(evil.into()) }],
            files: vec![file(Some(layers())), file(None)],
            account: Account::default(),
            gaps: Gaps { spans: vec![(DateTime::MIN, DateTime::MAX)], too_many: false },
            tables: BTreeMap::from([(evil.to_owned(), Rows { records: 1, inferred: false })]),
        });
        assert!(page.contains("&lt;script&gt;"));
        for forbidden in ["<script", "<img", "\u{1b}", "\u{202e}", "onerror=alert(1)>"] {
            assert!(!page.contains(forbidden), "{forbidden:?}");
        }
    }
}
