//! Leaves out records that an earlier one equals in id and content: overlapping exports hold the same record several times. The same id
//! with other content is another version of a record: it stays, and is told.
//!
//! Of equal records the first in input order stays, whatever the order in which chunks are decoded: a chunk's records are compared
//! only after those of all earlier chunks.
//!
//! Memory is bounded: `MOST` records are remembered, in 12 bytes each: a hash of the id and half of one of the content (up to 210 MB in
//! all). A record that comes later with an id that is not among them stays, and is counted as not compared.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::BooleanArray;
use hashbrown::HashSet;

/// Records that are remembered.
const MOST: usize = 12_000_000;

/// The tables that ids are spread over: one that grows is copied, all at once would need twice the memory.
const SHARDS: usize = 64;

/// A record's id and content, hashed. 0 is a record without an id, which always stays.
pub fn key(id: u64, content: u64) -> u128 {
    (u128::from(id.max(1)) << 64) | u128::from(content)
}

/// The records seen so far.
#[derive(Debug)]
pub struct Duplicates {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Debug)]
struct State {
    /// All chunks before this one are done.
    next: u64,
    /// Later chunks that are done.
    done: HashSet<u64>,
    /// Hashes of ids with the content that came first.
    seen: Vec<Table>,
    /// Other contents of the same ids, by a hash of both.
    versions: Vec<Table>,
    left: usize,
}

/// A flat table with open addressing: hashes of ids, none of which is 0, and beside each the content.
#[derive(Debug, Default)]
struct Table {
    ids: Vec<u64>,
    contents: Vec<u32>,
    used: usize,
}

impl Table {
    fn with_room(records: usize) -> Table {
        let length = records * 20 / 17;
        Table { ids: vec![0; length], contents: vec![0; length], used: 0 }
    }

    /// Where an id would stand if no other did. Ids are spread over the tables by their lowest bits, and inside of one by their highest.
    fn slot(&self, id: u64) -> usize {
        ((u128::from(id) * self.ids.len() as u128) >> 64) as usize
    }

    /// The content that stands with an id, or the slot where it would stand.
    fn find(&self, id: u64) -> Result<u32, usize> {
        if self.ids.is_empty() {
            return Err(0);
        }
        let mut slot = self.slot(id);
        loop {
            match self.ids.get(slot) {
                Some(0) => return Err(slot),
                Some(found) if *found == id => return Ok(self.contents.get(slot).copied().unwrap_or(0)),
                Some(_) => slot += 1,
                None => slot = 0,
            }
        }
    }

    /// Puts in an id that is not there.
    fn insert(&mut self, id: u64, content: u32) {
        if (self.used + 1) * 20 > self.ids.len() * 17 {
            self.grow();
        }
        if let Err(slot) = self.find(id) {
            (self.ids[slot], self.contents[slot]) = (id, content);
            self.used += 1;
        }
    }

    /// By a quarter: twice the size would leave half of it unused.
    fn grow(&mut self) {
        let length = (self.ids.len() + self.ids.len() / 4).max(64);
        let old = std::mem::replace(self, Table { ids: vec![0; length], contents: vec![0; length], used: 0 });
        for (id, content) in old.ids.into_iter().zip(old.contents).filter(|(id, _)| *id != 0) {
            self.insert(id, content);
        }
    }
}

/// What comparing a chunk's records came to.
#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    /// Which records stay, or `None` for all.
    pub stays: Option<BooleanArray>,
    /// The records, by their row, whose id an earlier one had with other content.
    pub conflicts: Vec<usize>,
    /// Records that could not be compared with all earlier ones.
    pub uncompared: u64,
}

/// A chunk's place in the order: given back when the chunk is decoded or thrown away.
#[derive(Debug)]
pub struct Ticket {
    sequence: u64,
    duplicates: Arc<Duplicates>,
}

/// Longer than this no chunk waits for earlier ones: its caller may hold one back.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many records are looked up together: their slots are read one after the other before any is compared, so that the memory is
/// waited for once and not for each.
const TOGETHER: usize = 32;

impl Duplicates {
    /// Has room for so many records from the start, and grows as more come.
    pub fn expecting(records: u64) -> Duplicates {
        Duplicates::new(records.min(MOST as u64) as usize, MOST)
    }

    /// Remembers `left` ids at the most.
    fn new(expected: usize, left: usize) -> Duplicates {
        let seen = (0..SHARDS).map(|_| Table::with_room(expected / SHARDS)).collect();
        let versions = (0..SHARDS).map(|_| Table::default()).collect();
        let state = State { next: 0, done: HashSet::new(), seen, versions, left };
        Duplicates { state: Mutex::new(state), turn: Condvar::new() }
    }

