//! What a rule may use, whether it goes on, and where its random numbers start.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::diagnostic::Result;
use crate::execute::guarded;
use crate::functions::math::random::reproducibly;

use super::outcome::Status;
use super::prepare::Refusal;

/// What one rule may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of all threads together.
    pub time: Option<Duration>,
    /// Rows that a rule holds or gives.
    pub rows: usize,
}

/// Whether a rule goes on, and what it used.
#[derive(Default)]
pub struct Control {
    stopped: AtomicBool,
    why: Mutex<Option<Refusal>>,
    nanoseconds: AtomicU64,
}

impl Control {
    /// One that starts where another is, in the time that was used: why that one ended is of no matter, but that its time was over.
    pub fn after(&self, limits: &Limits) -> Control {
        let used = self.nanoseconds.load(Ordering::Relaxed);
        let control = Control { nanoseconds: AtomicU64::new(used), ..Control::default() };
        if let Some(limit) = limits.time.filter(|limit| Duration::from_nanos(used) > *limit) {
            control.stop(Status::Cut, out_of_time(limit));
        }
        control
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Ends the rule; the first reason stays.
    pub fn stop(&self, status: Status, why: String) {
        lock(&self.why).get_or_insert((status, why));
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub fn why(&self) -> Option<Refusal> {
        lock(&self.why).clone()
    }

    /// Runs a part of the rule's work: its errors, its panics and its excess are the rule's own and end nothing else.
    ///
    /// What is random in it follows from `seed`.
    pub fn run<T>(&self, limits: &Limits, seed: Seed, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Refusal> {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| reproducibly(seed.0, || guarded(work))));
        let took = started.elapsed();
        let used = Duration::from_nanos(self.nanoseconds.fetch_add(took.as_nanos() as u64, Ordering::Relaxed)) + took;
        if let Some(limit) = limits.time.filter(|limit| used > *limit) {
            self.stop(Status::Cut, out_of_time(limit));
        }
        match outcome {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err((Status::Refused, format!("{} {}", error.code, error.message))),
            Err(_) => Err((Status::Refused, "it failed in a way that is a bug of Kalypso".to_owned())),
        }
    }

    /// What is left of the rule's time.
    pub fn time_left(&self, limits: &Limits) -> Option<Duration> {
        limits.time.map(|limit| limit.saturating_sub(Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))))
    }
}

/// Where random numbers start, so that two sweeps draw the same ones: for each part of a rule's work and each chunk others.
#[derive(Clone, Copy, Debug)]
pub struct Seed(u64);

impl Seed {
    /// A rule's, from what tells it from others.
    pub fn of(rule: &str) -> Seed {
        Seed(xxh3_64(rule.as_bytes()))
    }

    /// That of a part of the work.
    pub fn part(self, number: u64) -> Seed {
        Seed(xxh3_64_with_seed(&number.to_le_bytes(), self.0))
    }
}

pub fn out_of_time(limit: Duration) -> String {
    format!("it used more than {} s of processor time", limit.as_secs_f64())
}

pub fn out_of_rows(limit: usize) -> String {
    format!("it holds more than {limit} rows")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
