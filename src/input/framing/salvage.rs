//! What is left of an answer of a query service that is damaged: column names and rows, told by how they look and not by where they
//! stand. Rows are arrays with as many values as most of their neighbours.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::input::extract::elements;
use crate::input::json::{End, members, skip_space, whole_value};

use super::table::SECONDARY;

/// The names of one table, in quotes, and its rows.
#[derive(Debug, Default)]
pub struct Remains<'a> {
    pub names: Vec<String>,
    pub rows: Vec<&'a str>,
    /// Of each row, how many values it has.
    widths: Vec<usize>,
    /// It is about the query, not its result.
    secondary: bool,
    /// Which answer it is of, of several back to back.
    answer: usize,
}

/// A column or a row is no longer than this.
const LONGEST: usize = 256 << 10;

/// Brackets that lead nowhere before the rest is given up.
const TRIES: usize = 4096;

/// Words of which a damaged answer has at least two.
const WORDS: [&str; 9] =
    ["\"tables\"", "\"Tables\"", "\"columns\"", "\"Columns\"", "\"rows\"", "\"Rows\"", "\"ColumnName\"", "\"FrameType\"", "\"TableKind\""];

/// The same of an answer of Splunk's.
const SPLUNK_WORDS: [&str; 3] = ["\"init_offset\"", "\"fields\"", "\"rows\""];

/// Does this look like an answer with rows?
pub fn is_answer(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_rows = || memchr::memchr_iter(b'[', bytes).any(|at| bytes.get(skip_space(bytes, at + 1)) == Some(&b'['));
    is_splunk(text) || has_two(&WORDS, text) && has_rows()
}

/// Does this look like an answer of Splunk's, whose rows hold events?
pub fn is_splunk(text: &str) -> bool {
    has_two(&SPLUNK_WORDS, text) && text.contains("\"{\\\"")
}

fn has_two(words: &[&str], text: &str) -> bool {
    words.iter().filter(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some()).count() >= 2
}

/// The result tables that can be told in a text.
pub fn tables(text: &str) -> Vec<Remains<'_>> {
    let bytes = text.as_bytes();
    let mut tables = vec![Remains::default()];
    let (mut at, mut tries) = (0, 0);
    while let Some(start) = memchr::memchr3(b'{', b'[', b'T', bytes.get(at..).unwrap_or(&[])).map(|n| at + n) {
        at = start + 1;
        let Some(table) = tables.last_mut().filter(|_| tries < TRIES) else { break };
        if bytes[start] == b'T' {
            if let Some(mark) = Mark::of(&bytes[start..]) {
                let answer = table.answer + usize::from(mark == Mark::Answer);
                if table.is_begun() {
                    tables.push(Remains::default());
                }
                let secondary = mark == Mark::Secondary;
                tables.last_mut().into_iter().for_each(|table| (table.answer, table.secondary) = (answer, secondary));
            }
            continue;
        }
        let window = &bytes[start..bytes.len().min(start + LONGEST)];
        let may_be = bytes[start] == b'{' || stands_in_array(bytes, start);
        let End::At(length) = (if may_be { whole_value(window, 0) } else { continue }) else {
            tries += 1;
            continue;
        };
        let Some(value) = text.get(start..start + length) else { continue };
        match (column(value), row(value)) {
            (Some(name), _) => {
                if !table.rows.is_empty() {
                    let answer = table.answer;
                    tables.push(Remains { answer, ..Remains::default() });
                }
                tables.last_mut().unwrap_or(&mut Remains::default()).names.push(name);
            }
            (None, Some(width)) => {
                table.rows.push(value);
                table.widths.push(width);
            }
            (None, None) => continue,
        }
        (at, tries) = (start + length, 0);
    }
    // Kusto's first answers have one result, and tables about the query after it.
    let first_only = text.contains("\"ColumnName\"") && !text.contains("\"FrameType\"");
    tables.retain(|table| !table.secondary && table.is_begun());
    if first_only {
        tables.dedup_by_key(|table| table.answer);
    }
    tables.retain(|table| !table.rows.is_empty());
    tables.iter_mut().for_each(Remains::settle);
    tables
}

