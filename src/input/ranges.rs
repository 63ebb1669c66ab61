//! Ranges of one big file whose records cannot be found from just anywhere: CSV, where a line feed may stand in quotes, and JSON values
//! in any arrangement. Many tasks read ranges at once; where a range's first record starts is known when the range before has been
//! gone through, so ranges form a chain. What that waits for is short: of CSV only the number of quotes, and for JSON a task guesses
//! where the first record starts and goes through its range meanwhile; a wrong guess costs doing it again, no more.
//!
//! All positions count from the first row of the text, as `Source::reader` has it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use memchr::{memchr, memchr_iter, memmem};

use super::bytes::Bytes;
use super::framing::splitter::{LONGEST_RECORD, Piece, Splitter};
use super::framing::values::Values;
use super::framing::{Framing, csv};
use super::kernels::Parts;
use super::source::Source;

/// What is known where a range begins.
#[derive(Clone, Debug)]
pub enum Entry {
    /// Of CSV: whether a quote is open.
    Rows { open: bool },
    /// Of JSON values: up to where the text is done with, and inside of what that is.
    Values { at: u64, values: Values },
}

/// The entries of a file's ranges, by number.
#[derive(Debug)]
pub struct Chain {
    known: Mutex<Known>,
    moved: Condvar,
    step: u64,
    size: u64,
}

#[derive(Debug)]
struct Known {
    entries: BTreeMap<u64, Entry>,
    /// Ranges that nobody is going to go through.
    dropped: BTreeSet<u64>,
}

/// A range's place in the chain.
#[derive(Debug)]
pub struct Link {
    chain: Arc<Chain>,
    number: u64,
}

/// Longer than this no range waits for the one before, whose holder may sit on it: it goes through what is missing itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// So much is mapped behind a range: most records that go beyond it end there.
const BEYOND: u64 = 128 << 10;

/// So much is read at once where a record goes beyond what is at hand.
const MORE: usize = 64 << 10;

impl Chain {
    /// `None` for a source that cannot be read in ranges.
    pub fn new(source: &Source, step: u64) -> Option<Arc<Chain>> {
        let entry = match source.sniffed.framing {
            Framing::Csv(_) => Entry::Rows { open: false },
            Framing::Values { pages } => Entry::Values { at: 0, values: Values::new(pages) },
            Framing::Lines | Framing::Table | Framing::Hidden => return None,
        };
        let size = source.size.saturating_sub(source.first());
        let known = Known { entries: BTreeMap::from([(0, entry)]), dropped: BTreeSet::new() };
        Some(Arc::new(Chain { known: Mutex::new(known), moved: Condvar::new(), step: step.max(1), size }))
    }

    /// The range with a number, and its place; `None` past the end.
    pub fn link(self: &Arc<Self>, number: u64) -> Option<Link> {
        (number.checked_mul(self.step)? < self.size).then(|| Link { chain: self.clone(), number })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, number: u64, entry: Entry) {
        self.lock().entries.insert(number, entry);
        self.moved.notify_all();
    }

    fn range(&self, number: u64) -> Range<u64> {
        let start = number.saturating_mul(self.step);
        start..start.saturating_add(self.step).min(self.size)
    }
}

impl Link {
    /// Bytes of the file that this range covers.
    pub fn length(&self) -> u64 {
        let range = self.chain.range(self.number);
        range.end - range.start
    }

    pub fn start(&self) -> u64 {
        self.chain.range(self.number).start
    }

