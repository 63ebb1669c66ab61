//! One text of records: a file, a member of an archive, or what a compressed file holds.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::container::{self, Access};
use super::encoding::Encoding;
use super::framing::Framing;
use super::sniff::Sniffed;

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
}

impl Source {
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

    /// One task reads it whole: it is no larger on disk, packed or plain, than so many chunks. What is larger and cannot be read in ranges
    /// is unpacked in turn, and its pieces go to all tasks.
    pub fn goes_alone(&self, chunk_bytes: usize) -> bool {
        const CHUNKS: u64 = 8;
        self.size <= CHUNKS * chunk_bytes.max(1) as u64
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
