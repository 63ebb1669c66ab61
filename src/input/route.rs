//! Which table's row a record is: the columns `$family`, `$table`, `$file` and `$ingestion_time`, which no record has itself.

use std::borrow::Cow;

use crate::plan::{Expr, ScanColumn};

use super::extract::Token;
use super::family::{Family, ROWS};
use super::source::Source;

/// A column that the input makes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pseudo {
    /// The group of families, as the mappings of tables name it.
    Family,
    /// The table whose row the record is, or is to become.
    Table,
    File,
    /// When the file was written.
    IngestionTime,
    /// Where the record stands, so that it can be read again (`Dataset::fetch`).
    Place,
    /// How many bytes it has there.
    Length,
    /// The record itself, where reading it again would cost too much (`Dataset::fetch`), or null.
    Record,
    /// What the gate of the scan calls the kind of record, or null.
    Kind,
}

impl Pseudo {
    pub fn of(column: &ScanColumn) -> Option<Pseudo> {
        if !column.steps.is_empty() {
            return None;
        }
        match column.column.as_str() {
            "$family" => Some(Pseudo::Family),
            "$table" => Some(Pseudo::Table),
            "$file" => Some(Pseudo::File),
            "$ingestion_time" => Some(Pseudo::IngestionTime),
            "$place" => Some(Pseudo::Place),
            "$length" => Some(Pseudo::Length),
            "$record" => Some(Pseudo::Record),
            KIND => Some(Pseudo::Kind),
            _ => None,
        }
    }
}

/// The column of a gated scan that tells the kind of record.
pub const KIND: &str = "$kind";

/// The record's own columns that tell its table.
pub const TELLING: [&str; 3] = ["Type", "$table", "category"];

/// What tells a record's table, where the record has it.
pub struct Told<'a> {
    pub row_type: Token<'a>,
    pub portal_table: Token<'a>,
    pub category: Token<'a>,
}

/// What a diagnostic record's category starts with when it carries a row of advanced hunting.
const HUNTING: &str = "AdvancedHunting-";

/// The group and the table of a record.
pub fn route<'a>(source: &'a Source, record: &str, told: &Told<'a>) -> (&'static str, Cow<'a, str>) {
    let sniffed = &source.sniffed;
    let family = if source.is_mixed() && !record.is_empty() { Family::of_object(record) } else { sniffed.family };
    match family {
        Family::Diagnostic => {
            let category = text(told.category);
            match category.strip_prefix(HUNTING) {
                Some(table) => (ROWS, Cow::Owned(table.to_owned())),
                None => (family.group(), category),
            }
        }
        Family::LogAnalytics | Family::Defender => {
            let own = [told.portal_table, told.row_type].map(text).into_iter().find(|name| !name.is_empty());
            let known = own.filter(|_| family == Family::LogAnalytics || sniffed.table.is_none());
            (ROWS, known.unwrap_or_else(|| Cow::Borrowed(sniffed.table.as_deref().unwrap_or_default())))
        }
        family => (family.group(), Cow::Borrowed("")),
    }
}

/// The groups that a sampled record of this family belongs to.
pub fn group_of(family: Family, record: &str) -> &'static str {
    let hunting = family == Family::Diagnostic && record.contains(HUNTING);
    if hunting { ROWS } else { family.group() }
}

fn text(token: Token<'_>) -> Cow<'_, str> {
    match token {
        Token::Json(raw) | Token::Clean(raw) => Cow::Borrowed(raw.trim_matches('"')),
        Token::Plain(text) => Cow::Borrowed(text),
        Token::Number(_) | Token::Absent => Cow::Borrowed(""),
    }
}

/// The only groups that a predicate lets through, if it says so: sources without them need not be read.
pub fn wanted(predicate: &Expr, columns: &[ScanColumn]) -> Option<Vec<String>> {
    let Expr::Call { function, arguments, .. } = predicate else { return None };
    match (function.name, arguments.as_slice()) {
        ("and", _) => arguments.iter().find_map(|argument| wanted(argument, columns)),
        ("or", [left, right]) => Some([wanted(left, columns)?, wanted(right, columns)?].concat()),
        ("==", [Expr::Column { id, .. }, constant]) => {
            columns.iter().find(|c| c.id == *id && Pseudo::of(c) == Some(Pseudo::Family))?;
            Some(vec![constant.as_constant()?.as_str()?.to_owned()])
        }
        _ => None,
    }
}
