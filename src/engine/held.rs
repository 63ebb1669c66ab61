//! Holds the first rows of a run back, while it may still have to start again; and a table's beginning, until it is known to have one.

use std::ops::ControlFlow;
use std::time::Instant;

use crate::value::{Batch, Schema};

use super::ResultSink;
use super::widen::Widening;

/// Rows that are held back while the types may still change.
const HELD: usize = 100_000;

enum Event {
    Begin(Schema, String),
    Batch(Batch),
    End,
}

/// A sink that keeps what it is given until it is released. Then too, a table begins only with its first row or its end: a run that
/// fails before has not begun one.
pub struct Held<'s> {
    sink: &'s mut dyn ResultSink,
    widening: &'s Widening,
    events: Vec<Event>,
    rows: usize,
    /// When the first of the rows came.
    since: Option<Instant>,
    released: bool,
    /// A table that has not begun yet.
    next: Option<(Schema, String)>,
}

impl<'s> Held<'s> {
    pub fn new(sink: &'s mut dyn ResultSink, widening: &'s Widening) -> Held<'s> {
        Held { sink, widening, events: Vec::new(), rows: 0, since: None, released: false, next: None }
    }

    /// Hands out everything, and from now on all at once: the types stay what they are.
    pub fn release(&mut self) -> ControlFlow<()> {
        self.widening.stop();
        self.released = true;
        let mut flow = ControlFlow::Continue(());
        for event in std::mem::take(&mut self.events) {
            match event {
                Event::Batch(_) if flow.is_break() => {}
                event => flow = self.give(event),
            }
        }
        flow
    }

    pub fn is_released(&self) -> bool {
        self.released
    }

    /// Forgets what was kept, for another start.
    pub fn forget(&mut self) {
        self.events.clear();
        (self.rows, self.since) = (0, None);
    }

    pub fn announce(&mut self, tables: usize) -> Result<(), String> {
        self.sink.announce(tables)
    }

    pub fn begin(&mut self, schema: &Schema, name: &str) {
        let _ = self.take(Event::Begin(schema.clone(), name.to_owned()));
    }

    /// A batch without rows tells that time goes by.
    pub fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        if batch.rows > 0 {
            self.rows += batch.rows;
            self.since.get_or_insert_with(Instant::now);
            return self.take(Event::Batch(batch.clone()));
        }
        if !self.released {
            return self.release_when_due();
        }
        if self.next.is_none() {
            self.sink.idle();
        }
        ControlFlow::Continue(())
    }

    pub fn end(&mut self) {
        let _ = self.take(Event::End);
    }

    fn take(&mut self, event: Event) -> ControlFlow<()> {
        if self.released {
            return self.give(event);
        }
        self.events.push(event);
        self.release_when_due()
    }

    /// Enough rows are there, or somebody waits for the first.
    fn release_when_due(&mut self) -> ControlFlow<()> {
        let waited = self.since.zip(self.sink.patience()).is_some_and(|(since, patience)| since.elapsed() >= patience);
        if waited || self.rows > HELD { self.release() } else { ControlFlow::Continue(()) }
    }

    fn give(&mut self, event: Event) -> ControlFlow<()> {
        if let Event::Begin(schema, name) = event {
            self.next = Some((schema, name));
            return ControlFlow::Continue(());
        }
        if let Some((schema, name)) = self.next.take() {
            self.sink.begin(&schema, &name);
        }
        match event {
            Event::Batch(batch) => self.sink.batch(&batch),
            _ => {
                self.sink.end();
                ControlFlow::Continue(())
            }
        }
    }
}
