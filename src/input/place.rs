//! Where a record stands, as a number: so that a query that keeps few rows reads their other columns only in the end.

use std::io::{BufRead, BufReader, Seek, SeekFrom};

use crate::plan::ScanColumn;
use crate::value::Batch;

use super::account::Account;
use super::dataset::{Dataset, Inner};
use super::decode::Decoder;
use super::paths::Paths;

/// Bits for the offset: files up to 16 TB, half a million of them.
const OFFSET_BITS: u32 = 44;

pub fn of(source: usize, offset: u64) -> i64 {
    ((source as i64) << OFFSET_BITS) | offset as i64
}

impl Dataset {
    /// Whether all records can be found again by their places: files of lines that are not packed.
    pub fn has_places(&self) -> bool {
        let sources = &self.inner().sources;
        sources.len() < 1 << (63 - OFFSET_BITS) && sources.iter().all(|s| s.is_seekable() && s.size < 1 << OFFSET_BITS)
    }

    /// Columns of the records at some places, in that order. A place without a record gives no row.
    pub fn fetch(&self, columns: &[ScanColumn], places: &[i64]) -> (Batch, Account) {
        fetch(self.inner(), columns, places)
    }
}

fn fetch(inner: &Inner, columns: &[ScanColumn], places: &[i64]) -> (Batch, Account) {
    let paths = Paths::new(columns);
    let mut account = Account::default();
    let mut parts = Vec::new();
    let mut line = Vec::new();
    let mut open: Option<(usize, BufReader<std::fs::File>, Decoder<'_>)> = None;
    for place in places {
        let (number, offset) = ((place >> OFFSET_BITS) as usize, (*place & ((1 << OFFSET_BITS) - 1)) as u64);
        let Some(source) = inner.sources.get(number) else { continue };
        if open.as_ref().is_none_or(|(n, ..)| *n != number) {
            close(open.take(), &mut parts, &mut account);
            // One decoder for all records that follow one another in a file: its columns are built once.
            let decoder = || Decoder::new(source, columns, &paths, None).of_source(number);
            open = source.file().ok().map(|file| (number, BufReader::with_capacity(8 << 10, file), decoder()));
        }
        let Some((_, reader, decoder)) = &mut open else { continue };
        line.clear();
        if reader.seek(SeekFrom::Start(offset)).and_then(|_| reader.read_until(b'\n', &mut line)).is_ok() {
            decoder.record(line.trim_ascii(), offset);
        }
    }
    close(open, &mut parts, &mut account);
    (Batch::concat(&columns.iter().map(|c| c.ty).collect::<Vec<_>>(), &parts), account)
}

/// Takes the rows of a file that is done with.
fn close(open: Option<(usize, BufReader<std::fs::File>, Decoder<'_>)>, parts: &mut Vec<Batch>, account: &mut Account) {
    if let Some((.., decoder)) = open {
        let (batch, read) = decoder.finish();
        parts.push(batch);
        account.add(read);
    }
}
