//! What is asked of a file before it is known what it is: when it was written, its first bytes, blocks of it.

use std::io::{Read, Seek};
use std::path::Path;

use rayon::prelude::*;

use super::super::container::Access;
use super::opening::{BROKEN_CONTAINER, UNREADABLE};

/// A file's time as text.
pub fn iso(time: std::time::SystemTime) -> String {
    chrono::DateTime::<chrono::Utc>::from(time).to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
}

/// A pipe with a name, or behind one (`<(zcat …)`, `/dev/stdin`).
#[cfg(unix)]
pub fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
pub fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

/// What `sample` says of blocks spread over a file, in their order; it is also told whether a block is thin. One of so many is not.
pub fn spread<T: Send>(path: &Path, size: u64, threads: usize, thin: u64, sample: impl Fn(&[u8], bool) -> T + Sync) -> Vec<T> {
    let whole = if thin == FIRST_LOOK { FIRST_BLOCK } else { BLOCK };
    let block = |part: u64| {
        let is_thin = !part.is_multiple_of(thin);
        let mut block = Vec::with_capacity(if is_thin { THIN_BLOCK } else { whole });
        let mut file = std::fs::File::open(path).ok()?;
        file.seek(std::io::SeekFrom::Start(size / PARTS * part)).ok()?;
        file.take(block.capacity() as u64).read_to_end(&mut block).ok()?;
        Some(sample(&block, is_thin))
    };
    match threads {
        1 => (1..PARTS).filter_map(block).collect(),
        _ => (1..PARTS).into_par_iter().filter_map(block).collect(),
    }
}

/// Into so many parts a large file is divided; at the start of each a block is sampled beside its head.
const PARTS: u64 = 64;
const BLOCK: usize = 48 << 10;
const FIRST_BLOCK: usize = 24 << 10;
const THIN_BLOCK: usize = 16 << 10;

/// At first one block of so many is not thin; in a longer look each second of a few files, and fewer of many.
pub const FIRST_LOOK: u64 = 8;

pub fn longer_look(files: usize) -> u64 {
    /// Blocks of all files.
    const MOST: u64 = 1280;
    (PARTS * files as u64 / MOST).clamp(2, FIRST_LOOK - 1)
}

const USUAL_HEAD: usize = 32 << 10;

/// The first bytes of a text, as far as they can be read: damage further on is told when it is scanned.
pub fn head(reader: Box<dyn Read + Send>, bytes: usize) -> std::io::Result<Vec<u8>> {
    // Most files are small; a large head grows a few times.
    let mut head = Vec::with_capacity(bytes.min(USUAL_HEAD));
    match reader.take(bytes as u64).read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

pub fn unreadable(access: &Access) -> impl Fn(std::io::Error) -> &'static str + use<> {
    let reason = if *access == Access::Plain { UNREADABLE } else { BROKEN_CONTAINER };
    move |_| reason
}

/// Files that archivers and systems leave behind.
pub fn is_junk(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.starts_with("._") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.split('/').any(|part| part == "__MACOSX")
}
