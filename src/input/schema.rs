//! The columns of all records: those that are declared for known families, and what a sample shows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::plan::PROPERTY_ARRAYS;
use crate::value::{Field, Type};

use super::extract::elements;
use super::framing::Header;
use super::json::{members, unescape};
use super::timestamp::{self, DayOrder};

/// A table's name and columns.
#[derive(Clone, Debug, Default)]
pub struct TableSchema {
    pub name: String,
    pub fields: Vec<Field>,
    /// Names that sampled records have in arrays of names and values.
    pub properties: BTreeSet<String>,
}

impl TableSchema {
    /// A column whose type is known whatever a sample shows.
    pub fn is_declared(column: &str) -> bool {
        DECLARED.iter().any(|(name, _)| *name == column)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// Types that a column has whatever the sample shows, as long as the sample does not contradict.
const DECLARED: [(&str, Type); 10] = [
    ("CreationTime", Type::DateTime),
    ("CreationDate", Type::DateTime),
    ("TimeGenerated", Type::DateTime),
    ("Timestamp", Type::DateTime),
    ("UserType", Type::Long),
    ("Version", Type::Long),
    ("ResultIndex", Type::Long),
    ("ResultCount", Type::Long),
    ("IsValid", Type::Bool),
    ("AuditData", Type::Dynamic),
];

/// Columns of the unified audit log's common schema: always there when the input is one.
pub const COMMON: [&str; 13] = [
    "CreationTime",
    "Id",
    "Operation",
    "OrganizationId",
    "RecordType",
    "ResultStatus",
    "UserKey",
    "UserType",
    "Version",
    "Workload",
    "ClientIP",
    "ObjectId",
    "UserId",
];

/// Cells with digits in these columns are names, not numbers.
const TEXT_CELLS: [&str; 9] = [
    "ResultType",
    "ResultSignature",
    "Level",
    "ErrorNumber",
    "OperationVersion",
    "UserKey",
    "Status",
    "ProcessingTimeInMilliseconds",
    "AppId",
];

/// What the sampled values of a column were.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    bool: bool,
    long: bool,
    real: bool,
    text: bool,
    nested: bool,
    /// Text that is a point in time, and text that is none.
    time: bool,
    other_text: bool,
}

/// More names than this are no names.
const MOST_PROPERTIES: usize = 4096;

/// Collects columns from sampled records, in the order in which they first appear.
#[derive(Clone, Debug, Default)]
pub struct Sampler {
    columns: Vec<(String, Seen)>,
    index: HashMap<String, usize>,
    /// The column that was seen last.
    last: usize,
    properties: BTreeSet<String>,
}

impl Sampler {
    /// A record that is a JSON object, with the members of its inner record.
    pub fn object(&mut self, record: &str) {
        let Some(start) = record.find('{') else { return };
        let mut all = Vec::with_capacity(32);
        members(record, start, |key, value| all.push((key, value)));
        self.members(&all);
    }

    /// The same of its members, as they stand in it.
    pub fn members(&mut self, members: &[(&str, &str)]) {
        let mut inner = None;
        for (key, value) in members {
            let name = plain(key);
            if name.eq_ignore_ascii_case("AuditData") || (name == "properties" && value.starts_with('{')) {
                inner = Some(*value);
            }
            self.json(&name, value);
        }
        if let Some(value) = inner {
            let names: Vec<Cow<'_, str>> = members.iter().map(|(key, _)| plain(key)).collect();
            self.inner(value, &names);
        }
    }

