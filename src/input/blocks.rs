//! The lines that start in a range of a file, in blocks that stay in a core's cache while they are searched.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::{memchr, memrchr};

use super::source::Source;

/// So much is read at once: greater blocks leave the second level of the cache before they are searched.
const BLOCK: u64 = 256 << 10;

thread_local! {
    /// A buffer for each thread: a new one for every range costs more page faults than the range costs to read.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads whole lines, block by block. Neighbouring ranges share no line.
pub struct Blocks {
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
        // The byte before says whether a line starts right here.
        let from = start.saturating_sub(1);
        file.seek(SeekFrom::Start(from))?;
        let (buffer, size) = (BUFFER.take(), source.size);
        Ok(Blocks { file, buffer, start: from, filled: 0, used: 0, end, size, aligned: start == 0 })
    }

    /// Where in the file the next bytes come from.
    pub fn position(&self) -> u64 {
        self.start + self.filled as u64
    }

    /// The next lines, and where in the file they start.
    pub fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
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

impl Drop for Blocks {
    fn drop(&mut self) {
        BUFFER.set(std::mem::take(&mut self.buffer));
    }
}
