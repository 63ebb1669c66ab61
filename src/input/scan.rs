//! A running scan: hands out chunks, decodes them in many tasks, and keeps the account.

use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::plan::{Expr, ScanColumn};
use crate::value::Batch;

use super::account::Account;
use super::dataset::{BROKEN_CONTAINER, CHUNK, Inner, UNREADABLE};
use super::decode::{self, Decoder};
use super::duplicates::{Duplicates, Ticket};
use super::family::Family;
use super::framing::splitter::{Piece, Splitter};
use super::gate::{Asked, Gate};
use super::paths::Paths;
use super::prefilter::{Prefilter, candidates, together};
use super::ranges::{Chain, Link};
use super::route;
use super::source::Source;

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct ScanRequest {
    /// The table; empty for all records.
    pub table: String,
    pub columns: Vec<ScanColumn>,
    /// Records that cannot match may be left out; others may come all the same, so the caller filters again.
    pub predicate: Option<Expr>,
    /// Of many queries that share the scan: records that can match none of these may be left out.
    pub any_of: Vec<Expr>,
    /// Says of which records what may be left out.
    pub gate: Option<Arc<dyn Gate>>,
}

/// A piece of the input: whole records, not yet parsed.
#[derive(Debug)]
pub struct Chunk {
    /// The position in the input: 0, 1, 2 …
    pub sequence: u64,
    pub(super) source: usize,
    pub(super) body: Body,
    /// Its turn in the search for duplicates.
    ticket: Option<Ticket>,
}

#[derive(Debug)]
pub(super) enum Body {
    /// A range of a file of lines; the task aligns it itself.
    Range {
        start: u64,
        end: u64,
    },
    /// A range of a file whose records are found in a chain.
    Linked(Link),
    /// A file that one task reads alone.
    Whole,
    Piece(Piece),
}

/// Columns are made ready for as many rows as a chunk had, but for no more than this.
const MOST_ROWS: usize = 1 << 16;

/// What a chunk holds.
#[derive(Debug)]
pub struct Decoded {
    pub batch: Batch,
    pub account: Account,
    /// The hashed ids of the records, where duplicates are looked for.
    pub keys: Vec<u128>,
    /// What the sample has not shown of the source.
    pub strangers: Strangers,
}

/// Families of records that are none of those that are known of a source.
#[derive(Debug)]
pub struct Strangers {
    pub(super) families: Vec<(Family, &'static str)>,
}

impl Strangers {
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }
}

pub struct Scan {
    inner: Arc<Inner>,
    columns: Vec<ScanColumn>,
    paths: Paths,
    prefilter: Option<Prefilter>,
    gate: Option<Asked>,
    cursor: Mutex<Cursor>,
    account: Mutex<Account>,
    duplicates: Option<Arc<Duplicates>>,
    total: u64,
    done: AtomicU64,
    /// The rows of the chunk that had most so far.
    rows: AtomicUsize,
    cancelled: AtomicBool,
    /// Of pieces that are done with.
    buffers: Mutex<Vec<Vec<u8>>>,
    /// The only groups of families that can match.
    groups: Option<Vec<String>>,
}

#[derive(Default)]
struct Cursor {
    source: usize,
    offset: u64,
    splitter: Option<Splitter>,
    chain: Option<Arc<Chain>>,
    sequence: u64,
}

impl Scan {
    pub(super) fn new(inner: Arc<Inner>, request: ScanRequest) -> Scan {
        let mut account = inner.opened.clone();
        account.files = inner.sources.len() as u64;
        let mut paths = Paths::new(&request.columns);
        paths.to_the_end = inner.options.validate;
        let unified = inner.sources.iter().any(|s| s.sniffed.family.is_unified());
        let paths = if inner.options.inspect.is_some() { paths.with_times() } else { paths };
        let duplicates =
            (unified && !inner.options.keep_duplicates).then(|| Arc::new(Duplicates::expecting(about_records(&inner.sources))));
        let total = inner.sources.iter().map(|s| s.size).sum();
        let sample = sample(&inner);
        Scan {
            paths: if duplicates.is_some() { paths.with_id() } else { paths }.searched(&sample),
            duplicates,
            prefilter: match request.predicate.as_ref() {
                // What is not parsed cannot be known to be whole.
                _ if inner.options.validate => None,
                Some(predicate) => Prefilter::rarest(candidates(predicate, &request.columns), &sample),
                None => together(&request.any_of, &request.columns).and_then(Prefilter::new),
            },
            gate: request.gate.filter(|_| !inner.options.validate).map(Asked::new),
            groups: request.predicate.as_ref().and_then(|p| route::wanted(p, &request.columns)),
            columns: request.columns,
            cursor: Mutex::default(),
            account: Mutex::new(account),
            total,
            done: AtomicU64::new(0),
            rows: AtomicUsize::new(0),
            cancelled: AtomicBool::new(false),
            buffers: Mutex::default(),
            inner,
        }
    }

