//! The lines that start in a range of a file, in blocks that stay in a core's cache while they are searched.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
#[cfg(unix)]
use std::ops::Range;

use memchr::{memchr, memrchr};

#[cfg(unix)]
use super::bytes::mapped;
#[cfg(unix)]
use super::kernels::Mapping;
use super::source::Source;

/// So much is read at once: greater blocks leave the second level of the cache before they are searched.
const BLOCK: u64 = 256 << 10;

thread_local! {
    /// A buffer for each thread: a new one for every range costs more page faults than the range costs to read.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Whole lines, block by block. Neighbouring ranges share no line.
pub struct Blocks {
    #[cfg(unix)]
    mapped: Option<Mapped>,
    file: File,
    buffer: Vec<u8>,
    /// Where the buffer's first byte stands in the file, and how many of its bytes are the file's.
    start: u64,
    filled: usize,
    /// The bytes in front that were handed out.
    used: usize,
    end: u64,
    size: u64,
    /// The first line's start was found.
    aligned: bool,
}

impl Blocks {
    pub fn new(source: &Source, start: u64, end: u64) -> io::Result<Blocks> {
        let mut file = source.file()?;
        #[cfg(unix)]
        let mapped = Mapped::new(&file, start, end, source.size);
        // The byte before says whether a line starts right here.
        let from = start.saturating_sub(1);
        file.seek(SeekFrom::Start(from))?;
        let (buffer, size) = (BUFFER.take(), source.size);
        Ok(Blocks {
            #[cfg(unix)]
            mapped,
            file,
            buffer,
            start: from,
            filled: 0,
            used: 0,
            end,
            size,
            aligned: start == 0,
        })
    }

    /// Where in the file the next bytes come from.
    pub fn position(&self) -> u64 {
        #[cfg(unix)]
        if let Some(mapped) = &self.mapped {
            return mapped.position();
        }
        self.start + self.filled as u64
    }

    /// The next lines, and where in the file they start.
    pub fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        #[cfg(unix)]
        if self.mapped.is_some() {
            return self.mapped.as_mut().map_or(Ok(None), Mapped::next);
        }
        self.buffer.copy_within(self.used..self.filled, 0);
        (self.start, self.filled) = (self.start + self.used as u64, self.filled - self.used);
        self.used = 0;
        while self.position() < self.end {
            let searched = self.filled;
            let left = self.end - self.position();
            self.read(if left < BLOCK * 5 / 4 { left } else { BLOCK } as usize)?;
            if !self.aligned && !self.align() {
                continue;
            }
            if self.position() == self.end {
                self.finish_line()?;
                self.used = self.filled;
            } else if let Some(feed) = memrchr(b'\n', &self.buffer[searched..self.filled]) {
                self.used = searched + feed + 1;
            }
            if self.used > 0 {
                return Ok(Some((self.start, &self.buffer[..self.used])));
            }
        }
        Ok(None)
    }

    /// Appends bytes of the file.
    fn read(&mut self, length: usize) -> io::Result<()> {
        let end = self.filled + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        self.file.read_exact(&mut self.buffer[self.filled..end])?;
        self.filled = end;
        Ok(())
    }

    /// Drops what stands before the first line that starts here.
    fn align(&mut self) -> bool {
        let feed = memchr(b'\n', &self.buffer[..self.filled]);
        let dropped = feed.map_or(self.filled, |feed| feed + 1);
        self.buffer.copy_within(dropped..self.filled, 0);
        (self.start, self.filled) = (self.start + dropped as u64, self.filled - dropped);
        self.aligned = feed.is_some();
        self.aligned && self.filled > 0
    }

    /// Reads on to the end of the last line, which may stand behind the range.
    fn finish_line(&mut self) -> io::Result<()> {
        const STEP: u64 = 16 << 10;
        while self.buffer[..self.filled].last() != Some(&b'\n') && self.position() < self.size {
            let searched = self.filled;
            self.read((self.size - self.position()).min(STEP) as usize)?;
            if let Some(feed) = memchr(b'\n', &self.buffer[searched..self.filled]) {
                self.filled = searched + feed + 1;
            }
        }
        Ok(())
    }
}

/// A range that is mapped, with the rest of its last line.
#[cfg(unix)]
struct Mapped {
    mapping: Mapping,
    /// Where in the file it starts.
    start: u64,
    /// The lines that are left.
    left: Range<usize>,
}

#[cfg(unix)]
impl Mapped {
    /// `None` where the range is to be read.
    fn new(file: &File, start: u64, end: u64, size: u64) -> Option<Mapped> {
        /// The last line is expected to end so soon behind the range.
        const LINE: u64 = 128 << 10;
        // The byte before says whether a line starts right here.
        let from = start.saturating_sub(1);
        let mapping = mapped(file, from..(end + LINE).min(size))?;
        let bytes = mapping.bytes();
        let end = (end - from) as usize;
        let first = if start == 0 { 0 } else { memchr(b'\n', bytes)? + 1 };
        let last = match memchr(b'\n', &bytes[end - 1..]) {
            Some(feed) => end + feed,
            None if from + bytes.len() as u64 == size => bytes.len(),
            None => return None,
        };
        let left = if first < end { first..last } else { 0..0 };
        Some(Mapped { mapping, start: from, left })
    }

    fn position(&self) -> u64 {
        self.start + self.left.start as u64
    }

    fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        if !self.mapping.is_whole() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.left.is_empty() {
            return Ok(None);
        }
        let (offset, bytes) = (self.position(), self.mapping.bytes());
        let near = (self.left.start + BLOCK as usize).min(self.left.end);
        let feed = || memrchr(b'\n', &bytes[self.left.start..near]).map(|feed| self.left.start + feed + 1);
        let after = || memchr(b'\n', &bytes[near..self.left.end]).map_or(self.left.end, |feed| near + feed + 1);
        let cut = if near == self.left.end { near } else { feed().unwrap_or_else(after) };
        let block = &bytes[self.left.start..cut];
        self.left.start = cut;
        Ok(Some((offset, block)))
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        BUFFER.set(std::mem::take(&mut self.buffer));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn ranges_share_no_line_and_leave_none_out() {
        // Lines of all lengths, some longer than a block, and one that goes on far behind its range.
        let mut text = Vec::new();
        for line in 0..3000usize {
            text.extend(format!("{line}:").bytes());
            text.resize(text.len() + line * line % 4000 + if line % 700 == 600 { 400 << 10 } else { 0 }, b'x');
            text.push(b'\n');
        }
        text.extend(b"the last has no end");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&text).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(60)).unwrap();
        let size = text.len() as u64;
        let mut mapped = 0;
        for chunk in [256 << 10, 300_001, 1 << 20, size] {
            let mut found = Vec::new();
            for start in (0..size).step_by(chunk as usize) {
                let end = (start + chunk).min(size);
                let Some(mut lines) = Mapped::new(&file, start, end, size) else { continue };
                mapped += 1;
                while let Some((offset, block)) = lines.next().unwrap() {
                    assert_eq!(*block, text[offset as usize..offset as usize + block.len()]);
                    assert!((start..end).contains(&offset) && (offset == 0 || text[offset as usize - 1] == b'\n'));
                    found.push(offset..offset + block.len() as u64);
                }
                let (first, last) = (lines.position(), found.last().map_or(0, |block| block.end));
                assert_eq!(first, last.max(first));
            }
            assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start), "{chunk}");
            if chunk == size {
                assert_eq!(found.iter().map(|block| block.end - block.start).sum::<u64>(), size);
            }
        }
        assert!(mapped > 20, "{mapped}");
    }
}
