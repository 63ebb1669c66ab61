//! Reads Sentinel's watchlists: CSV files in a folder, every column text, the key in front.

use std::path::{Path, PathBuf};

use crate::plan::{ColumnId, ScanColumn};
use crate::value::{Batch, Column, DateTime, Field, Type, Value};

use super::dataset::{Dataset, InputOptions};
use super::scan::ScanRequest;

/// The column that says when the list was changed, and the one that lists are searched by.
const UPDATED: &str = "LastUpdatedTimeUTC";
const KEY: &str = "SearchKey";

/// The names of a folder's watchlists, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = files(folder).filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")))
}

/// The rows of a watchlist: when it was changed, its key (the first column, unless one is named so), its columns.
/// `None` where the folder has no file of that name.
pub fn read(folder: &Path, name: &str) -> Option<(Vec<Field>, Batch)> {
    let path = files(folder).find(|path| path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(name)))?;
    let (mut fields, batch) = cells(&path)?;
    let rows = batch.rows;
    let mut columns = batch.columns;
    if !fields.iter().any(|field| field.name == KEY) {
        fields.insert(0, Field::new(KEY, Type::String));
        columns.insert(0, columns.first()?.clone());
    }
    let updated = modified(&path).map_or(Value::Null, Value::DateTime);
    fields.insert(0, Field::new(UPDATED, Type::DateTime));
    columns.insert(0, Column::constant(Type::DateTime, &updated, rows));
    Some((fields, Batch::new(columns, rows)))
}

fn modified(path: &Path) -> Option<DateTime> {
    let time = path.metadata().ok()?.modified().ok()?;
    DateTime::parse(&super::dataset::iso(time))
}

/// All columns of a CSV file as text.
fn cells(path: &Path) -> Option<(Vec<Field>, Batch)> {
    let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], InputOptions::default()).ok()?;
    let names: Vec<String> = dataset.all_records().fields.iter().map(|field| field.name.clone()).collect();
    if names.is_empty() {
        return lines(path);
    }
    let wanted =
        names.iter().zip(0..).map(|(name, id)| ScanColumn { id: ColumnId(id), column: name.clone(), steps: Vec::new(), ty: Type::String });
    let scan = dataset.scan(ScanRequest { columns: wanted.collect(), ..ScanRequest::default() });
    let mut batches = Vec::new();
    while let Some(chunk) = scan.next_chunk() {
        batches.push(scan.decode(chunk));
    }
    let types = vec![Type::String; names.len()];
    Some((names.into_iter().map(|name| Field::new(name, Type::String)).collect(), Batch::concat(&types, &batches)))
}

/// A list with one column is a file of lines, the first its name.
fn lines(path: &Path) -> Option<(Vec<Field>, Batch)> {
    let text = std::fs::read_to_string(path).ok()?;
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(|line| line.trim().trim_matches('"')).filter(|line| !line.is_empty());
    let field = Field::new(lines.next()?, Type::String);
    let values: Vec<Value<'_>> = lines.map(Value::string).collect();
    let rows = values.len();
    Some((vec![field], Batch::new(vec![Column::from_values(Type::String, values.into_iter())], rows)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_text_with_the_key_in_front() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("VIPs.csv"), "User Principal Name,Level\nann@corp.example,1\nbob@corp.example,2\n").unwrap();
        std::fs::write(folder.path().join("one.csv"), "Address\n\"198.51.100.7\"\n").unwrap();
        assert_eq!(names(folder.path()), ["VIPs", "one"]);
        let (fields, rows) = read(folder.path(), "vips").unwrap();
        let shown: Vec<String> = fields.iter().map(|f| format!("{}:{}", f.name, f.ty)).collect();
        assert_eq!(shown.join(" "), "LastUpdatedTimeUTC:datetime SearchKey:string User Principal Name:string Level:string");
        assert_eq!((rows.rows, rows.columns[1].value(1).to_text().into_owned()), (2, "bob@corp.example".to_owned()));
        let (fields, rows) = read(folder.path(), "one").unwrap();
        assert_eq!((fields.len(), rows.columns[2].value(0).to_text().into_owned()), (3, "198.51.100.7".to_owned()));
        assert!(read(folder.path(), "none").is_none());
    }
}
