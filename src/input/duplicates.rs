//! Leaves out records whose id an earlier record had: overlapping exports hold the same record several times.
//!
//! Of equal ids the first in input order stays, whatever the order in which chunks are decoded: a chunk's ids are compared only
//! after those of all earlier chunks.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::BooleanArray;
use hashbrown::HashSet;

/// The ids seen so far. A record without an id has the key 0 and always stays.
#[derive(Debug, Default)]
pub struct Duplicates {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// All chunks before this one are done.
    next: u64,
    /// Later chunks that are done.
    done: HashSet<u64>,
    seen: HashSet<u128>,
}

/// A chunk's place in the order: given back when the chunk is decoded or thrown away.
#[derive(Debug)]
pub struct Ticket {
    sequence: u64,
    duplicates: Arc<Duplicates>,
}

/// Longer than this no chunk waits for earlier ones: its caller may hold one back.
const PATIENCE: Duration = Duration::from_secs(10);

impl Duplicates {
    pub fn ticket(self: &Arc<Self>, sequence: u64) -> Ticket {
        Ticket { sequence, duplicates: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Which records stay, or `None` for all.
    pub fn stays(&self, keys: &[u128]) -> Option<BooleanArray> {
        let start = Instant::now();
        let mut state = self.duplicates.lock();
        while state.next < self.sequence && start.elapsed() < PATIENCE {
            let waited = self.duplicates.turn.wait_timeout(state, Duration::from_millis(200));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let stays: Vec<bool> = keys.iter().map(|key| *key == 0 || state.seen.insert(*key)).collect();
        stays.contains(&false).then(|| BooleanArray::from(stays))
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
        let later = std::thread::spawn(move || third.stays(&[1, 0, 0, 2, 2]));
        drop(second);
        assert!(first.stays(&[1, 3]).is_none());
        drop(first);
        assert_eq!(later.join().unwrap(), Some(BooleanArray::from(vec![false, true, true, true, false])));
    }
}
