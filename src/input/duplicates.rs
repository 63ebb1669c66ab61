//! Leaves out records that an earlier one equals in id and content: overlapping exports hold the same record several times. The same id
//! with other content is another version of a record: it stays, and is told.
//!
//! Of equal records the first in input order stays, whatever the order in which chunks are decoded: a chunk's records are compared
//! only after those of all earlier chunks.
//!
//! Memory is bounded: `MOST` ids are remembered, each with a hash of its content (about 20 bytes, up to 600 MB in all). A record
//! that comes later with an id that is not among them stays, and is counted as not compared.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::BooleanArray;
use hashbrown::{HashMap, HashSet};

/// Ids that are remembered.
const MOST: usize = 1 << 24;

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
    /// Hashes of ids with the hash of the content that came first.
    seen: Vec<HashMap<u64, u64>>,
    /// Other contents of the same ids.
    versions: HashSet<u128>,
    left: usize,
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

impl Default for Duplicates {
    fn default() -> Duplicates {
        Duplicates::with_room(MOST)
    }
}

impl Duplicates {
    /// Remembers so many ids.
    fn with_room(left: usize) -> Duplicates {
        let seen = (0..SHARDS).map(|_| HashMap::new()).collect();
        Duplicates {
            state: Mutex::new(State { next: 0, done: HashSet::new(), seen, versions: HashSet::new(), left }),
            turn: Condvar::new(),
        }
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

impl State {
    fn see(&mut self, key: u128) -> Seen {
        let (id, content) = ((key >> 64) as u64, key as u64);
        let shard = &mut self.seen[(id >> 58) as usize % SHARDS];
        match shard.get(&id) {
            Some(first) if *first == content => Seen::Same,
            Some(_) if self.versions.contains(&key) => Seen::Same,
            Some(_) => {
                if self.left > 0 {
                    self.left -= 1;
                    self.versions.insert(key);
                }
                Seen::Other
            }
            None if self.left == 0 => Seen::Unknown,
            None => {
                self.left -= 1;
                shard.insert(id, content);
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
        for (row, key) in keys.iter().enumerate().filter(|(_, key)| **key != 0) {
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
        let duplicates = Arc::new(Duplicates::default());
        let (first, second, third) = (duplicates.ticket(0), duplicates.ticket(1), duplicates.ticket(2));
        let later = std::thread::spawn(move || third.compare(&[key(1, 7), 0, 0, key(2, 7), key(2, 7)]));
        drop(second);
        assert_eq!(first.compare(&[key(1, 7), key(3, 7)]), Verdict::default());
        drop(first);
        assert_eq!(later.join().unwrap().stays, Some(BooleanArray::from(vec![false, true, true, true, false])));
    }

    #[test]
    fn the_same_id_with_other_content_stays_and_is_told() {
        let ticket = Arc::new(Duplicates::default()).ticket(0);
        let verdict = ticket.compare(&[key(1, 7), key(1, 8), key(1, 8), key(1, 7)]);
        assert_eq!((verdict.stays, verdict.conflicts), (Some(BooleanArray::from(vec![true, true, false, false])), vec![1]));
    }

    #[test]
    fn past_the_bound_records_stay_and_are_counted() {
        let ticket = Arc::new(Duplicates::with_room(2)).ticket(0);
        let verdict = ticket.compare(&[key(1, 7), key(2, 7), key(3, 7), key(3, 7), key(1, 7)]);
        assert_eq!((verdict.stays, verdict.uncompared), (Some(BooleanArray::from(vec![true, true, true, true, false])), 2));
    }
}