    /// The next chunk, or `None` at the end of the input. Memory is bounded by the chunks that are in work.
    pub fn next_chunk(&self) -> Option<Chunk> {
        let mut cursor = lock(&self.cursor);
        loop {
            if self.cancelled.load(Ordering::Relaxed) {
                return None;
            }
            let source = cursor.source;
            if self.inner.sources.get(source).is_some_and(|s| self.is_unwanted(s)) {
                *cursor = Cursor { source: source + 1, sequence: cursor.sequence, ..Cursor::default() };
                continue;
            }
            let body = self.body(&mut cursor, self.inner.sources.get(source)?);
            match body {
                Some(body) => {
                    let sequence = cursor.sequence;
                    cursor.sequence += 1;
                    let ticket = self.duplicates.as_ref().map(|d| d.ticket(sequence));
                    return Some(Chunk { sequence, source, body, ticket });
                }
                None => *cursor = Cursor { source: source + 1, sequence: cursor.sequence, ..Cursor::default() },
            }
        }
    }

    /// None of the source's sampled records can match.
    fn is_unwanted(&self, source: &Source) -> bool {
        self.groups.as_ref().is_some_and(|wanted| !source.groups().iter().any(|group| wanted.iter().any(|wanted| wanted == group)))
    }

    /// The next part of the source at the cursor.
    fn body(&self, cursor: &mut Cursor, source: &Source) -> Option<Body> {
        if source.is_seekable() {
            return self.range(cursor);
        }
        if source.goes_alone(self.inner.options.chunk_bytes) {
            return (std::mem::replace(&mut cursor.offset, 1) == 0).then_some(Body::Whole);
        }
        if source.is_plain() {
            if cursor.chain.is_none() {
                cursor.chain = Chain::new(source, self.inner.options.chunk_bytes as u64);
            }
            if let Some(chain) = &cursor.chain {
                cursor.offset += 1;
                return chain.link(cursor.offset - 1).map(Body::Linked);
            }
        }
        self.piece(cursor)
    }

    fn range(&self, cursor: &mut Cursor) -> Option<Body> {
        let size = self.inner.sources[cursor.source].size;
        if cursor.offset >= size {
            return None;
        }
        let start = cursor.offset;
        cursor.offset = (start + range_bytes(size, self.inner.options.chunk_bytes)).min(size);
        Some(Body::Range { start, end: cursor.offset })
    }

    fn piece(&self, cursor: &mut Cursor) -> Option<Body> {
        let source = &self.inner.sources[cursor.source];
        if cursor.splitter.is_none() {
            match source.reader() {
                Ok(reader) => {
                    cursor.splitter = Some(Splitter::new(reader, source.sniffed.framing.clone(), self.inner.options.chunk_bytes));
                }
                Err(_) => lock(&self.account).skip(UNREADABLE, &source.name, 0),
            }
        }
        let splitter = cursor.splitter.as_mut()?;
        splitter.reuse(self.buffer());
        match splitter.next() {
            Ok(piece) => {
                if piece.is_none() {
                    self.done.fetch_add(source.size.saturating_sub(cursor.offset), Ordering::Relaxed);
                }
                if let Some(piece) = &piece {
                    // Of compressed files only an estimate: the bar moves by what was unpacked, up to the file's size.
                    let step = (piece.bytes.len() as u64).min(source.size.saturating_sub(cursor.offset));
                    cursor.offset += step;
                    self.done.fetch_add(step, Ordering::Relaxed);
                }
                piece.map(Body::Piece)
            }
            Err(_) => {
                lock(&self.account).skip(BROKEN_CONTAINER, &source.name, splitter.offset());
                None
            }
        }
    }

    /// Parses the wanted columns of a chunk's records. For many tasks at once.
    pub fn decode(&self, chunk: Chunk) -> Batch {
        let decoded = self.decode_apart(chunk);
        self.note(decoded.account);
        decoded.batch
    }

