//! Reads the collected shapes and real exports, where they are at hand, and compares counts with an independent reading.

use std::path::{Path, PathBuf};

use kalypso::input::{Dataset, InputOptions, ScanRequest};
use kalypso::plan::{ColumnId, ScanColumn};
use kalypso::value::{Batch, PathStep, Type};

fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    root.exists().then_some(root)
}

fn column(name: &str, steps: &[&str], ty: Type) -> ScanColumn {
    let steps = steps.iter().map(|s| s.parse().map_or_else(|_| PathStep::Key((*s).to_owned()), PathStep::Index)).collect();
    ScanColumn { id: ColumnId(0), column: name.to_owned(), steps, ty }
}

fn read(path: &Path, columns: Vec<ScanColumn>, chunk_bytes: usize) -> (Vec<Batch>, kalypso::input::Account) {
    let options = InputOptions { chunk_bytes, ..InputOptions::default() };
    let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], options).expect("the input opens");
    let scan = dataset.scan(ScanRequest { columns, ..ScanRequest::default() });
    let mut batches = Vec::new();
    while let Some(chunk) = scan.next_chunk() {
        batches.push(scan.decode(chunk));
    }
    (batches, scan.account())
}

fn values(batches: &[Batch], column: usize) -> Vec<String> {
    batches.iter().flat_map(|b| b.columns[column].values().map(|v| format!("{v:?}")).collect::<Vec<_>>()).collect()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => found.push(path),
            }
        }
    }
    found.sort();
    found
}

fn wanted() -> Vec<ScanColumn> {
    vec![
        column("CreationTime", &[], Type::DateTime),
        column("UserId", &[], Type::String),
        column("Operation", &[], Type::String),
        column("RecordType", &[], Type::String),
        column("AuditData", &["ExtendedProperties", "0", "Value"], Type::Dynamic),
        column("", &[], Type::Dynamic),
    ]
}

/// Every file reads without a panic, and the same in chunks of any size.
#[test]
fn every_shape_in_any_chunks() {
    for folder in ["formats/shapes", "data"] {
        let Some(root) = shared(folder) else { return };
        for path in files(&root).into_iter().filter(|p| p.metadata().is_ok_and(|m| m.len() < 2_000_000)) {
            let (whole, account) = read(&path, wanted(), 1 << 20);
            println!("{} {} {:?} {:?}", account.records, path.display(), account.families.keys(), account.skipped);
            for chunk in [700, 4096] {
                let (parts, other) = read(&path, wanted(), chunk);
                assert_eq!(account.records, other.records, "{} in chunks of {chunk}", path.display());
                for column in 0..wanted().len() {
                    assert_eq!(values(&whole, column), values(&parts, column), "{} in chunks of {chunk}", path.display());
                }
            }
        }
    }
}
