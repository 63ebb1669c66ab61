//! What a sweep has read so far, on disk: after a crash the same command reads on from there.
//!
//! One file: a line of JSON that says which run it belongs to, then an entry a chunk, in input order. An entry is its length, its
//! checksum, a header in JSON and the rows of fragments in Arrow IPC. An entry that was cut off by the crash is dropped.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::input::Account;

/// What one chunk gave.
pub struct Entry {
    pub account: Account,
    pub keys: Vec<u128>,
    pub pieces: Vec<Piece>,
}

/// The rows that one branch of one fragment took of a chunk.
pub struct Piece {
    pub task: usize,
    pub branch: usize,
    pub rows: usize,
    /// The rows as bytes (`rows::pack`).
    pub packed: Vec<u8>,
}

pub struct Journal {
    path: PathBuf,
    file: File,
    /// Where the entries start.
    start: u64,
    /// Entries that an earlier run wrote.
    entries: usize,
    /// Bytes that each fragment has in the file.
    sizes: HashMap<usize, u64>,
    /// Fragments with too many rows to keep: they are read again.
    incomplete: HashSet<usize>,
    /// Bytes of input that the entries tell of.
    input: u64,
}

/// What is kept of one fragment: so much, and this part of the input. Reading again is cheaper than writing more.
const KEPT: u64 = 256 << 10;
const KEPT_PART: u64 = 4096;

impl Journal {
    /// The `now` of the journal at `path`, if it belongs to this run.
    pub fn now(path: &Path, run: &str) -> Option<String> {
        let mut line = String::new();
        BufReader::new(File::open(path).ok()?).read_line(&mut line).ok()?;
        let first: Json = serde_json::from_str(&line).ok()?;
        (first["run"].as_str()? == run).then(|| first["now"].as_str().map(str::to_owned))?
    }

    /// Goes on with the journal at `path` if it belongs to the same run, else starts it anew.
    pub fn open(path: &Path, run: &str, now: &str) -> io::Result<Journal> {
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        let first = json!({"run": run, "now": now}).to_string() + "\n";
        let mut line = String::new();
        // Bytes that are no text are no journal.
        let _ = BufReader::new(&mut file).read_line(&mut line);
        if line != first {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(first.as_bytes())?;
        }
        let start = first.len() as u64;
        let mut journal =
            Journal { path: path.to_owned(), file, start, entries: 0, sizes: HashMap::new(), incomplete: HashSet::new(), input: 0 };
        journal.check()?;
        Ok(journal)
    }

    /// Counts the whole entries, and drops what follows them.
    fn check(&mut self) -> io::Result<()> {
        let mut end = self.start;
        self.file.seek(SeekFrom::Start(end))?;
        let mut reader = BufReader::with_capacity(1 << 20, &mut self.file);
        let mut entries = 0;
        while let Some((head, blob, length)) = read(&mut reader) {
            let Some(pieces) = head.get("pieces").and_then(Json::as_array) else { break };
            if blob.len() as u64 != pieces.iter().map(|p| number(p, 2)).sum::<u64>() + number(&head["keys"], 0) * 16 {
                break;
            }
            for piece in pieces {
                *self.sizes.entry(number(piece, 0) as usize).or_default() += number(piece, 2);
            }
            let dropped = head.get("incomplete").and_then(Json::as_array).into_iter().flatten();
            self.incomplete.extend(dropped.filter_map(Json::as_u64).map(|task| task as usize));
            self.input += head["account"]["bytes"].as_u64().unwrap_or(0);
            end += length;
            entries += 1;
        }
        self.entries = entries;
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end)).map(drop)
    }

    /// Whether an earlier run left something.
    pub fn is_resumed(&self) -> bool {
        self.entries > 0
    }

    /// Fragments of which the journal does not have all rows.
    pub fn incomplete(&self) -> &HashSet<usize> {
        &self.incomplete
    }

    /// The earlier run's entries, read one by one.
    pub fn restore(&self) -> Restored {
        let open = || {
            // A handle of its own: the journal's is at the end, to write.
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.start))?;
            io::Result::Ok(BufReader::with_capacity(1 << 20, file))
        };
        Restored { reader: open().ok(), left: self.entries }
    }

    /// Writes an entry. Fragments that have too many rows are left out from here on.
    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut blob: Vec<u8> = entry.keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        let mut pieces = Vec::new();
        self.input += entry.account.bytes;
        for Piece { task, branch, rows, packed } in &entry.pieces {
            if self.incomplete.contains(task) {
                continue;
            }
            let size = self.sizes.entry(*task).or_default();
            *size += packed.len() as u64;
            if *size > KEPT + self.input / KEPT_PART {
                self.incomplete.insert(*task);
                continue;
            }
            pieces.push(json!([task, branch, packed.len(), rows]));
            blob.extend(packed);
        }
        let mut incomplete: Vec<usize> = self.incomplete.iter().copied().collect();
        incomplete.sort_unstable();
        let head = json!({
            "account": entry.account.to_json(),
            "keys": [entry.keys.len()],
            "pieces": pieces,
            "incomplete": incomplete,
        });
        let head = head.to_string();
        let mut body = (head.len() as u64).to_le_bytes().to_vec();
        body.extend(head.as_bytes());
        body.extend(blob);
        let mut framed = (body.len() as u64).to_le_bytes().to_vec();
        framed.extend(xxh3_64(&body).to_le_bytes());
        framed.extend(body);
        self.file.write_all(&framed)
    }
}

/// Reads the entries of an earlier run, in order.
pub struct Restored {
    reader: Option<BufReader<File>>,
    left: usize,
}

impl Iterator for Restored {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.left = self.left.checked_sub(1)?;
        let (head, blob, _) = read(self.reader.as_mut()?)?;
        let (keys, mut rest) = blob.split_at_checked(number(&head["keys"], 0) as usize * 16)?;
        let mut pieces = Vec::new();
        for piece in head["pieces"].as_array()? {
            let (packed, more) = rest.split_at_checked(number(piece, 2) as usize)?;
            rest = more;
            let [task, branch, _, rows] = [0, 1, 2, 3].map(|at| number(piece, at) as usize);
            pieces.push(Piece { task, branch, rows, packed: packed.to_vec() });
        }
        let keys = keys.chunks_exact(16).filter_map(|key| key.try_into().ok()).map(u128::from_le_bytes).collect();
        Some(Entry { account: Account::from_json(&head["account"]), keys, pieces })
    }
}

/// The next entry's header and rows, and its length in the file; `None` where there is no whole one.
fn read(reader: &mut impl Read) -> Option<(Json, Vec<u8>, u64)> {
    let mut word = [0; 8];
    let mut next = |reader: &mut dyn Read| reader.read_exact(&mut word).ok().map(|()| u64::from_le_bytes(word));
    let length = next(reader)?;
    let checksum = next(reader)?;
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    if body.len() as u64 != length || xxh3_64(&body) != checksum {
        return None;
    }
    let (size, body) = body.split_at_checked(8)?;
    let (head, blob) = body.split_at_checked(u64::from_le_bytes(size.try_into().ok()?) as usize)?;
    Some((serde_json::from_slice(head).ok()?, blob.to_vec(), 16 + length))
}

fn number(array: &Json, at: usize) -> u64 {
    array.get(at).and_then(Json::as_u64).unwrap_or(0)
}
