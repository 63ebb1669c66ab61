//! The one pass over the input: every chunk is read once, and every rule's fragments take their share of it.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::engine::Session;
use crate::execute::{Fragment, FragmentPartial, FragmentState, in_order};
use crate::input::{Account, Chunk, Scan};
use crate::value::Batch;

use super::journal::{Entry, Journal, Piece};
use super::outcome::Status;
use super::prepare::{Prepared, Refusal};
use super::shared::{Projection, Shared};
use super::watch::Watch;

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
    pub fn run<T>(&self, limits: &Limits, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Refusal> {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(work));
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

pub fn out_of_time(limit: Duration) -> String {
    format!("it used more than {} s of processor time", limit.as_secs_f64())
}

pub fn out_of_rows(limit: usize) -> String {
    format!("it holds more than {limit} rows")
}

/// A fragment in the pass.
struct Task<'p> {
    rule: usize,
    /// Its rows are matches.
    shows: bool,
    fragment: Fragment<'p>,
    /// `None` for branches over tables without data.
    branches: Vec<Option<Projection>>,
}

/// A fragment's share of one chunk.
struct Share {
    task: usize,
    branch: usize,
    outcome: std::result::Result<(Batch, FragmentPartial), Refusal>,
}

/// What a chunk gave.
struct Done {
    entry: Entry,
    shares: Vec<Share>,
    /// It is in the journal already.
    restored: bool,
}

/// The fragments of all rules over one input.
pub struct Pass<'p> {
    tasks: Vec<Task<'p>>,
    scan: Scan,
    limits: Limits,
    controls: &'p [Control],
    watch: &'p Watch,
}

