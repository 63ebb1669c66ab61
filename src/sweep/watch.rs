//! What a running sweep shows of itself: how far it is, which file it reads, what it has seen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::library::Severity;

/// Counts of a running sweep; any thread may look.
pub struct Watch {
    done: AtomicU64,
    total: AtomicU64,
    file: Mutex<Arc<str>>,
    severities: Vec<Severity>,
    /// Rows seen so far, by severity, of rules whose rows are their matches.
    seen: Mutex<BTreeMap<Severity, u64>>,
}

/// A look at a running sweep.
#[derive(Clone, Debug)]
pub struct Glance {
    pub done: u64,
    pub total: u64,
    pub file: Arc<str>,
    pub seen: BTreeMap<Severity, u64>,
}

impl Watch {
    /// `severities`: of each rule; `None` for rules whose rows say nothing yet.
    pub fn new(severities: Vec<Severity>) -> Watch {
        Watch { done: AtomicU64::new(0), total: AtomicU64::new(0), file: Mutex::new("".into()), severities, seen: Mutex::default() }
    }

    pub fn total(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    pub fn reading(&self, file: Arc<str>, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        *lock(&self.file) = file;
    }

    pub fn saw(&self, rule: usize, rows: usize) {
        if let Some(severity) = self.severities.get(rule) {
            *lock(&self.seen).entry(*severity).or_default() += rows as u64;
        }
    }

    pub fn glance(&self) -> Glance {
        Glance {
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            file: lock(&self.file).clone(),
            seen: lock(&self.seen).clone(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
