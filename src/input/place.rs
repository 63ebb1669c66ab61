//! Where a record stands, so that a query that keeps few rows reads their other columns only in the end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use arrow::array::UInt32Array;
use rayon::prelude::*;

use crate::plan::ScanColumn;
use crate::value::{Batch, Column, Type};

use super::account::Account;
use super::dataset::{Dataset, Inner};
use super::decode::{BROKEN_BEHIND, Decoder};
use super::framing::Framing;
use super::paths::Paths;
use super::source::Source;

/// Bits for the offset: texts up to 16 TB, half a million of them.
const OFFSET_BITS: u32 = 44;

/// The number of the source and the offset in its text as one number. What stands further on is not found again.
pub fn of(source: usize, offset: u64) -> i64 {
    if offset >> OFFSET_BITS == 0 { ((source as i64) << OFFSET_BITS) | offset as i64 } else { -1 }
}

/// Where a record stands, how many bytes it has there, and, where it is carried along, the record itself.
const PLACES: [(&str, Type); 3] = [("$place", Type::Long), ("$length", Type::Long), ("$record", Type::String)];

impl Dataset {
    /// The columns by which records can be had again when it is known which are wanted. None where they do not stand in the text as they
    /// are.
    pub fn places(&self) -> &'static [(&'static str, Type)] {
        let Inner { sources, options, .. } = self.inner();
        let stands = |s: &Source| matches!(s.sniffed.framing, Framing::Lines | Framing::Values { .. } | Framing::Csv(_));
        if sources.len() >= 1 << (63 - OFFSET_BITS) || !sources.iter().all(stands) {
            return &[];
        }
        let carries = sources.iter().any(|source| source.is_carried(options.chunk_bytes));
        if carries { &PLACES } else { &PLACES[..2] }
    }

    /// Columns of the records that such columns tell, in that order. A record that is no longer there gives no row.
    pub fn fetch(&self, columns: &[ScanColumn], places: &[Column]) -> (Batch, Account) {
        let (batch, mut account) = match places {
            [places, lengths, records @ ..] => fetch(self.inner(), columns, &wanted(places, lengths), records.first()),
            _ => (Batch::empty(columns.iter().map(|c| c.ty)), Account::default()),
        };
        // What else is wrong with the records was told when they were read first.
        account.skipped.retain(|reason, _| *reason == BROKEN_BEHIND);
        account.by_file.values_mut().for_each(|file| file.skipped.retain(|reason, _| *reason == BROKEN_BEHIND));
        (batch, account)
    }
}

/// A record that is wanted.
struct Wanted {
    row: usize,
    source: usize,
    offset: u64,
    length: usize,
}

/// The records at some places, in the order in which they stand.
fn wanted(places: &Column, lengths: &Column) -> Vec<Wanted> {
    let rows = places.longs().iter().zip(lengths.longs()).enumerate();
    let mut wanted: Vec<Wanted> = rows
        .filter_map(|(row, (place, length))| {
            let (place, length) = (place.filter(|place| *place >= 0)?, usize::try_from(length?).ok()?);
            let offset = (place & ((1 << OFFSET_BITS) - 1)) as u64;
            Some(Wanted { row, source: (place >> OFFSET_BITS) as usize, offset, length })
        })
        .collect();
    wanted.sort_unstable_by_key(|wanted| (wanted.source, wanted.offset));
    wanted
}