impl<'p> Pass<'p> {
    /// Makes the fragments ready. A rule whose fragments cannot be is refused.
    pub fn new(rules: &'p [Option<Prepared>], session: &Session, limits: Limits, controls: &'p [Control], watch: &'p Watch) -> Pass<'p> {
        let mut shared = Shared::default();
        let mut tasks = Vec::new();
        for (rule, prepared) in rules.iter().enumerate() {
            let Some(prepared) = prepared else { continue };
            let made: Result<Vec<Fragment<'_>>> = prepared.leaves.iter().map(|leaf| Fragment::new(leaf, session.context())).collect();
            match made {
                Ok(fragments) => tasks.extend(fragments.into_iter().map(|fragment| {
                    let share =
                        |(table, columns, predicate): (&str, &[_], Option<&_>)| table.is_empty().then(|| shared.add(columns, predicate));
                    let branches = fragment.branches().map(share).collect();
                    Task { rule, shows: prepared.shows_matches(), fragment, branches }
                })),
                Err(error) => controls[rule].stop(Status::Refused, format!("{} {}", error.code, error.message)),
            }
        }
        Pass { tasks, scan: session.dataset().scan(shared.request()), limits, controls, watch }
    }

    /// Reads the input, or what of it an earlier run has not read. Gives the rows of each rule's leaves, and the account.
    pub fn run(&self, threads: usize, journal: &mut Journal) -> Result<(Vec<Vec<Vec<Batch>>>, Account)> {
        let again = journal.incomplete();
        let mut states: Vec<FragmentState> = self.tasks.iter().map(|task| task.fragment.start()).collect();
        self.watch.total(self.scan.total_bytes());
        let mut earlier = journal.restore();
        let next = || {
            let chunk = self.scan.next_chunk()?;
            self.watch.reading(self.scan.file(&chunk), self.scan.done_bytes());
            Some((chunk, earlier.next()))
        };
        in_order(
            threads,
            next,
            |(chunk, restored)| match restored {
                None => self.fresh(chunk),
                Some(entry) => self.restored(chunk, entry, &again),
            },
            |Done { mut entry, shares, restored }| {
                if !restored {
                    entry.pieces = pieces(&shares);
                    journal.append(&entry).map_err(unwritten)?;
                }
                self.scan.note(entry.account);
                shares.into_iter().for_each(|share| self.merge(&mut states, share));
                Ok(ControlFlow::Continue(()))
            },
        )?;
        self.watch.reading("".into(), self.scan.total_bytes());
        Ok((self.finish(states), self.scan.account()))
    }

    fn fresh(&self, chunk: Chunk) -> Result<Done> {
        let decoded = self.scan.decode_apart(chunk);
        let shares = self.shares(&decoded.batch, |_| true);
        let entry = Entry { account: decoded.account, keys: decoded.keys, pieces: Vec::new() };
        Ok(Done { entry, shares, restored: false })
    }

    /// A chunk that an earlier run finished: its rows come from the journal, except those that were too many to keep.
    fn restored(&self, chunk: Chunk, mut entry: Entry, again: &HashSet<usize>) -> Result<Done> {
        let kept = std::mem::take(&mut entry.pieces);
        let mut shares = Vec::new();
        if again.is_empty() {
            self.scan.skip(chunk, &entry.keys);
        } else {
            shares = self.shares(&self.scan.decode_apart(chunk).batch, |task| again.contains(&task));
        }
        let known = kept.into_iter().filter(|p| p.task < self.tasks.len() && !again.contains(&p.task));
        shares.extend(known.map(|piece| self.share(piece.task, piece.branch, piece.rows)));
        Ok(Done { entry, shares, restored: true })
    }

    fn shares(&self, batch: &Batch, wanted: impl Fn(usize) -> bool) -> Vec<Share> {
        let mut shares = Vec::new();
        for (number, task) in self.tasks.iter().enumerate().filter(|(number, _)| wanted(*number)) {
            for (branch, projection) in task.branches.iter().enumerate() {
                let Some(projection) = projection.as_ref().filter(|_| !self.controls[task.rule].is_stopped()) else { continue };
                match self.controls[task.rule].run(&self.limits, || task.fragment.rows(branch, projection.of(batch))) {
                    Ok(rows) if rows.rows == 0 => {}
                    Ok(rows) => shares.push(self.share(number, branch, rows)),
                    Err(refusal) => shares.push(Share { task: number, branch, outcome: Err(refusal) }),
                }
            }
        }
        shares
    }

    fn share(&self, number: usize, branch: usize, rows: Batch) -> Share {
        let task = &self.tasks[number];
        let partial = self.controls[task.rule].run(&self.limits, || task.fragment.partial(rows.clone()));
        Share { task: number, branch, outcome: partial.map(|partial| (rows, partial)) }
    }

    fn merge(&self, states: &mut [FragmentState], share: Share) {
        let (task, state) = (&self.tasks[share.task], &mut states[share.task]);
        let control = &self.controls[task.rule];
        if control.is_stopped() {
            return;
        }
        let merged = share.outcome.and_then(|(rows, partial)| {
            if task.shows {
                self.watch.saw(task.rule, rows.rows);
            }
            control.run(&self.limits, || {
                task.fragment.merge(state, share.branch, partial);
                Ok(())
            })
        });
        if let Err((status, why)) = merged {
            control.stop(status, why);
        } else if state.held() > self.limits.rows {
            control.stop(Status::Cut, out_of_rows(self.limits.rows));
        }
    }

    fn finish(&self, states: Vec<FragmentState>) -> Vec<Vec<Vec<Batch>>> {
        let mut leaves: Vec<Vec<Vec<Batch>>> = self.controls.iter().map(|_| Vec::new()).collect();
        for (task, state) in self.tasks.iter().zip(states) {
            let control = &self.controls[task.rule];
            let rows = control.run(&self.limits, || task.fragment.finish(state));
            leaves[task.rule].push(rows.unwrap_or_else(|(status, why)| {
                control.stop(status, why);
                Vec::new()
            }));
        }
        leaves
    }
}

fn pieces(shares: &[Share]) -> Vec<Piece> {
    let piece = |share: &Share| {
        let (rows, _) = share.outcome.as_ref().ok()?;
        Some(Piece { task: share.task, branch: share.branch, rows: rows.clone() })
    };
    shares.iter().filter_map(piece).collect()
}

fn unwritten(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("the journal cannot be written: {error}"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
