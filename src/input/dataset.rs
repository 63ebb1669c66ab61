//! The inputs of a run, found and sniffed once; scans start from here.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::account::Account;
use super::container::{self, Access, Kind};
use super::discover::{self, InputError};
use super::family::{self, Family};
use super::scan::{Scan, ScanRequest};
use super::schema::{COMMON, Sampler, TableSchema};
use super::sniff::{self, HEAD};
use super::source::Source;

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// Keep records whose id was seen before.
    pub keep_duplicates: bool,
    /// The first broken record ends the run (the caller looks at the account).
    pub strict: bool,
    /// The first row of a CSV file names its columns.
    pub csv_header: bool,
    /// Bytes per chunk, about.
    pub chunk_bytes: usize,
    pub threads: usize,
}

impl Default for InputOptions {
    fn default() -> InputOptions {
        InputOptions { keep_duplicates: true, strict: false, csv_header: true, chunk_bytes: 2 << 20, threads: 0 }
    }
}

/// Inputs that were found and sniffed. Cheap to clone and to keep.
#[derive(Clone, Debug)]
pub struct Dataset {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub sources: Vec<Source>,
    pub options: InputOptions,
    /// What was left out while opening.
    pub opened: Account,
    all: TableSchema,
    tables: Vec<TableSchema>,
}

impl Dataset {
    /// Finds and sniffs the inputs: files, folders (recursively, sorted), globs, `-` for standard input.
    pub fn open(inputs: &[String], options: InputOptions) -> Result<Dataset, InputError> {
        let mut opening = Opening { sources: Vec::new(), account: Account::default(), sampler: Sampler::default(), options };
        for path in discover::files(inputs)? {
            opening.file(&path);
        }
        Ok(opening.finish())
    }

    /// The implicit table of all records.
    pub fn all_records(&self) -> &TableSchema {
        &self.inner.all
    }

    /// Tables that were declared over the records.
    pub fn tables(&self) -> &[TableSchema] {
        &self.inner.tables
    }

    /// What was left out while the inputs were opened.
    pub fn account(&self) -> &Account {
        &self.inner.opened
    }

    /// Names of the files, members and streams that hold records, with their family.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.inner.sources.iter().map(|source| (&*source.name, source.sniffed.family.name()))
    }

    pub fn scan(&self, request: ScanRequest) -> Scan {
        Scan::new(self.inner.clone(), request)
    }
}

struct Opening {
    sources: Vec<Source>,
    account: Account,
    sampler: Sampler,
    options: InputOptions,
}

impl Opening {
    fn file(&mut self, path: &Path) {
        let name: Arc<str> = path.to_string_lossy().into();
        if let Err(reason) = self.source(path, &name) {
            self.account.skip(reason, &name, 0);
        }
    }

    fn source(&mut self, path: &Path, name: &Arc<str>) -> Result<(), &'static str> {
        if is_junk(path) {
            return Err(family::JUNK);
        }
        let size = path.metadata().map_err(|_| UNREADABLE)?.len();
        let raw = head(container::open(path, &Access::Plain).map_err(|_| UNREADABLE)?).map_err(|_| UNREADABLE)?;
        let access = if Kind::detect(&raw) == Kind::None { Access::Plain } else { Access::Compressed };
        let start = match access {
            Access::Plain => raw,
            _ => head(container::open(path, &access).map_err(|_| BROKEN_CONTAINER)?).map_err(|_| BROKEN_CONTAINER)?,
        };
        let sniffed = sniff::sniff(&start, start.len() < HEAD, self.options.csv_header, &mut self.sampler)?;
        self.sources.push(Source { name: name.clone(), path: path.to_owned(), access, size, sniffed });
        Ok(())
    }

    fn finish(mut self) -> Dataset {
        let unified = |family| matches!(family, Family::UnifiedExport | Family::UnifiedRecord | Family::GraphUnified);
        if self.sources.iter().any(|s| unified(s.sniffed.family)) {
            COMMON.iter().for_each(|name| self.sampler.column(name));
        }
        let inner =
            Inner { sources: self.sources, options: self.options, opened: self.account, all: self.sampler.finish(""), tables: Vec::new() };
        Dataset { inner: Arc::new(inner) }
    }
}

pub const UNREADABLE: &str = "the file cannot be read";
pub const BROKEN_CONTAINER: &str = "the compressed file is damaged";

fn head(reader: Box<dyn Read + Send>) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Files that archivers and systems leave behind.
fn is_junk(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    name.starts_with("._") || matches!(&*name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}
