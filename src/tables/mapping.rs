//! Reads the mapping files: per family of records, a condition and an expression for each column.
//!
//! ```text
//! [sign-in]                                          the families of records, as the input names them
//! inferred                                           Microsoft does not make this table from such records
//! read isInteractive: string, status: dynamic        the types of the record's columns that expressions use
//! where isInteractive != "false"                     which of the family's records
//! ResultType = status.errorCode | source | observed  column = expression | source | confidence
//! ```
//!
//! An expression that is nothing but a place in the record (`status.errorCode`) needs no `read`: it has the column's type.

use std::fmt;

use crate::value::Type;

use super::embedded::MAPPINGS;

/// How one family of records becomes rows of a table.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub families: Vec<&'static str>,
    /// The table does not hold such records at Microsoft: they are like its rows.
    pub inferred: bool,
    /// Types of the record's columns that the expressions use.
    pub read: Vec<(&'static str, Type)>,
    /// Which records of the family are rows of the table, in KQL.
    pub condition: Option<&'static str>,
    pub columns: Vec<MappedColumn>,
}

/// Where a column comes from.
#[derive(Clone, Debug)]
pub struct MappedColumn {
    pub name: &'static str,
    /// KQL over the record's columns.
    pub expression: &'static str,
    /// What the mapping is known from.
    pub source: &'static str,
    pub confidence: Confidence,
}

/// How sure a mapping is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// Microsoft's documentation says so.
    Documented,
    /// Seen on both sides in real data.
    Observed,
    /// A conclusion.
    Inferred,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Documented => "documented",
            Confidence::Observed => "observed",
            Confidence::Inferred => "inferred",
        })
    }
}

/// The tables that have a mapping.
pub fn mapped() -> impl Iterator<Item = &'static str> {
    MAPPINGS.iter().map(|(name, _)| *name)
}

/// The sections of a table's mapping; none where its rows are records of its own name only.
pub fn sections(table: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let text = MAPPINGS.iter().find(|(name, _)| *name == table).map_or("", |(_, text)| *text);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(families) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            sections.push(Section { families: families.split(", ").collect(), ..Section::default() });
        } else if let Some(section) = sections.last_mut() {
            section.line(line);
        }
    }
    sections
}

impl Section {
    fn line(&mut self, line: &'static str) {
        if line == "inferred" {
            self.inferred = true;
        } else if let Some(columns) = line.strip_prefix("read ") {
            self.read.extend(columns.split(", ").filter_map(typed));
        } else if let Some(condition) = line.strip_prefix("where ") {
            self.condition = Some(condition);
        } else {
            self.columns.extend(column(line));
        }
    }
}

/// `name: type` or `['a name']: type`.
fn typed(text: &'static str) -> Option<(&'static str, Type)> {
    let (name, ty) = text.rsplit_once(": ")?;
    let name = name.strip_prefix("['").and_then(|name| name.strip_suffix("']")).unwrap_or(name);
    Some((name, Type::parse(ty)?))
}

fn column(line: &'static str) -> Option<MappedColumn> {
    let (name, rest) = line.split_once(" = ")?;
    let (rest, confidence) = rest.rsplit_once(" | ")?;
    let (expression, source) = rest.rsplit_once(" | ")?;
    let confidence = match confidence {
        "documented" => Confidence::Documented,
        "observed" => Confidence::Observed,
        "inferred" => Confidence::Inferred,
        _ => return None,
    };
    Some(MappedColumn { name, expression, source, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood_and_maps_a_column_of_its_table() {
        for (table, text) in MAPPINGS {
            let declared = crate::tables::find(table).unwrap().fields;
            let sections = sections(table);
            let columns: usize = sections.iter().map(|section| section.columns.len()).sum();
            let lines = text.lines().filter(|line| line.contains(" = ") && !line.starts_with("where") && !line.starts_with('#'));
            assert_eq!(columns, lines.count(), "{table}");
            for (at, section) in sections.iter().enumerate() {
                for column in &section.columns {
                    assert!(declared.iter().any(|field| field.name == column.name), "{table}.{} is no column", column.name);
                    let same = section.columns.iter().filter(|other| other.name == column.name).count();
                    assert_eq!(same, 1, "{table}.{} is mapped twice in section {at}", column.name);
                }
            }
        }
    }
}
