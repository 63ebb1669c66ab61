//! Where a record stands, so that a query that keeps few rows reads their other columns only in the end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use arrow::array::UInt32Array;
use rayon::prelude::*;

use crate::plan::ScanColumn;
use crate::value::{Batch, Column, Type};

use super::account::Account;
use super::container::Access;
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

/// Writes the number of a record's source, and the record.
pub fn carry(source: usize, record: &str, out: &mut String) {
    out.clear();
    out.push_str(&source.to_string());
    out.push(' ');
    out.push_str(record);
}

/// Where a record stands, and how many bytes it has there.
const PLACES: &[(&str, Type)] = &[("$place", Type::Long), ("$length", Type::Long)];

/// The record itself.
const CARRIED: &[(&str, Type)] = &[("$record", Type::String)];

impl Dataset {
    /// The columns by which records can be had again when it is known which are wanted: by their places in the text, which is unpacked
    /// again where the file is packed. Only Parquet, which has to be written as text first, would cost too much: there records are carried
    /// along. None where they do not stand in the text as they are.
    pub fn places(&self) -> &'static [(&'static str, Type)] {
        let sources = &self.inner().sources;
        let stands = |s: &Source| matches!(s.sniffed.framing, Framing::Lines | Framing::Values { .. } | Framing::Csv(_));
        if !sources.iter().all(stands) {
            &[]
        } else if sources.len() >= 1 << (63 - OFFSET_BITS) || sources.iter().any(|s| s.access == Access::Parquet) {
            CARRIED
        } else {
            PLACES
        }
    }

    /// Columns of the records that such columns tell, in that order. A record that is no longer there gives no row.
    pub fn fetch(&self, columns: &[ScanColumn], places: &[Column]) -> (Batch, Account) {
        let paths = Paths::new(columns);
        let (batch, mut account) = match places {
            [places, lengths] => fetch(self.inner(), columns, &paths, &wanted(places, lengths)),
            [records] => joined(columns, carried(self.inner(), columns, &paths, records)),
            _ => joined(columns, Vec::new()),
        };
        // What else is wrong with the records was told when they were read first.
        account.skipped.retain(|reason, _| *reason == BROKEN_BEHIND);
        account.by_file.values_mut().for_each(|file| file.skipped.retain(|reason, _| *reason == BROKEN_BEHIND));
        (batch, account)
    }
}

/// What was decoded part by part.
fn joined(columns: &[ScanColumn], parts: Vec<(Batch, Account)>) -> (Batch, Account) {
    let mut account = Account::default();
    let batches: Vec<Batch> = parts.into_iter().map(|(batch, read)| (batch, account.add(read)).0).collect();
    (Batch::concat(&columns.iter().map(|c| c.ty).collect::<Vec<_>>(), &batches), account)
}

/// Reads carried records.
fn carried(inner: &Inner, columns: &[ScanColumn], paths: &Paths, records: &Column) -> Vec<(Batch, Account)> {
    let mut parts = Vec::new();
    let mut open: Option<(usize, Decoder<'_>)> = None;
    for row in 0..records.len() {
        let value = records.value(row);
        let Some((number, record)) = value.as_str().and_then(|text| text.split_once(' ')) else { continue };
        let Some((number, source)) = number.parse().ok().and_then(|n| Some((n, inner.sources.get(n)?))) else { continue };
        if open.as_ref().is_none_or(|(n, _)| *n != number) {
            // One decoder for all records that follow one another in a file: its columns are built once.
            let next = Decoder::new(source, columns, paths, None, 0).of_source(number);
            parts.extend(open.replace((number, next)).map(|(_, decoder)| decoder.finish()));
        }
        if let Some((_, decoder)) = &mut open {
            decoder.again(record.as_bytes(), 0);
        }
    }
    parts.extend(open.map(|(_, decoder)| decoder.finish()));
    parts
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
fn fetch(inner: &Inner, columns: &[ScanColumn], paths: &Paths, wanted: &[Wanted]) -> (Batch, Account) {
    /// So many records of a file that need not be unpacked are read by one task.
    const PART: usize = 1024;
    let parts = wanted.chunk_by(|a, b| a.source == b.source).flat_map(|of_one| {
        let plain = of_one.first().and_then(|first| inner.sources.get(first.source)).is_some_and(Source::is_plain);
        of_one.chunks(if plain { PART } else { of_one.len() })
    });
    let parts: Vec<&[Wanted]> = parts.collect();
    let read = |part: &&[Wanted]| read(inner, columns, paths, part);
    let read =
        if inner.options.threads == 1 { parts.iter().filter_map(read).collect() } else { parts.par_iter().filter_map(read).collect() };
    let (batch, account) = joined(columns, read);
    let mut order = vec![0; wanted.len()];
    for (at, wanted) in wanted.iter().enumerate() {
        if let Some(place) = order.get_mut(wanted.row) {
            *place = at as u32;
        }
    }
    let all = batch.rows == order.len();
    (if all { batch.take(&UInt32Array::from(order)) } else { batch }, account)
}

/// Reads wanted records of one source, as far as it can be read.
fn read(inner: &Inner, columns: &[ScanColumn], paths: &Paths, wanted: &[Wanted]) -> Option<(Batch, Account)> {
    let number = wanted.first()?.source;
    let source = inner.sources.get(number)?;
    let mut text = Text::open(source).ok()?;
    let mut decoder = Decoder::new(source, columns, paths, None, wanted.len()).of_source(number);
    for wanted in wanted {
        let Ok(record) = text.at(wanted.offset, wanted.length) else { break };
        decoder.again(record, wanted.offset);
    }
    Some(decoder.finish())
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
