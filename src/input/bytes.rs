//! Bytes of a file, mapped or read.
//!
//! Where the system can, they are mapped: what the page cache holds is then searched where it stands (half of the time of a plain search
//! went into copying it). A file that was written to a moment ago may be written to again: it is read.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use super::kernels::Mapping;

#[derive(Debug)]
pub enum Bytes {
    Read(Vec<u8>),
    /// The part of the mapping that is meant.
    #[cfg(unix)]
    Mapped(Mapping, Range<usize>),
}

impl Bytes {
    /// `None` where the range is to be read.
    #[cfg(unix)]
    pub fn mapped(file: &File, range: Range<u64>) -> Option<Bytes> {
        let mapping = mapped(file, range)?;
        let all = 0..mapping.bytes().len();
        Some(Bytes::Mapped(mapping, all))
    }

    #[cfg(not(unix))]
    pub fn mapped(_: &File, _: Range<u64>) -> Option<Bytes> {
        None
    }

    /// All that was looked at so far was the file's. What is lost of a file while it is mapped reads as zeros.
    pub fn is_whole(&self) -> bool {
        match self {
            Bytes::Read(_) => true,
            #[cfg(unix)]
            Bytes::Mapped(mapping, _) => mapping.is_whole(),
        }
    }

    /// Leaves only a part of them.
    pub fn keep(&mut self, part: Range<usize>) {
        match self {
            Bytes::Read(bytes) => {
                bytes.truncate(part.end);
                bytes.drain(..part.start.min(bytes.len()));
            }
            #[cfg(unix)]
            Bytes::Mapped(_, all) => {
                let end = all.end.min(all.start + part.end);
                *all = (all.start + part.start).min(end)..end;
            }
        }
    }

    /// The bytes in a buffer of their own. The error is that some were lost.
    pub fn into_buffer(self) -> io::Result<Vec<u8>> {
        match self {
            Bytes::Read(bytes) => Ok(bytes),
            #[cfg(unix)]
            Bytes::Mapped(mapping, part) => {
                let bytes = mapping.bytes()[part].to_vec();
                if mapping.is_whole() { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            }
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Read(bytes) => bytes,
            #[cfg(unix)]
            Bytes::Mapped(mapping, part) => &mapping.bytes()[part.clone()],
        }
    }
}

impl Default for Bytes {
    fn default() -> Bytes {
        Bytes::Read(Vec::new())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes::Read(bytes)
    }
}

/// A range of a file at rest.
#[cfg(unix)]
pub fn mapped(file: &File, range: Range<u64>) -> Option<Mapping> {
    /// Shorter ranges are sooner read.
    const WORTH: u64 = 256 << 10;
    if range.end.checked_sub(range.start)? < WORTH || !is_at_rest(file) {
        return None;
    }
    Mapping::of(file, range)
}

/// Whether a file was not written to for some time.
#[cfg(unix)]
fn is_at_rest(file: &File) -> bool {
    const REST: Duration = Duration::from_secs(10);
    let written = file.metadata().and_then(|about| about.modified());
    written.is_ok_and(|written| written.elapsed().is_ok_and(|since| since > REST))
}
