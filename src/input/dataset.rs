//! The inputs of a run, found and sniffed once; scans start from here.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tempfile::TempDir;

use crate::plan::{Expr, ScanColumn};

use super::account::Account;
use super::content::Sameness;
use super::discover::{self, InputError};
use super::inspect::Inspect;
use super::layers::{Input, Layers};
use super::route;
use super::scan::{Scan, ScanRequest, Strangers};
use super::schema::{Sampler, TableSchema};
use super::sniff::{Look, SAMPLES};
use super::source::Source;
use super::timestamp::DayOrder;

mod files;
mod opening;

pub use files::iso;
use files::{longer_look, spread};
use opening::Opening;
pub use opening::{BROKEN_CONTAINER, CLOSED, UNREADABLE, UNSUPPORTED_CONTAINER};

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// Keep records whose id was seen before.
    pub keep_duplicates: bool,
    /// Read every record to its end, so that what is broken does not depend on what is asked for.
    pub validate: bool,
    /// Look at every record for an inventory.
    pub inspect: Option<Inspect>,
    /// The first row of a CSV file names its columns.
    pub csv_header: bool,
    /// How dates like 05/06/2024 are read, whatever the files show.
    pub date_order: Option<DayOrder>,
    /// Bytes per chunk, about. Where it is `CHUNK`, ranges of large files of lines are larger.
    pub chunk_bytes: usize,
    pub threads: usize,
    /// The table that has columns of these names.
    pub table_of: fn(&[String]) -> Option<&'static str>,
}

/// The table of all records of the unified audit log.
const RAW: &str = "UnifiedAuditLog";

/// Bytes per chunk where nobody asks for others.
pub const CHUNK: usize = 1 << 20;

impl Default for InputOptions {
    fn default() -> InputOptions {
        InputOptions {
            keep_duplicates: true,
            validate: false,
            inspect: None,
            csv_header: true,
            date_order: None,
            chunk_bytes: CHUNK,
            threads: 0,
            table_of: |_| None,
        }
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
    /// The files that were given, as shown and on disk.
    inputs: Vec<(Arc<str>, PathBuf, u64)>,
    /// How to tell a repeated record from another version of it.
    pub sameness: Sameness,
    pub options: InputOptions,
    /// What was left out while opening.
    pub opened: Account,
    all: TableSchema,
    unified: TableSchema,
    /// What they were made of.
    first: [Sampler; 2],
    /// The same two tables after a longer look.
    deeper: OnceLock<[TableSchema; 2]>,
    /// Scans look for records of families that the sample has not shown.
    pub watched: AtomicBool,
    /// Families were admitted.
    grown: AtomicBool,
    /// What was unpacked; removed with the data set.
    _unpacked: Vec<TempDir>,
}

impl Dataset {
    /// Finds and sniffs the inputs: files, folders (recursively, sorted), globs, `-` for standard input.
    pub fn open(inputs: &[String], options: InputOptions) -> Result<Dataset, InputError> {
        let files: Vec<String> = inputs.iter().filter(|input| *input != "-").cloned().collect();
        let found = discover::files(&files)?;
        let mut opening = Opening::of(&found.files, options);
        found.closed.iter().for_each(|path| opening.account.skip(CLOSED, &path.to_string_lossy(), 0));
        if files.len() < inputs.len() {
            opening.stream("-", || Ok(Box::new(std::io::stdin())));
        }
        Ok(opening.finish())
    }

    /// The implicit table of all records.
    pub fn all_records(&self) -> &TableSchema {
        self.inner.deeper.get().map_or(&self.inner.all, |[all, _]| all)
    }

    /// The records of the unified audit log.
    pub fn unified_records(&self) -> &TableSchema {
        self.inner.deeper.get().map_or(&self.inner.unified, |[_, unified]| unified)
    }