    /// The same, with the chunk's own account, which is the caller's to note.
    pub fn decode_apart(&self, mut chunk: Chunk) -> Decoded {
        let source = &self.inner.sources[chunk.source];
        let expected = self.rows.load(Ordering::Relaxed).min(MOST_ROWS);
        let mut decoder = Decoder::new(source, &self.columns, &self.paths, self.prefilter.as_ref(), expected)
            .gated(self.gate.as_ref())
            .of_source(chunk.source)
            .carrying(source.is_carried(self.inner.options.chunk_bytes))
            .comparing(self.inner.sameness)
            .inspecting(self.inner.options.inspect)
            .watching(self.inner.watched.load(Ordering::Relaxed));
        match &mut chunk.body {
            Body::Range { start, end } => decoder.range(*start, *end),
            Body::Linked(link) => match link.read(source, self.prefilter.is_none() && self.paths.slots > 0) {
                Ok(piece) => {
                    decoder.piece(&piece);
                    if !piece.bytes.is_whole() {
                        decoder.skip(decode::LOST_RANGE, link.start());
                    }
                }
                Err(_) => decoder.skip(decode::LOST_RANGE, link.start()),
            },
            Body::Whole => {
                let buffer = decoder.whole(self.inner.options.chunk_bytes, self.buffer());
                self.keep(buffer);
            }
            Body::Piece(piece) => {
                decoder.piece(piece);
                self.keep(std::mem::take(&mut piece.bytes).into_buffer().unwrap_or_default());
            }
        }
        self.pass(&chunk);
        let (keys, offsets) = decoder.take_keys();
        let strangers = decoder.take_strangers();
        let (mut batch, mut account) = decoder.finish();
        self.rows.fetch_max(batch.rows, Ordering::Relaxed);
        if let Some(ticket) = chunk.ticket {
            let verdict = ticket.compare(&keys);
            account.uncompared = verdict.uncompared;
            for row in verdict.conflicts {
                account.see_conflict(&source.name, offsets.get(row).copied().unwrap_or(0));
            }
            if let Some(stays) = verdict.stays {
                account.see_duplicates(&source.name, (batch.rows - stays.true_count()) as u64);
                batch = batch.filter(&stays);
            }
        }
        Decoded { batch, account, keys, strangers: Strangers { families: strangers } }
    }

    /// A buffer that may have been used before.
    fn buffer(&self) -> Vec<u8> {
        lock(&self.buffers).pop().unwrap_or_default()
    }

    /// Keeps a buffer for another piece, if it is not of an unusual size.
    fn keep(&self, buffer: Vec<u8>) {
        /// So many are enough for the threads of any machine; each is about as large as a chunk.
        const MOST: usize = 64;
        let mut buffers = lock(&self.buffers);
        if buffer.capacity() <= 2 * self.inner.options.chunk_bytes && buffers.len() < MOST {
            buffers.push(buffer);
        }
    }

    /// Leaves a chunk unread whose account and keys are known from an earlier run.
    pub fn skip(&self, chunk: Chunk, keys: &[u128]) {
        self.pass(&chunk);
        if let Some(ticket) = chunk.ticket {
            ticket.compare(keys);
        }
    }

    fn pass(&self, chunk: &Chunk) {
        let bytes = match &chunk.body {
            Body::Range { start, end } => end - start,
            Body::Linked(link) => link.length(),
            Body::Whole => self.inner.sources[chunk.source].size,
            Body::Piece(_) => 0,
        };
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Adds a chunk's account.
    pub fn note(&self, account: Account) {
        lock(&self.account).add(account);
    }

    /// The file that a chunk is from.
    pub fn file(&self, chunk: &Chunk) -> Arc<str> {
        self.inner.sources.get(chunk.source).map(|s| s.name.clone()).unwrap_or_default()
    }

    /// What was read and left out so far.
    pub fn account(&self) -> Account {
        lock(&self.account).clone()
    }

    /// Bytes on disk, all in all.
    pub fn total_bytes(&self) -> u64 {
        self.total
    }

    /// Bytes on disk that were read, about.
    pub fn done_bytes(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// No more chunks are handed out.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// How many bytes of a file of lines make a range. Each that is mapped and given back interrupts all cores, so large files have larger ones,
/// unless their size was asked for. It depends on nothing but the file, for sums of reals depend on it.
fn range_bytes(size: u64, chunk: usize) -> u64 {
    const RANGES: u64 = 64;
    const LARGEST: u64 = 16 << 20;
    match chunk {
        CHUNK => (size / RANGES).clamp(CHUNK as u64, LARGEST),
        asked => asked.max(1) as u64,
    }
}

/// About how many records there are to compare: of a kilobyte each, which pack to a tenth.
fn about_records(sources: &[Source]) -> u64 {
    let unified = sources.iter().filter(|s| s.sniffed.family.is_unified());
    unified.map(|s| if s.is_plain() { s.size >> 10 } else { s.size / 100 }).sum()
}

/// Some bytes out of the middle of the greatest file that is not compressed.
fn sample(inner: &Inner) -> Vec<u8> {
    const BYTES: u64 = 1 << 18;
    let Some(source) = inner.sources.iter().filter(|s| s.is_plain()).max_by_key(|s| s.size) else { return Vec::new() };
    let mut bytes = Vec::new();
    let read = std::fs::File::open(&source.path).and_then(|mut file| {
        file.seek(SeekFrom::Start(source.size / 2))?;
        file.take(BYTES).read_to_end(&mut bytes)
    });
    if read.is_err() {
        bytes.clear();
    }
    bytes
}

/// A task that panicked leaves its counts as they are.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
