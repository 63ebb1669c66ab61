//! What is asked of a file before it is known what it is: when it was written, its first bytes, blocks of it.

use std::io::{Read, Seek};

use super::super::container::{Access, Member};
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

/// Calls `sample` with blocks spread over a file.
pub fn spread(member: &Member, mut sample: impl FnMut(&[u8])) {
    let Ok(mut file) = std::fs::File::open(&member.path) else { return };
    for part in 1..=BLOCKS {
        let mut block = Vec::new();
        let at = std::io::SeekFrom::Start(member.size / (BLOCKS + 1) * part);
        if file.seek(at).and_then(|_| file.by_ref().take(BLOCK).read_to_end(&mut block)).is_ok() {
            sample(&block);
        }
    }
}

/// Blocks of a large file that are sampled beside its head, and their size.
const BLOCKS: u64 = 7;
const BLOCK: u64 = 96 << 10;

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
