//! Guesses the table of rows that do not name it, by their columns.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::schema;

/// Which tables have which columns. Every file of rows asks for it.
static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

#[derive(Default)]
struct Tables {
    /// A table's name and the number of its columns.
    names: Vec<(&'static str, usize)>,
    /// The tables, by their index, that have a column of this name in small letters.
    having: HashMap<String, Vec<usize>>,
}

impl Tables {
    fn new() -> Tables {
        let mut tables = Tables::default();
        for (index, table) in schema::all().enumerate() {
            tables.names.push((table.name, table.fields.len()));
            for field in table.fields.iter().chain(&table.named) {
                let having = tables.having.entry(field.name.to_ascii_lowercase()).or_default();
                if having.last() != Some(&index) {
                    having.push(index);
                }
            }
        }
        tables
    }
}

/// The table that has at least four fifths of the names as its columns (half of them, where a column `Type` says that it is a row); of
/// several the one with the most, then one of Microsoft 365, then the smallest.
pub fn by_columns(names: &[String]) -> Option<&'static str> {
    let wanted: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "Type" && *name != "$table").collect();
    let is_row = names.iter().any(|name| name == "Type") && wanted.len() >= 8;
    let has_time = wanted.iter().any(|name| matches!(*name, "TimeGenerated" | "Timestamp"));
    if !is_row && (!has_time || wanted.len() < 3) {
        return None;
    }
    let (part, whole) = if is_row { (1, 2) } else { (4, 5) };
    let mut shared = vec![0; TABLES.names.len()];
    let having = wanted.iter().filter_map(|name| TABLES.having.get(&name.to_ascii_lowercase())).flatten();
    having.for_each(|table| shared[*table] += 1);
    let fits = |((table, columns), shared): (&(&'static str, usize), usize)| {
        (shared * whole >= wanted.len() * part).then_some((shared, schema::is_own(table), Reverse(*columns), *table))
    };
    TABLES.names.iter().zip(shared).filter_map(fits).max().map(|(_, _, _, table)| table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subset_of_columns_tells_the_table() {
        let guess = |names: &str| by_columns(&names.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(guess("TimeGenerated OperationName InitiatedBy TargetResources LoggedByService"), Some("AuditLogs"));
        assert_eq!(guess("Timestamp DeviceId ActionType ProcessCommandLine ProcessVersionInfoCompanyName"), Some("DeviceProcessEvents"));
        assert_eq!(guess("OperationName InitiatedBy TargetResources Result Category Id Identity Mine Type"), Some("AuditLogs"));
        assert_eq!(guess("Timestamp AccountUpn OnPremSid CloudSid EmailAddress"), Some("IdentityInfo"));
        assert_eq!(guess("a b c d"), None);
    }
}
