//! Cuts a stream of text into record-aligned pieces, with bounded memory.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memrchr;

use super::values::Values;
use super::{Framing, csv, table};

/// A piece of a stream: whole records.
#[derive(Debug)]
pub struct Piece {
    /// Where it starts in the stream.
    pub offset: u64,
    pub bytes: Vec<u8>,
    /// The records, where the splitter had to find them anyway.
    pub records: Option<Vec<Range<usize>>>,

    /// Bytes at the end that belong to no complete record, where the splitter knows.
    pub rest: Option<usize>,
}

/// A record longer than this is given up: its framing must be broken.
const LONGEST_RECORD: usize = 256 << 20;

pub struct Splitter {
    reader: Box<dyn Read + Send>,
    framing: Framing,
    values: Values,
    size: usize,
    carry: Vec<u8>,
    offset: u64,
    ended: bool,
}

impl Splitter {
    pub fn new(reader: Box<dyn Read + Send>, framing: Framing, size: usize) -> Splitter {
        let values = Values::new(matches!(framing, Framing::Values { pages: true }));
        Splitter { reader, framing, values, size: size.max(1), carry: Vec::new(), offset: 0, ended: false }
    }

    /// How far the text was handed out.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next piece, or `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        if self.ended {
            return Ok(None);
        }
        if matches!(self.framing, Framing::Table) {
            return self.table().map(Some);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        let mut wanted = self.size.max(bytes.len() + 1);
        loop {
            self.fill(&mut bytes, wanted)?;
            let (end, records) = self.cut(&bytes);
            if self.ended {
                let rest = records.as_ref().map(|_| end);
                return Ok((!bytes.is_empty()).then(|| Piece { offset: self.offset, bytes, records, rest }));
            }
            if end > 0 || records.as_ref().is_some_and(|r| !r.is_empty()) || bytes.len() > LONGEST_RECORD {
                let end = if end == 0 { bytes.len() } else { end };
                self.carry = bytes.split_off(end);
                let offset = self.offset;
                self.offset += end as u64;
                return Ok(Some(Piece { offset, bytes, records, rest: None }));
            }
            wanted = bytes.len() * 2;
        }
    }

    /// Reads until there are `wanted` bytes or the stream ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        let missing = wanted.saturating_sub(bytes.len());
        bytes.reserve(missing);
        let read = self.reader.by_ref().take(missing as u64).read_to_end(bytes)?;
        self.ended = read < missing;
        Ok(())
    }

    /// Where the last complete record in the bytes ends.
    fn cut(&mut self, bytes: &[u8]) -> (usize, Option<Vec<Range<usize>>>) {
        match &self.framing {
            Framing::Lines => (memrchr(b'\n', bytes).map_or(0, |n| n + 1), None),
            Framing::Csv(_) => (csv::last_row_end(bytes).unwrap_or(0), None),
            Framing::Values { .. } => {
                let split = self.values.split(bytes);
                (split.consumed, Some(split.records))
            }
            Framing::Table => (bytes.len(), None),
        }
    }

    fn table(&mut self) -> io::Result<Piece> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(LONGEST_RECORD as u64).read_to_end(&mut bytes)?;
        self.ended = true;
        let (text, ranges) = table::rows(&String::from_utf8_lossy(&bytes));
        Ok(Piece { offset: 0, bytes: text.into_bytes(), records: Some(ranges), rest: None })
    }
}
