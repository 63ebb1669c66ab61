//! One text of records: a file, a member of an archive, or what a compressed file holds.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::container::{self, Access};
use super::encoding::Encoding;
use super::family::Family;
use super::framing::Framing;
use super::json::{End, whole_value};
use super::peel::Peel;
use super::route;
use super::schema::Sampler;
use super::sniff::{self, HEAD, Look, Sniffed};

/// An input that was found and sniffed.
#[derive(Clone, Debug)]
pub struct Source {
    /// As shown to the user: `folder/file.zip/member.csv`.
    pub name: Arc<str>,
    pub path: PathBuf,
    pub access: Access,
    /// What it is packed in, from outside to inside.
    pub container: Vec<&'static str>,
    /// Bytes on disk.
    pub size: u64,
    /// When the file was written.
    pub modified: Option<Arc<str>>,
    pub sniffed: Sniffed,
    pub late: Arc<Late>,
}

/// Families that the sample does not show, as scans find records of them.
#[derive(Debug, Default)]
pub struct Late {
    any: AtomicBool,
    families: Mutex<Vec<(Family, &'static str)>>,
}

impl Late {
    fn families(&self) -> Vec<(Family, &'static str)> {
        match self.any.load(Ordering::Relaxed) {
            true => self.families.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            false => Vec::new(),
        }
    }
}

impl Source {
    /// Blocks of it can be sampled beside its head.
    pub fn is_large(&self) -> bool {
        self.is_plain() && self.size > HEAD as u64
    }

    /// A sample of the head's records; of CSV none, for all that it shows is known.
    pub fn sample(&self, look: Look) -> Sampler {
        let (mut head, mut sampler) = (Vec::new(), Sampler::default());
        if !matches!(self.sniffed.framing, Framing::Csv(_)) {
            // What cannot be read now is told by the scan.
            let read = container::open(&self.path, &self.access).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
            let _ = read.map(|_| sniff::sniff(&head, head.len() < HEAD, look, &mut sampler));
        }
        sampler
    }

    /// The records may be of several families.
    pub fn is_mixed(&self) -> bool {
        self.sniffed.mixed || self.late.any.load(Ordering::Relaxed)
    }

    /// The groups that its records are known to belong to.
    pub fn groups(&self) -> Vec<&'static str> {
        let mut groups = self.sniffed.groups.clone();
        groups.extend(self.late.families().iter().map(|(_, group)| group));
        groups
    }

    pub fn families(&self) -> Vec<Family> {
        let mut families = self.sniffed.families.clone();
        families.extend(self.late.families().iter().map(|(family, _)| family));
        families.dedup();
        families
    }

    /// From now on records of this family are looked for.
    pub fn admit(&self, family: Family, group: &'static str) {
        if !self.groups().contains(&group) {
            self.late.families.lock().unwrap_or_else(PoisonError::into_inner).push((family, group));
            self.late.any.store(true, Ordering::Relaxed);
        }
    }

    /// The family and the group of a record that starts in another way than the sampled ones, if none of those is of the group.
    pub fn stranger(&self, record: &[u8]) -> Option<(Family, &'static str)> {
        let text = std::str::from_utf8(record).ok().filter(|_| matches!(whole_value(record, 0), End::At(_)))?;
        let mut opened = String::new();
        let record = self.sniffed.peel.map_or(text, |peel| peel.open(text, &mut opened));
        let family = Family::of_object(record);
        let group = route::group_of(family, record);
        (!self.groups().contains(&group)).then_some((family, group))
    }

    /// Whether a look at how records start may find what the sample has not shown.
    pub fn may_surprise(&self) -> bool {
        let lines_differ = matches!(self.sniffed.peel, Some(Peel::Prefix));
        !self.sniffed.complete && !lines_differ && !self.sniffed.openings.is_empty()
    }

    /// The text in UTF-8, from its first row on.
    pub fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        let bytes = container::open(&self.path, &self.access)?;
        let mut text = self.sniffed.encoding.reader(bytes, self.sniffed.mark)?;
        io::copy(&mut text.by_ref().take(self.sniffed.rows_at as u64), &mut io::sink())?;
        Ok(text)
    }

    /// Tasks can read ranges of the file on their own.
    pub fn is_seekable(&self) -> bool {
        self.is_plain() && matches!(self.sniffed.framing, Framing::Lines)
    }

    /// One task reads it whole: it is no larger on disk, packed or plain, than so many chunks, nor than so many bytes. What is larger and
    /// cannot be read in ranges is unpacked in turn, and its pieces go to all tasks.
    pub fn goes_alone(&self, chunk_bytes: usize) -> bool {
        const CHUNKS: u64 = 8;
        const BYTES: u64 = 64 << 20;
        self.size <= (CHUNKS * chunk_bytes.max(1) as u64).min(BYTES)
    }

    /// Its records are carried along where some may be wanted again, because to unpack it a second time takes longer: it is one task's
    /// work, or has to be written as text first.
    pub fn is_carried(&self, chunk_bytes: usize) -> bool {
        !self.is_plain() && (self.access == Access::Parquet || !self.goes_alone(chunk_bytes))
    }

    /// The file's bytes are its text.
    pub fn is_plain(&self) -> bool {
        matches!(self.access, Access::Plain) && self.sniffed.encoding == Encoding::Utf8
    }

    /// Where in a plain file the text starts that `reader` gives.
    pub fn first(&self) -> u64 {
        (self.sniffed.mark + self.sniffed.rows_at) as u64
    }

    pub fn file(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}
