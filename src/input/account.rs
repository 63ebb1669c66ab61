//! What a scan read, skipped and found wrong: nothing is lost without a trace here.

use std::collections::BTreeMap;

use crate::value::DateTime;

/// The account of a scan so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub files: u64,
    pub bytes: u64,
    /// Records found, bad ones not among them.
    pub records: u64,
    /// Records that were parsed: the others cannot match the predicate.
    pub parsed: u64,
    /// Repeated ids that were left out.
    pub duplicates: u64,
    /// Files, members and records left out, by reason.
    pub skipped: BTreeMap<&'static str, Skipped>,
    /// Records by the family of their file.
    pub families: BTreeMap<String, u64>,
    /// Values that did not fit the type of their column and were read as null.
    pub misfits: u64,
    /// The span of the records' own times, where a time column was read.
    pub first: Option<DateTime>,
    pub last: Option<DateTime>,
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

impl Account {
    const PLACES: usize = 8;

    pub fn skip(&mut self, reason: &'static str, file: &str, offset: u64) {
        let skipped = self.skipped.entry(reason).or_default();
        skipped.count += 1;
        if skipped.places.len() < Self::PLACES {
            skipped.places.push(Place { file: file.to_owned(), offset });
        }
    }

    pub fn see_time(&mut self, time: DateTime) {
        self.first = Some(self.first.map_or(time, |f| f.min(time)));
        self.last = Some(self.last.map_or(time, |l| l.max(time)));
    }

    /// Adds what a chunk's task counted.
    pub fn add(&mut self, other: Account) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.records += other.records;
        self.parsed += other.parsed;
        self.duplicates += other.duplicates;
        self.misfits += other.misfits;
        for (family, count) in other.families {
            *self.families.entry(family).or_default() += count;
        }
        for (reason, skipped) in other.skipped {
            let own = self.skipped.entry(reason).or_default();
            own.count += skipped.count;
            own.places.extend(skipped.places);
            own.places.sort_by(|a, b| (&a.file, a.offset).cmp(&(&b.file, b.offset)));
            own.places.truncate(Self::PLACES);
        }
        for time in [other.first, other.last].into_iter().flatten() {
            self.see_time(time);
        }
    }

    /// Everything was read: no file and no record was left out for being unreadable or broken.
    pub fn is_complete(&self) -> bool {
        self.skipped.keys().all(|reason| super::family::NO_LOG.contains(reason))
    }
}
