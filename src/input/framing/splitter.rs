//! Cuts a stream of text into record-aligned pieces, with bounded memory.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memrchr;

use crate::input::bytes::Bytes;
use crate::input::json::skip_value;
use crate::input::kernels::Parts;

use super::restart::{TRIES, first_key, restart, starts_page};
use super::values::Values;
use super::{Framing, csv, table};

/// A piece of a stream: whole records.
#[derive(Debug, Default)]
pub struct Piece {
    /// Where it starts in the stream.
    pub offset: u64,
    pub bytes: Bytes,
    /// How many bytes of the stream it accounts for, where its bytes overlap with those of another piece.
    pub covers: Option<u64>,
    /// What parts CSV, where it is known.
    pub parts: Option<Box<Parts>>,
    /// The records, where the splitter had to find them anyway.
    pub records: Option<Vec<Range<usize>>>,
    /// Where records start whose end was not found.
    pub broken: Vec<usize>,
    /// The text ends here, inside of an array or a page.
    pub open: bool,
    /// The service says that its answer is not whole.
    pub partial: bool,
}

/// A record longer than this is given up: its framing must be broken.
pub const LONGEST_RECORD: usize = 64 << 20;

/// The largest answer of a query service.
const LARGEST_TABLE: u64 = 1 << 30;

/// Where a piece can be cut, and what was found in it.
#[derive(Default)]
struct Cut {
    end: usize,
    records: Option<Vec<Range<usize>>>,
    broken: Vec<usize>,
    /// What comes next starts like a record and is none.
    stuck: bool,
}

/// The records in some bytes, and where something is broken.
pub fn records_in(bytes: &[u8]) -> (Vec<Range<usize>>, Vec<usize>) {
    let reader = Box::new(io::Cursor::new(bytes.to_vec()));
    let piece = Splitter::new(reader, Framing::Values { pages: false }, bytes.len() + 1).next();
    let piece = piece.ok().flatten().unwrap_or_default();
    (piece.records.unwrap_or_default(), piece.broken)
}

pub struct Splitter {
    reader: Box<dyn Read + Send>,
    framing: Framing,
    values: Values,
    size: usize,
    /// What was read behind the last piece.
    carry: Vec<u8>,
    /// For the next piece: a new buffer costs more page faults than the text costs to read.
    buffer: Vec<u8>,
    /// How the last record starts.
    start: Vec<u8>,
    /// How the text starts.
    first: Option<u8>,
    offset: u64,
    ended: bool,
    failed: Option<io::Error>,
}

impl Splitter {
    pub fn new(reader: Box<dyn Read + Send>, framing: Framing, size: usize) -> Splitter {
        let values = match framing {
            Framing::Hidden => Values::damaged(),
            _ => Values::new(matches!(framing, Framing::Values { pages: true })),
        };
        Splitter {
            reader,
            framing,
            values,
            size: size.max(1),
            carry: Vec::new(),
            buffer: Vec::new(),
            start: Vec::new(),
            first: None,
            offset: 0,
            ended: false,
            failed: None,
        }
    }

    /// Goes on in the middle of JSON values: in a known state, after a record that started as given.
    pub fn resumed(reader: Box<dyn Read + Send>, framing: Framing, size: usize, values: Values, start: &[u8]) -> Splitter {
        Splitter { values, start: start.to_owned(), ..Splitter::new(reader, framing, size) }
    }

    /// The state after what was handed out.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// How far the text was handed out.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the buffer of a piece that is done with.
    pub fn reuse(&mut self, buffer: Vec<u8>) {
        self.buffer = buffer;
    }

