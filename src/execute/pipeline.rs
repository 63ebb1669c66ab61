//! Runs chunks through streaming steps in parallel and hands the results on in input order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use crate::diagnostic::Result;
use crate::plan::{ChunkTask, ScanStream, Series};
use crate::value::Batch;

use super::guard::guarded;

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

    /// How many rows go in at most, where they are at hand already.
    pub fn rows_at_hand(&self) -> Option<usize> {
        self.parts.iter().map(|part| part.chunks.rows_at_hand()).sum()
    }

    /// Runs `partial` on every chunk in parallel and `merge` on the partial results in input order, until it breaks.
    pub fn run<P: Send>(
        &self,
        threads: usize,
        partial: impl Fn(Batch) -> Result<P> + Sync,
        merge: impl FnMut(P) -> Result<ControlFlow<()>> + Send,
    ) -> Result<()> {
        let mut part = 0;
        let work = |(part, task): (&Part<'a>, ChunkTask<'_>)| {
            let mut batch = task()?;
            for step in &part.steps {
                batch = step.apply(batch)?;
            }
            partial(batch)
        };
        in_order(threads, || self.next(&mut part), work, merge)
    }

    fn next(&self, at: &mut usize) -> Option<(&Part<'a>, ChunkTask<'_>)> {
        loop {
            let part = self.parts.get(*at)?;
            match part.chunks.next_chunk() {
                Some(task) => return Some((part, task)),
                None => *at += 1,
            }
        }
    }
}

/// Takes items from `next`, one caller at a time; runs `work` on them in parallel, and `merge` on the results in the order in which
/// the items came, until it breaks.
pub fn in_order<T, P: Send>(
    threads: usize,
    next: impl FnMut() -> Option<T> + Send,
    work: impl Fn(T) -> Result<P> + Sync,
    mut merge: impl FnMut(P) -> Result<ControlFlow<()>> + Send,
) -> Result<()> {
    let feed = Mutex::new(Feed { next, sequence: 0 });
    let order =
        Order { state: Mutex::new(OrderState { next: 0, ready: BTreeMap::new(), stop: false, merge: &mut merge }), moved: Condvar::new() };
    if threads <= 1 {
        return take_turns(&feed, &order, &work);
    }
    let outcome = Mutex::new(Ok(()));
    rayon::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|_| {
                if let Err(error) = take_turns(&feed, &order, &work) {
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

/// What each thread does.
fn take_turns<T, P: Send>(
    feed: &Mutex<Feed<impl FnMut() -> Option<T>>>,
    order: &Order<'_, P>,
    work: &impl Fn(T) -> Result<P>,
) -> Result<()> {
    let watch = StopOnUnwind(order);
    loop {
        // The lock must be free again before the work begins.
        let taken = lock(feed).take();
        let Some((sequence, item)) = taken else { break };
        if !order.may_start(sequence) || order.deliver(sequence, guarded(|| work(item))?)?.is_break() {
            break;
        }
    }
    std::mem::forget(watch);
    Ok(())
}

/// A thread that never delivers its result must not keep the others waiting for it.
struct StopOnUnwind<'o, 'm, P>(&'o Order<'m, P>);

impl<P> Drop for StopOnUnwind<'_, '_, P> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

struct Feed<N> {
    next: N,
    sequence: usize,
}

impl<N: FnMut() -> Option<T>, T> Feed<N> {
    fn take(&mut self) -> Option<(usize, T)> {
        let item = (self.next)()?;
        self.sequence += 1;
        Some((self.sequence - 1, item))
    }
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

/// Rows in memory per task.
const ROWS: usize = 16 * 1024;

impl InMemory {
    pub fn new(batches: impl IntoIterator<Item = Batch>) -> InMemory {
        let mut slices = std::collections::VecDeque::new();
        for batch in batches {
            for offset in (0..batch.rows).step_by(ROWS) {
                slices.push_back(batch.slice(offset, ROWS.min(batch.rows - offset)));
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

    fn rows_at_hand(&self) -> Option<usize> {
        Some(lock(&self.slices).iter().map(|batch| batch.rows).sum())
    }
}

/// The values of a series, made by the tasks.
pub struct InSteps<'a> {
    series: &'a Series,
    at: AtomicUsize,
}

impl<'a> InSteps<'a> {
    pub fn new(series: &'a Series) -> InSteps<'a> {
        InSteps { series, at: AtomicUsize::new(0) }
    }
}

impl ScanStream for InSteps<'_> {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let at = self.at.fetch_add(ROWS, Ordering::Relaxed);
        (at < self.series.rows).then(|| Box::new(move || Ok(self.series.batch(at, ROWS))) as ChunkTask<'_>)
    }
}
