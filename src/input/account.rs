//! What a scan read, skipped and found wrong: nothing is lost without a trace here.

use std::collections::BTreeMap;

use crate::value::{DateTime, Type};

use super::inspect::Inspection;

/// The account of a scan so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub files: u64,
    pub bytes: u64,
    /// Records found, bad ones not among them.
    pub records: u64,
    /// Records that were parsed: the others cannot match the predicate.
    pub parsed: u64,
    /// Records that were left out because an earlier one had the same id and content.
    pub duplicates: u64,
    /// Records with the id of an earlier one and other content: they were kept.
    pub conflicts: Skipped,
    /// Records that could not be compared with all earlier ones, because there were too many: they were kept.
    pub uncompared: u64,
    /// Files, members and records left out, by reason.
    pub skipped: Losses,
    /// Records by the family of their file.
    pub families: BTreeMap<String, u64>,
    /// Values that did not fit the type of their column and were read as null.
    pub misfits: u64,
    /// The columns that they are of.
    pub unfit: Unfit,
    /// The span of the records' own times, where a time column was read.
    pub first: Option<DateTime>,
    pub last: Option<DateTime>,
    /// The same by file or member.
    pub by_file: BTreeMap<String, FileAccount>,
}

/// Columns with values that did not fit: the type that was wanted, and the one that fits all values so far.
pub type Unfit = BTreeMap<String, (Type, Type)>;

/// What was left out, by reason.
pub type Losses = BTreeMap<&'static str, Skipped>;

/// The account of one file or member.
#[derive(Clone, Debug, Default)]
pub struct FileAccount {
    pub bytes: u64,
    pub records: u64,
    pub duplicates: u64,
    pub conflicts: u64,
    pub skipped: Losses,
    pub first: Option<DateTime>,
    pub last: Option<DateTime>,
    /// What only a scan that inspects finds out.
    pub inspection: Option<Box<Inspection>>,
}

/// How often something was left out, and the first places.
#[derive(Clone, Debug, Default)]
pub struct Skipped {
    pub count: u64,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// The byte in the file, after decompression and in UTF-8.
    pub offset: u64,
}

impl Skipped {
    const PLACES: usize = 8;

    pub fn see(&mut self, file: &str, offset: u64) {
        self.count += 1;
        if self.places.len() < Self::PLACES {
            self.places.push(Place { file: file.to_owned(), offset });
        }
    }

    pub fn add(&mut self, other: Skipped) {
        self.count += other.count;
        self.places.extend(other.places);
        self.places.sort_by(|a, b| (&a.file, a.offset).cmp(&(&b.file, b.offset)));
        self.places.truncate(Self::PLACES);
    }
}

pub(super) fn add_losses(all: &mut Losses, more: Losses) {
    for (reason, skipped) in more {
        all.entry(reason).or_default().add(skipped);
    }
}

/// A type that holds the values of both, as a sample that shows both would have it.
pub(super) fn wider(a: Type, b: Type) -> Type {
    match (a, b) {
        _ if a == b => a,
        (Type::Dynamic, _) | (_, Type::Dynamic) => Type::Dynamic,
        (Type::Long | Type::Real, Type::Long | Type::Real) => Type::Real,
        _ => Type::String,
    }
}

/// Makes a span of time hold another.
fn span(first: &mut Option<DateTime>, last: &mut Option<DateTime>, other: [Option<DateTime>; 2]) {
    for time in other.into_iter().flatten() {
        *first = Some(first.map_or(time, |f| f.min(time)));
        *last = Some(last.map_or(time, |l| l.max(time)));
    }
}

impl Account {
    pub fn skip(&mut self, reason: &'static str, file: &str, offset: u64) {
        self.skipped.entry(reason).or_default().see(file, offset);
        self.file(file).skipped.entry(reason).or_default().see(file, offset);
    }

    /// The account of one of its files.
    pub fn file(&mut self, name: &str) -> &mut FileAccount {
        if !self.by_file.contains_key(name) {
            self.by_file.insert(name.to_owned(), FileAccount::default());
        }
        self.by_file.entry(name.to_owned()).or_default()
    }

    /// Says that all that was counted so far is from one file.
    pub fn attribute(&mut self, name: &str, inspection: Option<Box<Inspection>>) {
        let (bytes, records, first, last) = (self.bytes, self.records, self.first, self.last);
        let file = self.file(name);
        (file.bytes, file.records, file.first, file.last, file.inspection) = (bytes, records, first, last, inspection);
    }

    /// A record with the id of an earlier one and other content.
    pub fn see_conflict(&mut self, file: &str, offset: u64) {
        self.conflicts.see(file, offset);
        self.file(file).conflicts += 1;
    }

    /// Records that were left out because they were there before.
    pub fn see_duplicates(&mut self, file: &str, count: u64) {
        self.duplicates += count;
        self.file(file).duplicates += count;
    }

    pub fn see_time(&mut self, time: DateTime) {
        span(&mut self.first, &mut self.last, [Some(time), None]);
    }

    /// Adds what a chunk's task counted.
    pub fn add(&mut self, other: Account) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.records += other.records;
        self.parsed += other.parsed;
        self.duplicates += other.duplicates;
        self.conflicts.add(other.conflicts);
        self.uncompared += other.uncompared;
        self.misfits += other.misfits;
        for (column, (wanted, fits)) in other.unfit {
            let own = self.unfit.entry(column).or_insert((wanted, fits));
            own.1 = wider(own.1, fits);
        }
        for (family, count) in other.families {
            *self.families.entry(family).or_default() += count;
        }
        add_losses(&mut self.skipped, other.skipped);
        span(&mut self.first, &mut self.last, [other.first, other.last]);
        for (name, file) in other.by_file {
            self.file(&name).add(file);
        }
    }

    /// The account of a run that did not read all records' times: it has none, rather than some.
    pub fn without_times(mut self) -> Account {
        (self.first, self.last) = (None, None);
        self.by_file.values_mut().for_each(|file| (file.first, file.last) = (None, None));
        self
    }

    /// Adds what another account left out, and nothing else of it.
    pub fn add_losses(&mut self, other: Account) {
        add_losses(&mut self.skipped, other.skipped);
        for (name, file) in other.by_file {
            add_losses(&mut self.file(&name).skipped, file.skipped);
        }
    }

    /// Everything was read: no file and no record was left out for being unreadable or broken.
    pub fn is_complete(&self) -> bool {
        self.losses().next().is_none()
    }

    /// What was left out without being no log.
    pub fn losses(&self) -> impl Iterator<Item = (&'static str, &Skipped)> {
        self.skipped.iter().filter(|(reason, _)| !super::family::NO_LOG.contains(reason)).map(|(reason, skipped)| (*reason, skipped))
    }
}

impl FileAccount {
    fn add(&mut self, other: FileAccount) {
        self.bytes += other.bytes;
        self.records += other.records;
        self.duplicates += other.duplicates;
        self.conflicts += other.conflicts;
        add_losses(&mut self.skipped, other.skipped);
        span(&mut self.first, &mut self.last, [other.first, other.last]);
        match (&mut self.inspection, other.inspection) {
            (Some(own), Some(more)) => own.add(*more),
            (own @ None, more) => *own = more,
            (Some(_), None) => {}
        }
    }
}