    /// The buffer that is left.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// The next piece, or `None` at the end. After an error there is nothing more, but what was read before it came already.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        if self.ended {
            return self.failed.take().map_or(Ok(None), Err);
        }
        if matches!(self.framing, Framing::Table) {
            return self.table().map(Some);
        }
        let mut bytes = std::mem::take(&mut self.buffer);
        let mut filled = self.carry.len();
        if bytes.len() < filled {
            bytes.resize(filled, 0);
        }
        bytes[..filled].copy_from_slice(&self.carry);
        let mut wanted = self.size.max(filled + 1);
        loop {
            self.fill(&mut bytes, filled, wanted);
            let mut cut = self.cut(&bytes);
            if self.ended || cut.stuck || bytes.len() - cut.end > LONGEST_RECORD {
                self.recover(&bytes, &mut cut);
            }
            if self.ended {
                cut.end = bytes.len();
            }
            if cut.end > 0 || self.ended {
                self.carry.clear();
                self.carry.extend_from_slice(&bytes[cut.end..]);
                bytes.truncate(cut.end);
                if let Some(last) = cut.records.as_ref().and_then(|records| records.last()).and_then(|last| bytes.get(last.clone())) {
                    self.start = first_key(last).to_owned();
                }
                let offset = self.offset;
                self.offset += cut.end as u64;
                if offset == 0 {
                    self.first = bytes.trim_ascii_start().first().copied();
                }
                let json = matches!(self.framing, Framing::Values { .. });
                let open = json && self.ended && cut.broken.is_empty() && self.values.is_open(self.first, &bytes);
                let piece = Piece { offset, bytes: bytes.into(), records: cut.records, broken: cut.broken, open, ..Piece::default() };
                if self.ended && piece.bytes.is_empty() {
                    return self.failed.take().map_or(Ok(None), Err);
                }
                return Ok(Some(piece));
            }
            filled = bytes.len();
            wanted = filled * 2;
        }
    }

    /// Goes on after something that is broken or has no end.
    fn recover(&mut self, bytes: &[u8], cut: &mut Cut) {
        if cut.records.is_none() {
            // A row or a line that never ends goes on its own; the decoder says what is wrong with it.
            cut.end = match &self.framing {
                Framing::Csv(header) if !self.ended => csv::last_whole_row_end(bytes, header).unwrap_or(bytes.len()),
                _ => bytes.len(),
            };
            return;
        }
        let mut tries = 0;
        while cut.stuck || cut.end < bytes.len() && (self.ended || bytes.len() - cut.end > LONGEST_RECORD) {
            let before = cut.records.as_ref().map_or(0, Vec::len);
            if !self.pass_broken(bytes, cut) {
                return;
            }
            tries = if cut.records.as_ref().map_or(0, Vec::len) == before { tries + 1 } else { 0 };
            if tries > TRIES {
                (cut.end, cut.stuck) = (bytes.len(), false);
                return;
            }
        }
    }

    /// Leaves what is broken behind: at its own end where that is certain, else at the next place that looks like the start of a record.
    /// `false` where that is still to be read.
    fn pass_broken(&mut self, bytes: &[u8], cut: &mut Cut) -> bool {
        let last = cut.records.as_ref().and_then(|records| records.last()).and_then(|last| bytes.get(last.clone()));
        let start = match last {
            Some(last) => first_key(last).to_owned(),
            None if !self.start.is_empty() => self.start.clone(),
            None => bytes.get(cut.end..).map(first_key).unwrap_or_default().to_owned(),
        };
        // What stands where no record may is one all the same, if it is whole.
        let from = if self.values.takes_records() { cut.end + 1 } else { cut.end };
        let next = restart(bytes, from, &start);
        let own = skip_value(bytes, cut.end).filter(|_| self.values.takes_records() && bytes[cut.end] == b'{');
        if let Some(end) = own.filter(|end| is_followed(bytes, *end, next)) {
            // Only the decoder can say what is wrong inside of it.
            cut.records.get_or_insert_default().push(cut.end..end);
            self.split_from(bytes, end, cut);
            return true;
        }
        match next {
            Some(next) => {
                cut.broken.push(cut.end);
                self.values.restart(!starts_page(&bytes[next..]));
                self.split_from(bytes, next, cut);
            }
            None if self.ended || bytes.len() - cut.end > LONGEST_RECORD => {
                cut.broken.push(cut.end);
                (cut.end, cut.stuck) = (bytes.len(), false);
            }
            None => return false,
        }
        true
    }

    fn split_from(&mut self, bytes: &[u8], at: usize, cut: &mut Cut) {
        let split = self.values.split_before(bytes, at, usize::MAX);
        cut.records.get_or_insert_default().extend(split.records);
        (cut.end, cut.stuck) = (split.consumed, split.broken);
    }

    /// Reads behind the `filled` bytes until there are `wanted` or the stream ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, mut filled: usize, wanted: usize) {
        // What is there already need not be zero.
        bytes.resize(wanted, 0);
        while filled < wanted && !self.ended {
            match self.reader.read(&mut bytes[filled..]) {
                Ok(read) => (filled, self.ended) = (filled + read, read == 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => (self.ended, self.failed) = (true, Some(error)),
            }
        }
        bytes.truncate(filled);
    }

    /// Where the last complete record in the bytes ends.
    fn cut(&mut self, bytes: &[u8]) -> Cut {
        let at = |end: usize| Cut { end, ..Cut::default() };
        match &self.framing {
            Framing::Lines => at(memrchr(b'\n', bytes).map_or(0, |n| n + 1)),
            Framing::Csv(_) => at(csv::last_row_end(bytes).unwrap_or(0)),
            Framing::Values { .. } | Framing::Hidden => {
                let split = self.values.split(bytes);
                Cut { end: split.consumed, records: Some(split.records), broken: Vec::new(), stuck: split.broken }
            }
            Framing::Table => at(bytes.len()),
        }
    }

    fn table(&mut self) -> io::Result<Piece> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(LARGEST_TABLE).read_to_end(&mut bytes)?;
        self.ended = true;
        let table::Rows { text, ranges, partial, broken } = table::rows(&String::from_utf8_lossy(&bytes));
        let broken = broken.into_iter().collect();
        Ok(Piece { bytes: text.into_bytes().into(), records: Some(ranges), broken, partial, ..Piece::default() })
    }
}

