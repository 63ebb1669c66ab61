//! `report.html`: one file that opens in any browser, without a network and without scripts.

mod appendix;
mod chart;
mod rules;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::input::Account;
use crate::library::Severity;
use crate::page::{self, count, escape, plural, size, time, words};
use crate::value::DateTime;

use super::outcome::Status;
use super::results::Summary;

/// Where the report comes from.
pub struct Provenance {
    pub version: String,
    pub now: String,
    pub inputs: Vec<Input>,
}

/// A file that was read.
pub struct Input {
    pub name: String,
    pub bytes: u64,
    pub digest: Option<String>,
}

/// The whole report.
pub fn render(summaries: &[Summary], account: &Account, provenance: &Provenance) -> String {
    let mut found: Vec<&Summary> = summaries.iter().filter(|s| s.rows > 0).collect();
    found.sort_by_key(|s| s.rule.severity);
    let mut page = page::open("Sweep report");
    header(&mut page, summaries, account, provenance);
    tiles(&mut page, &found);
    overview(&mut page, summaries, &found);
    rules::index(&mut page, &found);
    rules::sections(&mut page, &found);
    appendix::quiet_rules(&mut page, summaries);
    appendix::losses(&mut page, account);
    appendix::provenance(&mut page, account, provenance);
    page.push_str(page::CLOSE);
    page
}

fn header(page: &mut String, summaries: &[Summary], account: &Account, provenance: &Provenance) {
    // Of the records not all times are read: what was found tells its own.
    let found = |time: fn(&Summary) -> Option<DateTime>| summaries.iter().filter_map(time);
    let span = match (found(|s| s.first).min(), found(|s| s.last).max()) {
        (Some(first), Some(last)) => format!(". What they found happened from {} to {} UTC", time(first), time(last)),
        _ => String::new(),
    };
    let _ = writeln!(
        page,
        "<header><h1>Sweep report</h1><p class=\"lead\">{} over {} in {} ({}){span}. Evaluated as of {} UTC.</p></header>",
        plural(summaries.len(), "rule"),
        plural(account.records as usize, "record"),
        plural(provenance.inputs.len(), "file"),
        size(provenance.inputs.iter().map(|i| i.bytes).sum()),
        escape(provenance.now.get(..19).unwrap_or(&provenance.now)).replace('T', " "),
    );
}

fn tiles(page: &mut String, found: &[&Summary]) {
    page.push_str("<div class=\"tiles\">");
    for severity in Severity::ALL {
        let of: Vec<&&Summary> = found.iter().filter(|s| s.rule.severity == severity).collect();
        let rows: usize = of.iter().map(|s| s.rows).sum();
        let class = if of.is_empty() { "tile none" } else { "tile" };
        let _ = write!(
            page,
            "<div class=\"{class} {0}\"><b>{1}</b><span>{0}<br>{2} found</span></div>",
            severity.name(),
            count(of.len()),
            if of.is_empty() { "nothing".to_owned() } else { plural(rows, "row") }
        );
    }
    page.push_str("</div>\n");
}

fn overview(page: &mut String, summaries: &[Summary], found: &[&Summary]) {
    let mut tactics: BTreeMap<String, usize> = BTreeMap::new();
    found.iter().flat_map(|s| &s.rule.tactics).for_each(|tactic| *tactics.entry(words(tactic)).or_default() += 1);
    let mut tactics: Vec<(String, usize)> = tactics.into_iter().collect();
    tactics.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    page.push_str("<h2>Overview</h2>\n<div class=\"pair\">\n<div class=\"sheet\"><h4>Matched rules by tactic</h4>");
    let most = tactics.first().map_or(1, |(_, n)| *n);
    page.push_str("<div class=\"bars\">");
    for (tactic, rules) in &tactics {
        let _ = write!(page, "<div>{}</div><i style=\"width:{}%\"></i><span>{rules}</span>", escape(tactic), rules * 100 / most);
    }
    page.push_str("</div>");
    if tactics.is_empty() {
        page.push_str("<p class=\"good\">No matched rule names a tactic.</p>");
    }
    page.push_str("</div>\n<div class=\"sheet\"><h4>Matches over time (UTC)</h4>");
    match chart::histogram(summaries) {
        Some(svg) => {
            page.push_str(&svg);
            page.push_str("<div class=\"key\">");
            for severity in Severity::ALL.iter().filter(|s| found.iter().any(|f| f.rule.severity == **s)) {
                let _ = write!(page, "<span class=\"{0}\">{0}</span>", severity.name());
            }
            page.push_str("</div>");
        }
        None => page.push_str("<p class=\"good\">No match has a time.</p>"),
    }
    page.push_str("</div>\n</div>\n");
    let outcome = Status::ALL.map(|status| {
        let n = summaries.iter().filter(|s| s.status == status).count();
        format!("{} {}", count(n), status.name().replace('_', " "))
    });
    let _ =
        writeln!(page, "<p class=\"lead\" style=\"margin-top:12px\">Of {}: {}.</p>", plural(summaries.len(), "rule"), outcome.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Entity, Rule};

    #[test]
    fn nothing_in_a_log_or_a_rule_becomes_markup() {
        let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\u{1b}[31m";
        let rule = Rule {
            id: evil.into(),
            name: evil.into(),
            description: evil.into(),
            tactics: vec![evil.into()],
            techniques: vec![evil.into()],
            entities: vec![Entity { kind: evil.into(), fields: vec![(evil.into(), "c".into())] }],
            ..Rule::default()
        };
        let summary = Summary {
            rule,
            status: Status::Cut,
            reason: evil.into(),
            rows: 1,
            first: None,
            last: None,
            file: Some("x".into()),
            columns: vec![evil.into()],
            leading: Vec::new(),
            sample: vec![vec![evil.into()]],
            entities: vec![(evil.into(), vec![(evil.into(), 1)])],
            times: Vec::new(),
            tables: vec![evil.into()],
            subqueries: 0,
            unfit: vec![evil.into()],
        };
        let refused = Summary { rows: 0, status: Status::Refused, ..summary.clone() };
        let mut account = Account::default();
        account.skip("a reason", evil, 0);
        let input = Input { name: evil.into(), bytes: 1, digest: Some(evil.into()) };
        let provenance = Provenance { version: evil.into(), now: evil.into(), inputs: vec![input] };
        let page = render(&[summary, refused], &account, &provenance);
        assert!(page.contains("&lt;script&gt;"));
        for forbidden in ["<script", "<img", "\u{1b}", "\u{202e}", "onerror=alert(1)>"] {
            assert!(!page.contains(forbidden), "{forbidden:?}");
        }
    }
}