/// What tells that another table begins.
#[derive(PartialEq)]
enum Mark {
    /// The first one of an answer.
    Answer,
    /// One about the query.
    Secondary,
    Table,
}

impl Mark {
    /// Kusto's first answers name their list of tables and number them; later ones say of what kind each is.
    fn of(text: &[u8]) -> Option<Mark> {
        if let Some(kind) = text.strip_prefix(b"TableKind\":\"") {
            let secondary = SECONDARY.iter().any(|name| kind.starts_with(name.as_bytes()));
            return Some(if secondary { Mark::Secondary } else { Mark::Table });
        }
        let first = text.starts_with(b"Tables\":") || text.starts_with(b"TableName\":\"Table_0\"");
        (first || text.starts_with(b"TableName\":\"Table_")).then_some(if first { Mark::Answer } else { Mark::Table })
    }
}

/// An array or an object that follows another one, or starts an array.
fn stands_in_array(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[..at].iter().rev().find(|b| !b.is_ascii_whitespace()), Some(b'[' | b','))
}

/// The name, in quotes, of what describes a column.
fn column(value: &str) -> Option<String> {
    let (mut name, mut flat) = (None, value.starts_with('{'));
    if flat {
        members(value, 0, |key, value| {
            flat &= !value.starts_with(['{', '[']);
            if matches!(key, "name" | "Name" | "ColumnName") && value.starts_with('"') {
                name = Some(value.to_owned());
            }
        });
    }
    name.filter(|_| flat)
}

/// How many values a row has. An array of nothing but arrays or columns is none.
fn row(value: &str) -> Option<usize> {
    let mut plain = false;
    let width = if value.starts_with('[') {
        elements(value, 0, |_, from, to| {
            plain |= value.get(from..to).is_some_and(|cell| !cell.starts_with('[') && column(cell).is_none());
        })
    } else {
        0
    };
    plain.then_some(width)
}

impl Remains<'_> {
    fn is_begun(&self) -> bool {
        !self.names.is_empty() || !self.rows.is_empty()
    }

    /// Leaves the rows that are as wide as most, or as the columns.
    fn settle(&mut self) {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        self.widths.iter().for_each(|width| *counts.entry(*width).or_default() += 1);
        let wanted = counts.into_iter().max_by_key(|(width, count)| (*count, *width == self.names.len())).map_or(0, |(width, _)| width);
        let widths = std::mem::take(&mut self.widths);
        let mut fits = widths.iter().map(|width| *width == wanted);
        self.rows.retain(|_| fits.next().unwrap_or(false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_their_frame() {
        for text in [
            r#"x"tables":[{"columns":[{"name":"A"},{"name":"B"}],"rows":[[1,[2]],[3,"["],[4,null]]}]}"#,
            r#"{"tables":[{"columns":[{"name":"A"},{"name":"B"}],"rows",[[1,[2]],[3,"["],[4,null]]}]}"#,
            r#"{"tables":[{"columns":[{"name":"A"},{"name":"B"]],"rows":[[1,[2]],[3,"["],[4,null]]}]}"#,
            r#"{"tables":[{"columns":[{"name":"A"},{"name":"B"}],"rows":[[1,[2]],[3,"["],[4,nul"l]]}]}"#,
        ] {
            assert!(is_answer(text), "{text}");
            let found = tables(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].rows[..2], ["[1,[2]]", "[3,\"[\"]"], "{text}");
            assert_eq!(found[0].names[0], "\"A\"", "{text}");
        }
    }

    #[test]
    fn what_nests_without_end_takes_no_time() {
        assert!(tables(&"[".repeat(1 << 20)).is_empty());
    }
}