    fn inner(&mut self, value: &str, outer: &[Cow<'_, str>]) {
        let opened;
        let text = if let Some(content) = value.strip_prefix('"') {
            opened = plain(content.strip_suffix('"').unwrap_or(content));
            &*opened
        } else {
            value
        };
        self.inner_object(text, |name| outer.iter().any(|o| o == name));
    }

    fn inner_object(&mut self, text: &str, is_outer: impl Fn(&str) -> bool) {
        let text = text.trim_start();
        if text.starts_with('{') {
            members(text, 0, |key, value| {
                let name = plain(key);
                if !is_outer(&name) {
                    self.json(&name, value);
                }
            });
        }
    }

    /// A row of a CSV file.
    pub fn row(&mut self, header: &Header, cells: &[String]) {
        for (name, cell) in header.names.iter().zip(cells) {
            self.cell(name, cell);
        }
        if let Some(cell) = header.inner.and_then(|inner| cells.get(inner)) {
            self.inner_object(cell, |name| header.names.iter().any(|h| h == name));
        }
    }

    /// Some value is a point in time: what has none is hardly a log.
    pub fn saw_time(&self) -> bool {
        self.columns.iter().any(|(_, seen)| seen.time)
    }

    /// Adds the columns and types of another sample.
    pub fn merge(&mut self, other: &Sampler) {
        for name in &other.properties {
            self.property(name);
        }
        for (name, seen) in &other.columns {
            self.seen(name).merge(*seen);
        }
    }

    pub fn column(&mut self, name: &str) {
        self.seen(name);
    }

    fn seen(&mut self, name: &str) -> &mut Seen {
        // Records repeat the order of their members.
        let next = self.last + 1;
        let at = if self.columns.get(next).is_some_and(|(known, _)| known == name) {
            next
        } else if let Some(at) = self.index.get(name) {
            *at
        } else {
            self.index.insert(name.to_owned(), self.columns.len());
            self.columns.push((name.to_owned(), Seen::default()));
            self.columns.len() - 1
        };
        self.last = at;
        &mut self.columns[at].1
    }

    /// Collects the names in an array of names and values.
    fn properties(&mut self, array: &str) {
        elements(array, 0, |_, from, to| {
            let Some(element) = array.get(from..to).filter(|element| element.starts_with('{')) else { return };
            members(element, 0, |key, value| {
                if key == "Name" && value.starts_with('"') && self.properties.len() < MOST_PROPERTIES {
                    self.property(&plain(value.trim_matches('"')));
                }
            });
        });
    }

    fn property(&mut self, name: &str) {
        if !self.properties.contains(name) {
            self.properties.insert(name.to_owned());
        }
    }

    fn json(&mut self, name: &str, value: &str) {
        if value.starts_with('[') && PROPERTY_ARRAYS.contains(&name) {
            self.properties(value);
        }
        let seen = self.seen(name);
        match value.as_bytes().first() {
            Some(b'"') => {
                seen.text(&plain(value.get(1..value.len() - 1).unwrap_or("")));
            }
            Some(b'{' | b'[') => seen.nested = true,
            Some(b't' | b'f') => seen.bool = true,
            Some(b'n') | None => {}
            Some(_) if value.parse::<i64>().is_ok() => seen.long = true,
            Some(_) => seen.real = true,
        }
    }

    fn cell(&mut self, name: &str, cell: &str) {
        let number = !TEXT_CELLS.contains(&name) && is_number(cell);
        let seen = self.seen(name);
        match cell.as_bytes().first() {
            None => {}
            Some(b'{' | b'[') if serde_json::from_str::<serde::de::IgnoredAny>(cell).is_ok() => seen.nested = true,
            Some(_) if number => seen.long = true,
            Some(_) if matches!(cell, "true" | "false" | "True" | "False") && name == "IsValid" => seen.bool = true,
            Some(_) => seen.text(cell),
        }
    }

    pub fn finish(self, name: &str) -> TableSchema {
        let fields = self.columns.into_iter().map(|(name, seen)| {
            let ty = seen.ty(&name);
            Field::new(name, ty)
        });
        TableSchema { name: name.to_owned(), fields: fields.collect(), properties: self.properties }
    }
}

/// An integer as a program writes it.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
}

fn plain(content: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', content.as_bytes()).is_none() {
        return Cow::Borrowed(content);
    }
    let mut out = String::new();
    unescape(content, &mut out);
    Cow::Owned(out)
}

impl Seen {
    fn merge(&mut self, other: Seen) {
        self.bool |= other.bool;
        self.long |= other.long;
        self.real |= other.real;
        self.text |= other.text;
        self.nested |= other.nested;
        self.time |= other.time;
        self.other_text |= other.other_text;
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text = true;
        if self.time && self.other_text {
            return;
        }
        if text.len() >= 10 && timestamp::parse(text, DayOrder::MonthFirst).is_some() {
            self.time = true;
        } else {
            self.other_text = true;
        }
    }

    fn ty(self, name: &str) -> Type {
        let declared = DECLARED.iter().find(|(n, _)| *n == name).map(|(_, ty)| *ty);
        let times_only = self.time && !self.other_text && !self.bool && !self.long && !self.real && !self.nested;
        match declared {
            Some(Type::Dynamic) => Type::Dynamic,
            Some(Type::DateTime) if !self.other_text && !self.nested => Type::DateTime,
            Some(Type::Long) if !self.text && !self.nested && !self.real && !self.bool => Type::Long,
            Some(Type::Bool) if !self.long && !self.text && !self.nested => Type::Bool,
            _ if self.nested => Type::Dynamic,
            _ if times_only && names_time(name) => Type::DateTime,
            _ if self.text => Type::String,
            _ if self.bool && (self.long || self.real) => Type::String,
            _ if self.bool => Type::Bool,
            _ if self.real => Type::Real,
            _ if self.long => Type::Long,
            _ if name == "RecordType" => Type::Long,
            _ => Type::String,
        }
    }
}

fn names_time(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == "time" || lower.contains("date") || lower.contains("timestamp") || lower.ends_with("time") || lower.ends_with("timeutc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_and_declared_types() {
        let mut sampler = Sampler::default();
        sampler.object(r#"{"RecordType":"A","ResultIndex":1,"AuditData":"{\"CreationTime\":\"2021-01-01T00:00:00\",\"RecordType\":1,\"N\":1,\"M\":1}"}"#);
        sampler.object(r#"{"AuditData":{"N":1.5,"M":"x","P":[{}],"JoinTime":"2021-01-01T00:00:00Z","E":null}}"#);
        let fields = sampler.finish("").fields;
        let shown: Vec<String> = fields.iter().map(|f| format!("{}:{}", f.name, f.ty)).collect();
        assert_eq!(
            shown.join(" "),
            "RecordType:string ResultIndex:long AuditData:dynamic CreationTime:datetime N:real M:string P:dynamic JoinTime:datetime E:string"
        );
    }
}