    pub fn ticket(self: &Arc<Self>, sequence: u64) -> Ticket {
        Ticket { sequence, duplicates: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a record is beside those before it.
enum Seen {
    New,
    Same,
    Other,
    Unknown,
}

/// The table that a hash stands in.
fn shard(hash: u64) -> usize {
    hash as usize % SHARDS
}

impl State {
    /// Brings the slots of some records into the cache.
    fn fetch(&self, keys: &[u128]) {
        let ids = keys.iter().map(|key| (key >> 64) as u64);
        let slots = ids.map(|id| (&self.seen[shard(id)], id)).map(|(table, id)| table.ids.get(table.slot(id)).copied().unwrap_or(0));
        std::hint::black_box(slots.fold(0, |all, found| all ^ found));
    }

    fn see(&mut self, key: u128) -> Seen {
        let (id, content) = ((key >> 64) as u64, key as u32);
        let version = (id ^ u64::from(content).wrapping_mul(0x9E37_79B9_7F4A_7C15)).max(1);
        match self.seen[shard(id)].find(id) {
            Ok(first) if first == content => Seen::Same,
            Ok(_) if self.versions[shard(version)].find(version).is_ok() => Seen::Same,
            Ok(_) => {
                if self.left > 0 {
                    self.left -= 1;
                    self.versions[shard(version)].insert(version, content);
                }
                Seen::Other
            }
            Err(_) if self.left == 0 => Seen::Unknown,
            Err(_) => {
                self.left -= 1;
                self.seen[shard(id)].insert(id, content);
                Seen::New
            }
        }
    }
}

impl Ticket {
    /// Compares a chunk's records with those of all earlier chunks.
    pub fn compare(&self, keys: &[u128]) -> Verdict {
        let start = Instant::now();
        let mut state = self.duplicates.lock();
        while state.next < self.sequence && start.elapsed() < PATIENCE {
            let waited = self.duplicates.turn.wait_timeout(state, Duration::from_millis(200));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let mut verdict = Verdict::default();
        let mut stays = Vec::new();
        for (group, together) in keys.chunks(TOGETHER).enumerate() {
            state.fetch(together);
            for (row, key) in together.iter().enumerate().filter(|(_, key)| **key != 0) {
                let row = group * TOGETHER + row;
                match state.see(*key) {
                    Seen::New => {}
                    Seen::Same => {
                        stays.resize(keys.len(), true);
                        stays[row] = false;
                    }
                    Seen::Other => verdict.conflicts.push(row),
                    Seen::Unknown => verdict.uncompared += 1,
                }
            }
        }
        verdict.stays = (!stays.is_empty()).then(|| BooleanArray::from(stays));
        verdict
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.duplicates.lock();
        state.done.insert(self.sequence);
        while state.done.contains(&state.next) {
            let next = state.next;
            state.done.remove(&next);
            state.next += 1;
        }
        self.duplicates.turn.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_in_input_order_stays() {
        let duplicates = Arc::new(Duplicates::expecting(0));
        let (first, second, third) = (duplicates.ticket(0), duplicates.ticket(1), duplicates.ticket(2));
        let later = std::thread::spawn(move || third.compare(&[key(1, 7), 0, 0, key(2, 7), key(2, 7)]));
        drop(second);
        assert_eq!(first.compare(&[key(1, 7), key(3, 7)]), Verdict::default());
        drop(first);
        assert_eq!(later.join().unwrap().stays, Some(BooleanArray::from(vec![false, true, true, true, false])));
    }

    #[test]
    fn the_same_id_with_other_content_stays_and_is_told() {
        let ticket = Arc::new(Duplicates::expecting(0)).ticket(0);
        let verdict = ticket.compare(&[key(1, 7), key(1, 8), key(1, 8), key(1, 7)]);
        assert_eq!((verdict.stays, verdict.conflicts), (Some(BooleanArray::from(vec![true, true, false, false])), vec![1]));
    }

    #[test]
    fn past_the_bound_records_stay_and_are_counted() {
        let ticket = Arc::new(Duplicates::new(0, 2)).ticket(0);
        let verdict = ticket.compare(&[key(1, 7), key(2, 7), key(3, 7), key(3, 7), key(1, 7)]);
        assert_eq!((verdict.stays, verdict.uncompared), (Some(BooleanArray::from(vec![true, true, true, true, false])), 2));
    }

    #[test]
    fn tables_find_what_was_put_in() {
        let mut table = Table::default();
        let hash = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (1..5000).for_each(|n| table.insert(hash(n), n as u32));
        assert!((1..5000).all(|n| table.find(hash(n)) == Ok(n as u32)));
        assert!((5000..6000).all(|n| table.find(hash(n)).is_err()));
        assert!(table.ids.len() < 5000 * 3 / 2);
    }
}
