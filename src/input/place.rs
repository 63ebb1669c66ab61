//! Where a record stands, as a number, or the record itself: so that a query that keeps few rows reads their other columns only in the end.

use std::io::{BufRead, BufReader, Seek, SeekFrom};

use crate::plan::ScanColumn;
use crate::value::{Batch, Column, Type};

use super::account::Account;
use super::dataset::{Dataset, Inner};
use super::decode::Decoder;
use super::framing::Framing;
use super::paths::Paths;
use super::source::Source;

/// Bits for the offset: files up to 16 TB, half a million of them.
const OFFSET_BITS: u32 = 44;

pub fn of(source: usize, offset: u64) -> i64 {
    ((source as i64) << OFFSET_BITS) | offset as i64
}

/// Writes a record and the number of its source.
pub fn carry(source: usize, record: &str, out: &mut String) {
    out.clear();
    out.push_str(&source.to_string());
    out.push(' ');
    out.push_str(record);
}

impl Dataset {
    /// How records can be had again when it is known which are wanted. By their places (a long) in files of lines that are not packed; else they
    /// are carried along as text. `None` where records are not text.
    pub fn places(&self) -> Option<Type> {
        let sources = &self.inner().sources;
        let fits = |s: &Source| s.is_seekable() && s.size < 1 << OFFSET_BITS;
        let text = |s: &Source| matches!(s.sniffed.framing, Framing::Lines | Framing::Values { .. } | Framing::Csv(_));
        if sources.len() < 1 << (63 - OFFSET_BITS) && sources.iter().all(fits) {
            Some(Type::Long)
        } else {
            sources.iter().all(text).then_some(Type::String)
        }
    }

    /// Columns of the records at some places, or of some carried records, in that order. A place without a record gives no row.
    pub fn fetch(&self, columns: &[ScanColumn], places: &Column) -> (Batch, Account) {
        match places.ty() {
            Type::Long => fetch(self.inner(), columns, &places.longs().iter().flatten().collect::<Vec<_>>()),
            _ => again(self.inner(), columns, places),
        }
    }
}

/// Reads carried records.
fn again(inner: &Inner, columns: &[ScanColumn], records: &Column) -> (Batch, Account) {
    let paths = Paths::new(columns);
    let mut account = Account::default();
    let mut parts = Vec::new();
    let mut open: Option<(usize, Decoder<'_>)> = None;
    for row in 0..records.len() {
        let value = records.value(row);
        let Some((number, record)) = value.as_str().and_then(|text| text.split_once(' ')) else { continue };
        let Some((number, source)) = number.parse().ok().and_then(|n| Some((n, inner.sources.get(n)?))) else { continue };
        if open.as_ref().is_none_or(|(n, _)| *n != number) {
            close(open.take().map(|(_, decoder)| decoder), &mut parts, &mut account);
            open = Some((number, Decoder::new(source, columns, &paths, None, 0).of_source(number)));
        }
        if let Some((_, decoder)) = &mut open {
            decoder.again(record);
        }
    }
    close(open.map(|(_, decoder)| decoder), &mut parts, &mut account);
    (Batch::concat(&columns.iter().map(|c| c.ty).collect::<Vec<_>>(), &parts), account)
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
            close(open.take().map(|(.., decoder)| decoder), &mut parts, &mut account);
            // One decoder for all records that follow one another in a file: its columns are built once.
            let decoder = || Decoder::new(source, columns, &paths, None, 0).of_source(number);
            open = source.file().ok().map(|file| (number, BufReader::with_capacity(8 << 10, file), decoder()));
        }
        let Some((_, reader, decoder)) = &mut open else { continue };
        line.clear();
        if reader.seek(SeekFrom::Start(offset)).and_then(|_| reader.read_until(b'\n', &mut line)).is_ok() {
            decoder.record(line.trim_ascii(), offset);
        }
    }
    close(open.map(|(.., decoder)| decoder), &mut parts, &mut account);
    (Batch::concat(&columns.iter().map(|c| c.ty).collect::<Vec<_>>(), &parts), account)
}

/// Takes the rows of a file that is done with.
fn close(open: Option<Decoder<'_>>, parts: &mut Vec<Batch>, account: &mut Account) {
    if let Some(decoder) = open {
        let (batch, read) = decoder.finish();
        parts.push(batch);
        account.add(read);
    }
}