    /// The records that start in the range. `cells` says whether most rows of CSV are going to be looked into.
    pub fn read(&self, source: &Source, cells: bool) -> io::Result<Piece> {
        let range = self.chain.range(self.number);
        match &source.sniffed.framing {
            Framing::Values { pages } => {
                let guess = guess(source, &range, *pages)?;
                let Entry::Values { at, values } = self.entry(source)? else { return Ok(Piece::default()) };
                let confirmed = guess.filter(|guess| guess.follows(at, &values));
                let (mut piece, exit) = match confirmed {
                    Some(guess) => (guess.piece, guess.exit),
                    None => walk_from(source, at, range.end, values)?,
                };
                if let Entry::Values { at: end, values } = &exit {
                    piece.covers = Some(end.saturating_sub(at));
                    let last = range.end == self.chain.size && piece.broken.is_empty();
                    piece.open = last && values.is_open(first(source)?, &piece.bytes);
                }
                self.chain.publish(self.number + 1, exit);
                Ok(piece)
            }
            Framing::Csv(header) => self.rows(source, &range, Some(header.delimiter).filter(|_| cells)),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn rows(&self, source: &Source, range: &Range<u64>, delimiter: Option<u8>) -> io::Result<Piece> {
        // The byte before says whether a row starts right here.
        let from = range.start.saturating_sub(1);
        let mut text = Text::open(source, from..range.end)?;
        let (own, limit) = ((range.start - from) as usize, (range.end - from) as usize);
        // A line feed mostly ends a row, so that a quote is open here if their number up to it is odd.
        let guess = memchr(b'\n', &text.bytes[own..limit]).is_some_and(|feed| is_odd(&text.bytes[own..own + feed]));
        let parted = |open: bool| {
            let mut parts = Parts::new(open, delimiter);
            parts.add(&text.bytes[own..limit]);
            parts
        };
        let mut parts = parted(guess);
        text.check()?;
        let Entry::Rows { open } = self.entry(source)? else { return Ok(Piece::default()) };
        if open != guess {
            parts = parted(open);
            text.check()?;
        }
        let exit = parts.is_open();
        self.chain.publish(self.number + 1, Entry::Rows { open: exit });
        let starts = own == 0 || text.bytes.first() == Some(&b'\n') && !open;
        let start = if starts { Some(own) } else { parts.first().map(|feed| own + feed + 1) };
        let Some(start) = start.filter(|start| *start < limit) else {
            // No row starts here: one goes through.
            return Ok(Piece { offset: range.end, ..Piece::default() });
        };
        let ends = !exit && text.bytes.get(limit - 1) == Some(&b'\n');
        // Else the row that the range ends in, and no other.
        let row_end = |bytes: &[u8]| if ends { Some(limit) } else { csv::row_end_from(bytes, limit, exit).map(|feed| feed + 1) };
        let mut end = row_end(&text.bytes);
        while end.is_none() && text.more(MORE.max(text.bytes.len() / 2))? && text.bytes.len() < LONGEST_RECORD {
            end = row_end(&text.bytes);
        }
        let end = end.unwrap_or(text.bytes.len());
        parts.add(&text.bytes[limit..end]);
        parts.cut(start - own);
        text.bytes.keep(start..end);
        text.check()?;
        Ok(Piece { offset: from + start as u64, bytes: text.bytes, parts: Some(Box::new(parts)), ..Piece::default() })
    }

    /// What is known where the range begins: waits for it, but not for ever.
    fn entry(&self, source: &Source) -> io::Result<Entry> {
        let known = self.chain.lock();
        let before = self.number.saturating_sub(1);
        let to_come = |known: &mut Known| !known.entries.contains_key(&self.number) && !known.dropped.contains(&before);
        let (known, _) = self.chain.moved.wait_timeout_while(known, PATIENCE, to_come).unwrap_or_else(PoisonError::into_inner);
        let nearest = known.entries.range(..=self.number).next_back().map(|(number, entry)| (*number, entry.clone()));
        drop(known);
        let Some((mut number, mut entry)) = nearest else { return Err(io::ErrorKind::InvalidData.into()) };
        while number < self.number {
            let range = self.chain.range(number);
            entry = match entry {
                Entry::Rows { open } => {
                    let text = Text::open(source, range.clone())?;
                    let odd = is_odd(&text.bytes[..(range.end - range.start) as usize]);
                    text.check()?;
                    Entry::Rows { open: open ^ odd }
                }
                Entry::Values { at, values } => walk_from(source, at, range.end, values)?.1,
            };
            number += 1;
        }
        Ok(entry)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let mut known = self.chain.lock();
        if !known.entries.contains_key(&(self.number + 1)) {
            known.dropped.insert(self.number);
            self.chain.moved.notify_all();
        }
    }
}

/// Whether the number of quotes is odd.
fn is_odd(bytes: &[u8]) -> bool {
    memchr_iter(b'"', bytes).count() % 2 == 1
}

/// A part of a source's text, and what follows it as far as that is at hand.
struct Text {
    file: std::fs::File,
    /// Where in the file the text starts.
    first: u64,
    from: u64,
    bytes: Bytes,
}

impl Text {
    /// A range of the text, all of which must be there.
    fn open(source: &Source, range: Range<u64>) -> io::Result<Text> {
        let (file, first) = (source.file()?, source.first());
        let mapped = Bytes::mapped(&file, first + range.start..(first + range.end + BEYOND).min(source.size));
        let mut text = Text { file, first, from: range.start, bytes: mapped.unwrap_or_default() };
        let length = range.end - range.start;
        if (text.bytes.len() as u64) < length && !(text.more(length as usize)? && text.bytes.len() as u64 == length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(text)
    }

    /// Reads so much more; `false` at the end of the file.
    fn more(&mut self, length: usize) -> io::Result<bool> {
        let mut bytes = std::mem::take(&mut self.bytes).into_buffer()?;
        bytes.reserve(length);
        self.file.seek(SeekFrom::Start(self.first + self.from + bytes.len() as u64))?;
        let read = self.file.by_ref().take(length as u64).read_to_end(&mut bytes);
        self.bytes = bytes.into();
        Ok(read? > 0)
    }

    /// The error is that something of what was looked at was not the file's.
    fn check(&self) -> io::Result<()> {
        if self.bytes.is_whole() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// The records of a text from an index on that start before the position `end`, and what is known after them. `None` where one of them
/// has no end.
fn walk(mut text: Text, from: usize, end: u64, mut values: Values) -> io::Result<Option<(Piece, Entry)>> {
    let limit = end.saturating_sub(text.from) as usize;
    let mut split = values.split_before(&text.bytes, from, limit);
    while split.consumed < limit && !split.broken {
        let whole = text.bytes.len() - split.consumed < LONGEST_RECORD && text.more(MORE.max(text.bytes.len() / 2))?;
        if !whole {
            return Ok(None);
        }
        let next = values.split_before(&text.bytes, split.consumed, limit);
        split.records.extend(next.records);
        (split.consumed, split.broken) = (next.consumed, next.broken);
    }
    text.check()?;
    text.bytes.keep(0..split.consumed.max(limit));
    let exit = Entry::Values { at: text.from + split.consumed as u64, values };
    let piece = Piece { offset: text.from, bytes: text.bytes, records: Some(split.records), ..Piece::default() };
    Ok((!split.broken).then_some((piece, exit)))
}

/// How the text starts.
fn first(source: &Source) -> io::Result<Option<u8>> {
    let text = Text::open(source, 0..(SEPARATOR as u64).min(source.size.saturating_sub(source.first())))?;
    Ok(text.bytes.trim_ascii_start().first().copied())
}

/// The same for a range whose entry is known, whatever is broken in it.
fn walk_from(source: &Source, at: u64, end: u64, values: Values) -> io::Result<(Piece, Entry)> {
    if at >= end {
        // A record goes through.
        return Ok((Piece { offset: at, records: Some(Vec::new()), ..Piece::default() }, Entry::Values { at, values }));
    }
    if let Some(found) = walk(Text::open(source, at..end)?, 0, end, values.clone())? {
        return Ok(found);
    }
    let mut file = source.file()?;
    file.seek(SeekFrom::Start(source.first() + at))?;
    let framing = source.sniffed.framing.clone();
    let mut splitter = Splitter::resumed(Box::new(file), framing, (end - at) as usize, values, source.sniffed.opening());
    let mut whole = Piece { offset: at, records: Some(Vec::new()), ..Piece::default() };
    let mut bytes = Vec::new();
    while at + splitter.offset() < end {
        let Some(piece) = splitter.next()? else { break };
        let moved = bytes.len();
        let records = piece.records.unwrap_or_default().into_iter().map(|r| r.start + moved..r.end + moved);
        whole.records.get_or_insert_default().extend(records);
        whole.broken.extend(piece.broken.into_iter().map(|at| at + moved));
        bytes.extend_from_slice(&piece.bytes);
    }
    whole.bytes = bytes.into();
    Ok((whole, Entry::Values { at: (at + splitter.offset()).max(end), values: splitter.values().clone() }))
}

/// A range gone through from where its first record probably starts.
struct Guess {
    start: u64,
    values: Values,
    /// The separators in front of the start.
    before: Range<u64>,
    piece: Piece,
    exit: Entry,
}

/// Between two records stand no more white space and commas than this, or the guess is not looked at.
const SEPARATOR: usize = 64;

fn guess(source: &Source, range: &Range<u64>, pages: bool) -> io::Result<Option<Guess>> {
    if range.start == 0 || source.sniffed.opening().is_empty() {
        return Ok(None);
    }
    let text = Text::open(source, range.clone())?;
    let key = source.sniffed.opening();
    let blank = |b: &u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b',');
    // Records follow one another: a closing brace, separators, and what the first record of the file starts with.
    let found = memmem::find_iter(&text.bytes[..(range.end - range.start) as usize], key).find_map(|at| {
        let gap = text.bytes[at.saturating_sub(SEPARATOR)..at].iter().rev().take_while(|b| blank(b)).count();
        (gap > 0 && text.bytes[..at - gap].ends_with(b"}")).then_some((at, gap))
    });
    let Some((at, gap)) = found else { return Ok(None) };
    let start = range.start + at as u64;
    let mut values = Values::new(pages);
    values.restart(pages);
    let found = walk(text, at, range.end, values.clone())?;
    Ok(found.map(|(piece, exit)| Guess { start, values, before: start - gap as u64..start, piece, exit }))
}

impl Guess {
    /// The text that is done with ends in the separators before the guessed start, in the guessed state.
    fn follows(&self, at: u64, values: &Values) -> bool {
        (self.before.contains(&at) || at == self.start) && *values == self.values
    }
}
