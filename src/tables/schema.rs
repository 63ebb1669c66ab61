//! Reads the schema files: a table's columns and types, on demand.

use crate::value::{Field, Type};

use super::embedded::{OTHERS, OWN};

/// A table as Microsoft documents it.
#[derive(Clone, Debug, Default)]
pub struct TableColumns {
    pub name: &'static str,
    pub fields: Vec<Field>,
    /// Columns that stand in it only where a query names them: those of Defender's table of that name which Sentinel's lacks, and the
    /// system's own.
    pub named: Vec<Field>,
    /// The column that says when an event happened.
    pub time: Option<&'static str>,
}

/// The table of that name.
pub fn find(name: &str) -> Option<TableColumns> {
    match OWN.iter().find(|(own, _)| *own == name) {
        Some((name, text)) => Some(own(name, text)),
        None => others().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(|_| other(line))),
    }
}

/// All tables.
pub fn all() -> impl Iterator<Item = TableColumns> {
    OWN.iter().map(|(name, text)| own(name, text)).chain(others().map(other))
}

/// Whether the table is one of Microsoft 365.
pub fn is_own(name: &str) -> bool {
    OWN.iter().any(|(own, _)| *own == name)
}

/// All tables' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    OWN.iter().map(|(name, _)| *name).chain(others().filter_map(|line| line.split(' ').next()))
}

fn others() -> impl Iterator<Item = &'static str> {
    OTHERS.lines().filter(|line| !line.starts_with('#'))
}

/// `Timestamp` and `TimeGenerated` stand for each other where a table has only one of them.
pub fn time_alias(column: &str) -> Option<&'static str> {
    match column {
        "Timestamp" => Some("TimeGenerated"),
        "TimeGenerated" => Some("Timestamp"),
        _ => None,
    }
}

/// A file with a column a line: `Name: type`, ` time` behind the time column, ` defender` behind one that Defender's table alone has.
fn own(name: &'static str, text: &'static str) -> TableColumns {
    let mut table = TableColumns { name, ..TableColumns::default() };
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((column, ty)) = line.split_once(": ") else { continue };
        if let Some(ty) = ty.strip_suffix(" defender") {
            table.named.push(field(column, ty));
            continue;
        }
        let (ty, is_time) = ty.strip_suffix(" time").map_or((ty, false), |ty| (ty, true));
        table.add(column, ty, is_time);
    }
    table.finish()
}

/// A line with a table: its name, then `Name:type`, `:string` left out, `*` behind the time column.
fn other(line: &'static str) -> TableColumns {
    let mut words = line.split(' ');
    let mut table = TableColumns { name: words.next().unwrap_or_default(), ..TableColumns::default() };
    for word in words {
        let (word, is_time) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
        let (column, ty) = word.split_once(':').unwrap_or((word, "string"));
        table.add(column, ty, is_time);
    }
    table.finish()
}

/// The id of a row, which every table of Log Analytics has and `*` does not show.
const ITEM: &str = "_ItemId";

fn field(column: &str, ty: &str) -> Field {
    Field::new(column, Type::parse(ty).unwrap_or(Type::String))
}

impl TableColumns {
    fn add(&mut self, column: &'static str, ty: &str, is_time: bool) {
        self.fields.push(field(column, ty));
        if is_time {
            self.time = Some(column);
        }
    }

    fn finish(mut self) -> TableColumns {
        let has = |name: &str| self.fields.iter().any(|field| field.name == name);
        if has("_BilledSize") && !has(ITEM) {
            self.named.push(field(ITEM, "string"));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_columns_with_types() {
        let mut seen = std::collections::HashSet::new();
        for name in names() {
            assert!(seen.insert(name), "{name} is declared twice");
            let table = find(name).unwrap();
            assert_eq!(table.name, name);
            assert!(!table.fields.is_empty(), "{name} has no columns");
        }
        assert!(seen.len() > 900);
    }

    #[test]
    fn types_are_those_of_the_files() {
        let ty = |table: &str, column: &str| find(table).unwrap().fields.iter().find(|f| f.name == column).map(|f| f.ty);
        assert_eq!(ty("SigninLogs", "DeviceDetail"), Some(Type::Dynamic));
        assert_eq!(ty("AADNonInteractiveUserSignInLogs", "DeviceDetail"), Some(Type::String));
        assert_eq!(ty("Heartbeat", "TimeGenerated"), Some(Type::DateTime));
        assert_eq!(find("AADSignInEventsBeta").unwrap().time, Some("Timestamp"));
        assert_eq!(ty("IdentityInfo", "AccountUpn"), None);
        let named: Vec<String> = find("CloudAppEvents").unwrap().named.into_iter().map(|field| field.name).collect();
        assert_eq!(named, ["Isp", "_ItemId"]);
        assert!(find("Heartbea").is_none() && find("#").is_none());
    }
}
