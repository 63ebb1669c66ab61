//! Answers of query services: column names first, then rows that are arrays (Log Analytics, Kusto v1 and v2, Splunk's `json_rows`). They
//! are small, so they are read whole and rewritten as one object per row.

use std::ops::Range;

use memchr::memmem;

use crate::input::extract::elements;
use crate::input::json::{members, skip_space, string_end, unescape};

use super::salvage;

/// The kinds of tables that are about the query and hold no result. (A kind that is not known is read: it may be damaged.)
pub const SECONDARY: [&str; 7] =
    ["QueryProperties", "QueryCompletionInformation", "QueryTraceLog", "QueryPerfLog", "TableOfContents", "QueryPlan", "Unknown"];

/// What an answer holds.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows of all result tables as JSON objects, one a line.
    pub text: String,
    /// Where each one stands.
    pub ranges: Vec<Range<usize>>,
    /// The service says that the answer is not whole.
    pub partial: bool,
    /// The byte where the answer stops being what it should be. What can be told of it was kept.
    pub broken: Option<usize>,
}

/// The rows of all result tables of an answer, or of several back to back, damaged or not.
pub fn rows(text: &str) -> Rows {
    // Files that were joined have the mark of each.
    let blank = |c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1A}' | '\u{feff}');
    let whole = text.trim_end_matches(blank);
    let (mut rest, mut out) = (whole, Rows::default());
    let broken = loop {
        rest = rest.trim_start_matches(blank);
        let mut answers = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
        match answers.next() {
            Some(Ok(_)) => {
                let (answer, after) = rest.split_at(answers.byte_offset());
                let (at, before) = (whole.len() - rest.len(), out.ranges.len());
                out.well_formed(answer);
                if out.ranges.len() == before && salvage::is_answer(answer) {
                    // It has rows, but not where they should be.
                    out.salvaged(answer);
                    out.broken = out.broken.or((out.ranges.len() > before).then_some(at));
                }
                rest = after;
            }
            Some(Err(error)) => {
                out.salvaged(rest);
                break Some(whole.len() - rest.len() + place(rest, &error));
            }
            None => break None,
        }
    };
    out.broken = out.broken.or(broken);
    out
}

/// The index of the byte that an error is about.
fn place(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

impl Rows {
    /// Takes in what can be told of a damaged answer.
    fn salvaged(&mut self, text: &str) {
        if salvage::is_splunk(text) {
            return self.events(text);
        }
        for table in salvage::tables(text) {
            table.rows.iter().for_each(|row| self.row(&table.names, row));
        }
    }

    fn well_formed(&mut self, text: &str) {
        let start = skip_space(text.as_bytes(), 0);
        match text.as_bytes().get(start) {
            Some(b'{') => self.answer(text, start),
            Some(b'[') => {
                elements(text, start, |_, from, to| self.table(&text[from..to]));
            }
            _ => {}
        }
    }

    /// Log Analytics' `tables` are results; of Kusto's `Tables` the first is, and those after it are about the query.
    fn answer(&mut self, text: &str, start: usize) {
        // Splunk's answer is the table itself.
        self.table(&text[start..]);
        let mut lists = Vec::new();
        members(text, start, |key, value| {
            if value.starts_with('[') && !matches!(key, "Exceptions") {
                lists.push((key == "Tables", value));
            }
            self.partial |= matches!(key, "error" | "Exceptions") && value.starts_with(['{', '[']);
        });
        for (first_only, list) in lists {
            elements(list, 0, |index, from, to| {
                if index == 0 || !first_only {
                    self.table(&list[from..to]);
                }
            });
        }
    }

    fn table(&mut self, table: &str) {
        if !table.starts_with('{') {
            return;
        }
        let (mut names, mut rows, mut primary) = (Vec::new(), "", true);
        members(table, 0, |key, value| match key {
            "columns" | "Columns" | "fields" => names = column_names(value),
            "rows" | "Rows" => rows = value,
            "HasErrors" => self.partial |= value == "true",
            "TableKind" => primary = !SECONDARY.contains(&value.trim_matches('"')),
            _ => {}
        });
        if !primary || !rows.starts_with('[') {
            return;
        }
        elements(rows, 0, |_, from, to| self.row(&names, &rows[from..to]));
    }

    /// The events in an answer of Splunk's: texts that hold a record, wherever they stand.
    fn events(&mut self, text: &str) {
        let mut at = 0;
        while let Some(start) = memmem::find(&text.as_bytes()[at..], b"\"{\\\"").map(|n| at + n) {
            let end = string_end(text.as_bytes(), start + 1).unwrap_or(text.len());
            let before = self.text.len();
            unescape(&text[start + 1..end], &mut self.text);
            self.ranges.push(before..self.text.len());
            self.text.push('\n');
            at = end;
        }
    }

    fn row(&mut self, names: &[String], row: &str) {
        if !row.starts_with('[') {
            return;
        }
        let start = self.text.len();
        self.text.push('{');
        elements(row, 0, |index, from, to| {
            if index > 0 {
                self.text.push(',');
            }
            match names.get(index) {
                Some(name) => self.text.push_str(name),
                None => self.text.push_str(&numbered(index)),
            }
            self.text.push(':');
            self.text.push_str(&row[from..to]);
        });
        self.text.push('}');
        self.ranges.push(start..self.text.len());
        self.text.push('\n');
    }
}

/// The names, in quotes, in a list of columns or of names.
fn column_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    if !list.starts_with('[') {
        return names;
    }
    elements(list, 0, |index, from, to| {
        let column = &list[from..to];
        let mut name = column.starts_with('"').then(|| column.to_owned());
        if column.starts_with('{') {
            members(column, 0, |key, value| {
                if matches!(key, "name" | "ColumnName" | "Name") && value.starts_with('"') {
                    name = Some(value.to_owned());
                }
            });
        }
        names.push(name.unwrap_or_else(|| numbered(index)));
    });
    names
}