/// Is it certain that a broken record ends here? The next one follows, or the array and what is around it ends.
fn is_followed(bytes: &[u8], end: usize, next: Option<usize>) -> bool {
    let after = |at: usize| bytes[at..].iter().position(|b| !b.is_ascii_whitespace()).map_or(bytes.len(), |n| at + n);
    let at = after(end);
    if next.is_some_and(|next| next < end) {
        return false;
    }
    match bytes.get(at) {
        Some(b',') => Some(after(at + 1)) == next,
        Some(b'{') => Some(at) == next && !starts_page(&bytes[at..]),
        Some(b']') => matches!(bytes.get(after(at + 1)), None | Some(b'}' | b']' | b'[')),
        Some(_) => false,
        None => next.is_none(),
    }
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
    fn a_stream_that_fails_at_once_tells_it() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::InvalidData.into())
            }
        }
        for framing in [Framing::Lines, Framing::Values { pages: false }] {
            let mut splitter = Splitter::new(Box::new(Failing), framing, 1 << 20);
            assert!(splitter.next().is_err());
            assert!(splitter.next().unwrap().is_none());
        }
    }

    #[test]
    fn goes_on_after_a_broken_record() {
        let page = r#"{"value":[{"id":"1"},{"id":"x"{"error":{"a":1}}{"value":[{"id":"2"}]}"#;
        assert_eq!(records(true, page), (vec![r#"{"id":"1"}"#, r#"{"id":"2"}"#], vec![21]));
        let array = r#"[{"id":"1"},{"x":{"y":1,{"id":"2"},{"id":"3"}]"#;
        assert_eq!(records(false, array), (vec![r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"id":"3"}"#], vec![12]));
    }
}
