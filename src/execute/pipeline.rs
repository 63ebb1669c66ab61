//! Runs chunks through streaming steps in parallel and hands the results on in input order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use crate::diagnostic::Result;
use crate::plan::{ChunkTask, ScanStream};
use crate::value::Batch;

/// One streaming step: a batch in, a batch out.
pub trait Step: Send + Sync {
    fn apply(&self, batch: Batch) -> Result<Batch>;
}

/// Chunks and the steps that each of them goes through.
pub struct Part<'a> {
    pub chunks: Box<dyn ScanStream + 'a>,
    pub steps: Vec<Arc<dyn Step + 'a>>,
}

/// Parts one after the other.
pub struct Pipeline<'a> {
    pub parts: Vec<Part<'a>>,
}

impl<'a> Pipeline<'a> {
    pub fn of(chunks: impl ScanStream + 'a) -> Pipeline<'a> {
        Pipeline { parts: vec![Part { chunks: Box::new(chunks), steps: Vec::new() }] }
    }

    pub fn then(mut self, step: impl Step + 'a) -> Pipeline<'a> {
        let step: Arc<dyn Step + 'a> = Arc::new(step);
        for part in &mut self.parts {
            part.steps.push(step.clone());
        }
        self
    }

    /// Runs `partial` on every chunk in parallel and `merge` on the partial results in input order, until it breaks.
    pub fn run<P: Send>(
        &self,
        threads: usize,
        partial: impl Fn(Batch) -> Result<P> + Sync,
        mut merge: impl FnMut(P) -> Result<ControlFlow<()>> + Send,
    ) -> Result<()> {
        let feed = Mutex::new(Feed { part: 0, sequence: 0 });
        let order = Order {
            state: Mutex::new(OrderState { next: 0, ready: BTreeMap::new(), stop: false, merge: &mut merge }),
            moved: Condvar::new(),
        };
        let work = || self.work(&feed, &order, &partial);
        if threads <= 1 {
            return work();
        }
        let outcome = Mutex::new(Ok(()));
        rayon::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|_| {
                    if let Err(error) = work() {
                        order.stop();
                        let mut outcome = lock(&outcome);
                        if outcome.is_ok() {
                            *outcome = Err(error);
                        }
                    }
                });
            }
        });
        outcome.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn work<P: Send>(&self, feed: &Mutex<Feed>, order: &Order<'_, P>, partial: &(impl Fn(Batch) -> Result<P> + Sync)) -> Result<()> {
        while let Some((sequence, part, task)) = self.next(feed) {
            if !order.may_start(sequence) {
                break;
            }
            let mut batch = task()?;
            for step in &part.steps {
                batch = step.apply(batch)?;
            }
            if order.deliver(sequence, partial(batch)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn next(&self, feed: &Mutex<Feed>) -> Option<(usize, &Part<'a>, ChunkTask<'_>)> {
        let mut feed = lock(feed);
        loop {
            let part = self.parts.get(feed.part)?;
            match part.chunks.next_chunk() {
                Some(task) => {
                    feed.sequence += 1;
                    return Some((feed.sequence - 1, part, task));
                }
                None => feed.part += 1,
            }
        }
    }
}

struct Feed {
    part: usize,
    sequence: usize,
}

/// Puts results that come in any order back into input order.
struct Order<'m, P> {
    state: Mutex<OrderState<'m, P>>,
    moved: Condvar,
}

struct OrderState<'m, P> {
    next: usize,
    ready: BTreeMap<usize, P>,
    stop: bool,
    merge: &'m mut (dyn FnMut(P) -> Result<ControlFlow<()>> + Send),
}

/// So far ahead of the slowest chunk may finished results pile up.
const AHEAD: usize = 64;

impl<P> Order<'_, P> {
    /// Waits while the chunk is too far ahead; false when the run is over.
    fn may_start(&self, sequence: usize) -> bool {
        let mut state = lock(&self.state);
        while !state.stop && sequence > state.next + AHEAD {
            state = self.moved.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        !state.stop
    }

    fn deliver(&self, sequence: usize, result: P) -> Result<ControlFlow<()>> {
        let mut state = lock(&self.state);
        state.ready.insert(sequence, result);
        while !state.stop {
            let next = state.next;
            let Some(result) = state.ready.remove(&next) else { break };
            state.next += 1;
            if (state.merge)(result)?.is_break() {
                state.stop = true;
            }
        }
        self.moved.notify_all();
        Ok(if state.stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn stop(&self) {
        lock(&self.state).stop = true;
        self.moved.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Rows that are already in memory, in slices that threads can share.
pub struct InMemory {
    slices: Mutex<std::collections::VecDeque<Batch>>,
}

impl InMemory {
    const ROWS: usize = 16 * 1024;

    pub fn new(batches: impl IntoIterator<Item = Batch>) -> InMemory {
        let mut slices = std::collections::VecDeque::new();
        for batch in batches {
            for offset in (0..batch.rows).step_by(Self::ROWS) {
                slices.push_back(batch.slice(offset, Self::ROWS.min(batch.rows - offset)));
            }
        }
        InMemory { slices: Mutex::new(slices) }
    }
}

impl ScanStream for InMemory {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let batch = lock(&self.slices).pop_front()?;
        Some(Box::new(move || Ok(batch)))
    }
}