/// The name, in quotes, of a column that has none.
fn numbered(index: usize) -> String {
    format!("\"Column{}\"", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_analytics_and_kusto() {
        let out =
            rows(r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"A","type":"x"},{"name":"B"}],"rows":[[1,"x"],[2,null]]}]}"#);
        let shown: Vec<&str> = out.ranges.iter().map(|r| &out.text[r.clone()]).collect();
        assert_eq!(shown, [r#"{"A":1,"B":"x"}"#, r#"{"A":2,"B":null}"#]);
        assert!(!out.partial && out.broken.is_none());
        let out = rows(r#"{"init_offset":0,"messages":[{"type":"INFO"}],"fields":["A","B"],"rows":[["1",["x","y"]]]}"#);
        assert_eq!(out.text, "{\"A\":\"1\",\"B\":[\"x\",\"y\"]}\n");
        let out = rows(r#"[{"FrameType":"DataTable","TableKind":"QueryProperties","Columns":[],"Rows":[[1]]}]"#);
        assert!(out.ranges.is_empty() && !out.partial);
        assert_eq!(rows(r#"{"fields":["A"],"rows":[[1]]} {"fields":["A"],"rows":[[2]]}"#).ranges.len(), 2);
        assert!(rows(r#"{"tables":[],"error":{"code":"PartialError"}}"#).partial);
    }

    #[test]
    fn answers_back_to_back() {
        let v1 = |name: &str| {
            format!(
                r#"{{"Tables":[{{"TableName":"Table_0","{name}":[{{"ColumnName":"A"}}],"Rows":[[1],[2]]}},{{"TableName":"Table_1","Columns":[{{"ColumnName":"x"}}],"Rows":[[3]]}}]}}"#
            )
        };
        let whole = v1("Columns");
        for (text, broken) in [
            (format!("\u{feff}{whole}\u{feff}{whole}"), None),
            (format!("{whole}\n{}", whole.replacen("Rows", "Ro{s", 1)), Some(whole.len() + 1)),
            (format!("{}{whole}", whole.replacen("],\"Rows", "]x\"Rows", 1)), Some(whole.find(",\"Rows").unwrap_or(0))),
        ] {
            let out = rows(&text);
            assert_eq!((out.ranges.len(), out.broken), (4, broken), "{text}");
        }
        // An empty result is no damage, whatever is told about its query.
        let out = rows(&whole.replacen("[[1],[2]]", "[]", 1));
        assert_eq!((out.ranges.len(), out.broken), (0, None));
        let v2 = r#"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"A"}],"Rows":[[1],[2]]},{"FrameType":"DataTable","TableKind":"QueryCompletionInformation","Columns":[{"ColumnName":"x"}],"Rows":[[3],[4],[5]]}x"#;
        assert_eq!(rows(v2).text, "{\"A\":1}\n{\"A\":2}\n");
    }
}
