//! Cuts a stream of text into record-aligned pieces, with bounded memory.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

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
    /// Where records start whose end was not found.
    pub broken: Vec<usize>,
    /// The service says that its answer is not whole.
    pub partial: bool,
}

/// A record longer than this is given up: its framing must be broken.
const LONGEST_RECORD: usize = 64 << 20;

/// The largest answer of a query service.
const LARGEST_TABLE: u64 = 1 << 30;

/// Where a piece can be cut, and what was found in it.
#[derive(Default)]
struct Cut {
    end: usize,
    records: Option<Vec<Range<usize>>>,
    broken: Vec<usize>,
}

pub struct Splitter {
    reader: Box<dyn Read + Send>,
    framing: Framing,
    values: Values,
    size: usize,
    carry: Vec<u8>,
    offset: u64,
    ended: bool,
    failed: Option<io::Error>,
}

impl Splitter {
    pub fn new(reader: Box<dyn Read + Send>, framing: Framing, size: usize) -> Splitter {
        let values = Values::new(matches!(framing, Framing::Values { pages: true }));
        Splitter { reader, framing, values, size: size.max(1), carry: Vec::new(), offset: 0, ended: false, failed: None }
    }

    /// How far the text was handed out.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next piece, or `None` at the end. After an error there is nothing more, but what was read before it came already.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        if self.ended {
            return self.failed.take().map_or(Ok(None), Err);
        }
        if matches!(self.framing, Framing::Table) {
            return self.table().map(Some);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        let mut wanted = self.size.max(bytes.len() + 1);
        loop {
            self.fill(&mut bytes, wanted);
            let mut cut = self.cut(&bytes);
            if self.ended || bytes.len() - cut.end > LONGEST_RECORD {
                self.recover(&bytes, &mut cut);
            }
            if self.ended {
                cut.end = bytes.len();
            }
            if cut.end > 0 || self.ended {
                self.carry = bytes.split_off(cut.end);
                let offset = self.offset;
                self.offset += cut.end as u64;
                let piece = Piece { offset, bytes, records: cut.records, broken: cut.broken, partial: false };
                return Ok((!self.ended || !piece.bytes.is_empty()).then_some(piece));
            }
            wanted = bytes.len() * 2;
        }
    }

    /// Goes on after a record whose end cannot be found: at the next place that looks like the start of one.
    fn recover(&mut self, bytes: &[u8], cut: &mut Cut) {
        let Some(records) = &mut cut.records else {
            // A row or a line that never ends goes on its own; the decoder says what is wrong with it.
            cut.end = bytes.len();
            return;
        };
        let start = records.last().and_then(|last| bytes.get(last.clone())).map(first_key).unwrap_or_default().to_owned();
        while bytes.get(cut.end) == Some(&b'{') {
            cut.broken.push(cut.end);
            let Some(at) = restart(bytes, cut.end + 1, &start) else {
                cut.end = bytes.len();
                return;
            };
            let in_page = start.len() > 1 && bytes[at..].starts_with(&start);
            self.values.restart(in_page);
            let split = self.values.split(&bytes[at..]);
            records.extend(split.records.iter().map(|r| r.start + at..r.end + at));
            cut.end = at + split.consumed;
        }
    }

    /// Reads until there are `wanted` bytes or the stream ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) {
        let missing = wanted.saturating_sub(bytes.len());
        bytes.reserve(missing);
        match self.reader.by_ref().take(missing as u64).read_to_end(bytes) {
            Ok(read) => self.ended = read < missing,
            Err(error) => (self.ended, self.failed) = (true, Some(error)),
        }
    }

    /// Where the last complete record in the bytes ends.
    fn cut(&mut self, bytes: &[u8]) -> Cut {
        let at = |end: usize| Cut { end, ..Cut::default() };
        match &self.framing {
            Framing::Lines => at(memrchr(b'\n', bytes).map_or(0, |n| n + 1)),
            Framing::Csv(_) => at(csv::last_row_end(bytes).unwrap_or(0)),
            Framing::Values { .. } => {
                let split = self.values.split(bytes);
                Cut { end: split.consumed, records: Some(split.records), broken: Vec::new() }
            }
            Framing::Table => at(bytes.len()),
        }
    }

    fn table(&mut self) -> io::Result<Piece> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(LARGEST_TABLE).read_to_end(&mut bytes)?;
        self.ended = true;
        let (text, ranges, partial) = table::rows(&String::from_utf8_lossy(&bytes));
        Ok(Piece { offset: 0, bytes: text.into_bytes(), records: Some(ranges), broken: Vec::new(), partial })
    }
}

/// A record's text up to its first colon: how the next one probably starts.
fn first_key(record: &[u8]) -> &[u8] {
    memchr(b':', record).map_or(&[], |colon| &record[..=colon])
}

/// The next place from `from` on where a page, a value on a line of its own, or a record like the last one starts.
fn restart(bytes: &[u8], from: usize, start: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let marks: [(&[u8], usize); 6] =
        [(b"{\"@odata.", 0), (b"{\"value\":[", 0), (b"{\"records\":[", 0), (b"\n{", 1), (b"\n[", 1), (start, 0)];
    let found = marks.iter().filter(|(mark, _)| mark.len() > 1).filter_map(|(mark, skip)| Some(memmem::find(rest, mark)? + skip));
    found.min().map(|n| from + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(pages: bool, text: &'static str) -> (Vec<&'static str>, Vec<usize>) {
        let mut splitter = Splitter::new(Box::new(text.as_bytes()), Framing::Values { pages }, 1 << 20);
        let piece = splitter.next().unwrap().unwrap();
        (piece.records.unwrap().into_iter().map(|r| &text[r]).collect(), piece.broken)
    }

    #[test]
    fn goes_on_after_a_broken_record() {
        let page = r#"{"value":[{"id":"1"},{"id":"x"{"error":{"a":1}}{"value":[{"id":"2"}]}"#;
        assert_eq!(records(true, page), (vec![r#"{"id":"1"}"#, r#"{"id":"2"}"#], vec![21]));
        let array = r#"[{"id":"1"},{"x":{"y":1,{"id":"2"},{"id":"3"}]"#;
        assert_eq!(records(false, array), (vec![r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"id":"3"}"#], vec![12]));
    }
}
