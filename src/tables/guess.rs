//! Guesses the table of rows that do not name it, by their columns.

use std::sync::LazyLock;

use super::schema::{self, TableColumns};

/// Every file of rows asks for all of them.
static TABLES: LazyLock<Vec<TableColumns>> = LazyLock::new(|| schema::all().collect());

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
    let fits = |table: &TableColumns| {
        let TableColumns { name, fields, named, .. } = table;
        let has = |name: &str| fields.iter().chain(named).any(|field| field.name.eq_ignore_ascii_case(name));
        let shared = wanted.iter().filter(|name| has(name)).count();
        (shared * whole >= wanted.len() * part).then_some((shared, schema::is_own(name), std::cmp::Reverse(fields.len()), *name))
    };
    TABLES.iter().filter_map(fits).max().map(|(_, _, _, table)| table)
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