/// Reads wanted records, of many files at once.
fn fetch(inner: &Inner, columns: &[ScanColumn], wanted: &[Wanted], records: Option<&Column>) -> (Batch, Account) {
    /// So many records of a file that need not be unpacked are read by one task.
    const PART: usize = 256;
    let paths = Paths::new(columns);
    let parts = wanted.chunk_by(|a, b| a.source == b.source).filter_map(|of_one| {
        let source = inner.sources.get(of_one.first()?.source)?;
        let carried = records.filter(|_| source.is_carried(inner.options.chunk_bytes));
        let part = if carried.is_some() || source.is_plain() { PART } else { of_one.len() };
        Some(of_one.chunks(part).map(move |part| (source, part, carried)))
    });
    let parts: Vec<_> = parts.flatten().collect();
    let read = |(source, part, carried): &(&Source, &[Wanted], Option<&Column>)| {
        let decoder = Decoder::new(source, columns, &paths, None, part.len());
        match carried {
            Some(records) => again(decoder, part, records),
            None => read(decoder, source, part),
        }
    };
    let read: Vec<_> = if inner.options.threads == 1 { parts.iter().map(read).collect() } else { parts.par_iter().map(read).collect() };
    let mut account = Account::default();
    let batches: Vec<Batch> = read.into_iter().map(|(batch, read)| (batch, account.add(read)).0).collect();
    let batch = Batch::concat(&columns.iter().map(|c| c.ty).collect::<Vec<_>>(), &batches);
    let mut order = vec![0; wanted.len()];
    for (at, wanted) in wanted.iter().enumerate() {
        if let Some(place) = order.get_mut(wanted.row) {
            *place = at as u32;
        }
    }
    let all = batch.rows == order.len();
    (if all { batch.take(&UInt32Array::from(order)) } else { batch }, account)
}

/// Reads wanted records that were carried along.
fn again(mut decoder: Decoder<'_>, wanted: &[Wanted], records: &Column) -> (Batch, Account) {
    for wanted in wanted {
        if let Some(record) = records.value(wanted.row).as_str() {
            decoder.again(record.as_bytes(), wanted.offset);
        }
    }
    decoder.finish()
}

/// Reads wanted records of a source, as far as it can be read.
fn read(mut decoder: Decoder<'_>, source: &Source, wanted: &[Wanted]) -> (Batch, Account) {
    if let Ok(mut text) = Text::open(source) {
        for wanted in wanted {
            let Ok(record) = text.at(wanted.offset, wanted.length) else { break };
            decoder.again(record, wanted.offset);
        }
    }
    decoder.finish()
}

/// The text of a source, gone through from front to back.
struct Text {
    way: Way,
    /// The part at hand: `filled` bytes of the text from `start` on.
    bytes: Vec<u8>,
    start: u64,
    filled: usize,
}

enum Way {
    /// What lies between is passed over. The text starts at `first` of the file.
    Seek {
        file: File,
        first: u64,
    },
    Unpack(Box<dyn Read + Send>),
}

/// So much is unpacked at once.
const BLOCK: usize = 256 << 10;

impl Text {
    fn open(source: &Source) -> io::Result<Text> {
        let way = match source.is_plain() {
            // Places of lines are places in the file (`blocks`).
            true => Way::Seek { file: source.file()?, first: if source.is_seekable() { 0 } else { source.first() } },
            false => Way::Unpack(source.reader()?),
        };
        Ok(Text { way, bytes: Vec::new(), start: 0, filled: 0 })
    }

    /// Some bytes of it. The offset must not be before the one that was asked for last.
    fn at(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        match &mut self.way {
            Way::Seek { file, first } => {
                self.bytes.resize(length, 0);
                file.seek(SeekFrom::Start(*first + offset))?;
                file.read_exact(&mut self.bytes)?;
                Ok(&self.bytes)
            }
            Way::Unpack(reader) => {
                let end = offset + length as u64;
                while self.start + (self.filled as u64) < end {
                    let past = (offset.saturating_sub(self.start) as usize).min(self.filled);
                    self.bytes.copy_within(past..self.filled, 0);
                    (self.start, self.filled) = (self.start + past as u64, self.filled - past);
                    self.bytes.resize(self.bytes.len().max(self.filled + BLOCK), 0);
                    match reader.read(&mut self.bytes[self.filled..]) {
                        Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                        Ok(read) => self.filled += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                let at = (offset - self.start) as usize;
                Ok(&self.bytes[at..at + length])
            }
        }
    }
}
