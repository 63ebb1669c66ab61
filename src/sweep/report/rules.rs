//! The rules that found something: an index, and a section for each.

use std::fmt::Write;

use crate::page::{count, escape, escape_lines, plural, short, time, words};
use crate::sweep::outcome::Status;
use crate::sweep::results::{Summary, source};

/// One line a rule, the gravest first.
pub fn index(page: &mut String, found: &[&Summary]) {
    page.push_str("<h2>Findings</h2>\n");
    if found.is_empty() {
        page.push_str("<p class=\"good\">No rule found anything.</p>\n");
        return;
    }
    page.push_str("<div class=\"scroll sheet\" style=\"padding:0\"><table class=\"index\"><thead><tr><th>Rule</th><th>Severity</th>");
    page.push_str("<th class=\"n\">Rows</th><th>First</th><th>Last</th></tr></thead><tbody>\n");
    for (number, summary) in found.iter().enumerate() {
        let _ = writeln!(
            page,
            "<tr class=\"{0}\"><td class=\"wide\"><a href=\"#rule-{number}\">{1}</a></td><td>{0}</td><td class=\"n\">{2}</td><td>{3}</td><td>{4}</td></tr>",
            summary.rule.severity.name(),
            escape(&summary.rule.name),
            count(summary.rows),
            summary.first.map(time).unwrap_or_default(),
            summary.last.map(time).unwrap_or_default(),
        );
    }
    page.push_str("</tbody></table></div>\n");
}

pub fn sections(page: &mut String, found: &[&Summary]) {
    found.iter().enumerate().for_each(|(number, summary)| section(page, number, summary));
}

fn section(page: &mut String, number: usize, summary: &Summary) {
    let rule = &summary.rule;
    let severity = rule.severity.name();
    let _ = writeln!(page, "<section class=\"rule {severity}\" id=\"rule-{number}\"><h3>{}</h3>", escape(&rule.name));
    badges(page, summary);
    if !rule.description.trim().is_empty() {
        let _ = writeln!(page, "<p class=\"text\">{}</p>", escape_lines(tidy(&rule.description)));
    }
    let _ = write!(
        page,
        "<div class=\"numbers\"><span><b>{}</b> {}</span>",
        count(summary.rows),
        if summary.rows == 1 { "row" } else { "rows" }
    );
    for (what, when) in [("first", summary.first), ("last", summary.last)] {
        if let Some(when) = when {
            let _ = write!(page, "<span>{what} <b>{}</b></span>", time(when));
        }
    }
    let _ = writeln!(page, "<span>in <b>{}</b></span></div>", escape(&source(&summary.tables)));
    entities(page, summary);
    sample(page, summary);
    page.push_str("</section>\n");
}

/// What a rule did not see.
pub fn unfit(summary: &Summary) -> Option<String> {
    let columns = summary.unfit.join(", ");
    (!columns.is_empty()).then(|| format!("some values of {columns} did not fit their type and were null"))
}

fn badges(page: &mut String, summary: &Summary) {
    let rule = &summary.rule;
    let _ = write!(page, "<div class=\"facts\"><span class=\"badge tone\">{}</span>", rule.severity.name());
    if summary.status == Status::Cut {
        let _ = write!(page, "<span class=\"badge warn\">cut: {}</span>", escape(&summary.reason));
    }
    if let Some(unfit) = unfit(summary) {
        let _ = write!(page, "<span class=\"badge warn\">{}</span>", escape(&unfit));
    }
    for tactic in &rule.tactics {
        let _ = write!(page, "<span class=\"badge\">{}</span>", escape(&words(tactic)));
    }
    for technique in &rule.techniques {
        let _ = write!(page, "<span class=\"badge\">{}</span>", escape(technique));
    }
    page.push_str("</div>\n");
}

/// Descriptions in rule files stand in quotes of their own.
fn tidy(description: &str) -> &str {
    let text = description.trim();
    text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text)
}

fn entities(page: &mut String, summary: &Summary) {
    if summary.entities.is_empty() {
        return;
    }
    page.push_str("<h4>Entities</h4><div class=\"entities\">");
    for (kind, values) in &summary.entities {
        let values: Vec<String> =
            values.iter().map(|(value, rows)| format!("<code title=\"{}\">{}</code>", plural(*rows, "row"), short(value, 120))).collect();
        let _ = write!(page, "<div>{} {}</div>", escape(kind), values.join(" "));
    }
    page.push_str("</div>\n");
}

fn sample(page: &mut String, summary: &Summary) {
    let shown = summary.sample.len();
    // Columns that say nothing in the rows shown only take room; when, who and from where come first.
    let mut used: Vec<usize> =
        (0..summary.columns.len()).filter(|at| summary.sample.iter().any(|row| row.get(*at).is_some_and(|c| !c.is_empty()))).collect();
    used.sort_by_key(|at| summary.leading.iter().position(|l| l == at).unwrap_or(usize::MAX));
    let heading = if shown < summary.rows { format!("First {shown} of {} rows", count(summary.rows)) } else { "Rows".to_owned() };
    let _ = write!(page, "<h4>{heading}</h4><div class=\"scroll\"><table class=\"sample\"><thead><tr>");
    for at in &used {
        let _ = write!(page, "<th>{}</th>", escape(summary.columns.get(*at).map_or("", String::as_str)));
    }
    page.push_str("</tr></thead><tbody>\n");
    for row in &summary.sample {
        page.push_str("<tr>");
        for at in &used {
            let cell = row.get(*at).map_or("", String::as_str);
            let class = if cell.len() > 60 { " class=\"wide\"" } else { "" };
            let _ = write!(page, "<td{class}><div>{}</div></td>", short(cell, 400));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
    if let Some(name) = &summary.file {
        let name = escape(name);
        let _ = writeln!(
            page,
            "<p class=\"lead\">All rows: <a href=\"rules/{name}.csv\">{name}.csv</a>, <a href=\"rules/{name}.parquet\">.parquet</a></p>"
        );
    }
}