    /// Looks longer at the files: at more records of each, and at more places of large ones. `false` where that was done before.
    pub fn look_deeper(&self) -> bool {
        if self.inner.deeper.get().is_some() {
            return false;
        }
        let look = Look { csv_header: self.inner.options.csv_header, records: SAMPLES };
        let thin = longer_look(self.inner.sources.len());
        let sample = |source: &Source| {
            let mut sampler = source.sample(look);
            if source.is_large() {
                let blocks =
                    spread(&source.path, source.size, self.inner.options.threads, thin, |block, _| source.sniffed.beyond(block, false));
                blocks.iter().for_each(|block| sampler.merge(&block.sampler));
            }
            (source.sniffed.family.is_unified(), sampler)
        };
        let samples: Vec<(bool, Sampler)> = match self.inner.options.threads {
            1 => self.inner.sources.iter().map(sample).collect(),
            _ => self.inner.sources.par_iter().map(sample).collect(),
        };
        let [mut all, mut unified] = self.inner.first.clone();
        for (is_unified, sample) in &samples {
            all.merge(sample);
            if *is_unified {
                unified.merge(sample);
            }
        }
        self.inner.deeper.set([all.finish(""), unified.finish(RAW)]).is_ok()
    }

    /// What was left out while the inputs were opened.
    pub fn account(&self) -> &Account {
        &self.inner.opened
    }

    /// Names of the files, members and streams that hold records, with their family.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.inner.sources.iter().map(|source| (&*source.name, source.sniffed.family.name()))
    }

    /// What each of them is, layer by layer.
    pub fn layers(&self) -> impl Iterator<Item = Layers<'_>> {
        self.inner.sources.iter().map(Layers::of)
    }

    /// The files that were given, whether they hold records or not.
    pub fn inputs(&self) -> impl Iterator<Item = Input<'_>> {
        self.inner.inputs.iter().map(|(name, path, bytes)| Input { name, path, bytes: *bytes })
    }

    /// The files on disk that hold them, with their sizes, each once.
    pub fn files(&self) -> Vec<(&Path, u64)> {
        let mut files: Vec<(&Path, u64)> = self.inner.sources.iter().map(|source| (source.path.as_path(), source.size)).collect();
        files.dedup_by(|a, b| a.0 == b.0);
        files
    }

    /// The groups of families that sampled records belong to, as the mappings of tables name them.
    pub fn families(&self) -> Vec<&'static str> {
        let mut groups: Vec<&'static str> = self.inner.sources.iter().flat_map(Source::groups).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// From now on scans tell of records of families that no sampled record of their file is of.
    pub fn watch(&self) {
        self.inner.watched.store(true, Ordering::Relaxed);
    }

    /// Whether they may find some.
    pub fn may_surprise(&self) -> bool {
        self.inner.watched.load(Ordering::Relaxed) && self.inner.sources.iter().any(Source::may_surprise)
    }

    /// From now on they are known, of all files that may hold more than was sampled: what one holds others may hold, too.
    pub fn admit(&self, strangers: &Strangers) {
        for source in self.inner.sources.iter().filter(|source| source.may_surprise()) {
            strangers.families.iter().for_each(|(family, group)| source.admit(*family, group));
        }
        self.inner.grown.store(true, Ordering::Relaxed);
    }

    /// Whether families were admitted since this was asked last: what was bound before does not know them.
    pub fn has_grown(&self) -> bool {
        self.inner.grown.swap(false, Ordering::Relaxed)
    }

    /// Whether any file can hold records that a scan with this predicate lets through.
    pub fn may_hold(&self, predicate: &Expr, columns: &[ScanColumn]) -> bool {
        route::wanted(predicate, columns).is_none_or(|groups| self.families().iter().any(|known| groups.iter().any(|group| group == known)))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub fn scan(&self, request: ScanRequest) -> Scan {
        Scan::new(self.inner.clone(), request)
    }
}

/// Records of one shape are the same where their text is; of several shapes, where they say the same.
fn sameness(sources: &[Source]) -> Sameness {
    let shape = |source: &Source| (source.sniffed.family, source.sniffed.peel.is_some(), source.sniffed.framing.kind());
    let mut shapes = sources.iter().filter(|s| s.sniffed.family.is_unified()).map(shape);
    let first = shapes.next();
    if shapes.all(|shape| Some(shape) == first) { Sameness::Text } else { Sameness::Meaning }
}
