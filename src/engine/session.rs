//! Opening a session, and moving it in time.

use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bind::TimeRange;
use crate::input::{Dataset, InputOptions, PlaceDatabase, TIMES};
use crate::plan::{Context, Places};
use crate::tables;
use crate::value::DateTime;

use super::widen::Widening;
use super::{EngineError, STACK, Session, SessionOptions};

impl Session {
    pub fn open(options: SessionOptions) -> std::result::Result<Session, EngineError> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let threads = if options.threads == 0 { cores } else { options.threads };
        let mut input = InputOptions {
            keep_duplicates: options.keep_duplicates,
            validate: options.strict || options.inspect.is_some(),
            inspect: options.inspect,
            csv_header: options.header,
            date_order: options.date_order,
            threads,
            table_of: tables::by_columns,
            ..InputOptions::default()
        };
        if options.chunk_bytes > 0 {
            input.chunk_bytes = options.chunk_bytes;
        }
        // A pool costs a few milliseconds: a query without inputs does not need one.
        let threads = if options.inputs.is_empty() { 1 } else { threads };
        let pool = match threads {
            1 => None,
            n => Some(
                rayon::ThreadPoolBuilder::new()
                    .num_threads(n)
                    .stack_size(STACK.max(options.depth << 16))
                    .build()
                    .map_err(|error| EngineError(error.to_string()))?,
            ),
        };
        let dataset = match &pool {
            Some(pool) => pool.install(|| Dataset::open(&options.inputs, input)),
            None => Dataset::open(&options.inputs, input),
        };
        let dataset = dataset.map_err(|error| EngineError(error.to_string()))?;
        let context =
            Context { now: options.now.unwrap_or_else(DateTime::now), places: places(options.geoip.as_deref())?, network: options.network };
        let newest = options.now_is_newest;
        let mut session = Session {
            options,
            context,
            dataset,
            threads,
            pool,
            account: Mutex::new(None),
            progress: Arc::default(),
            range: None,
            asked: AtomicUsize::new(0),
            row_tables: Mutex::default(),
            widening: Widening::default(),
        };
        if newest && let Some(time) = session.newest().map_err(|error| EngineError(error.message))? {
            session.context.now = time;
        }
        Ok(session)
    }

    /// The same inputs, at another time.
    pub fn at(mut self, now: DateTime) -> Session {
        self.context.now = now;
        self
    }

    /// The same inputs at the end of a span of time, as if they held that span alone. The next account is that of what runs next.
    pub fn within(&mut self, start: DateTime, end: DateTime) {
        self.context.now = end;
        self.range = Some(TimeRange { start, end, columns: &TIMES });
        *self.account.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// What `now()` says and its kin.
    pub fn context(&self) -> &Context {
        &self.context
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Runs work that spawns tasks on the session's threads.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

fn places(file: Option<&Path>) -> std::result::Result<Option<Arc<dyn Places>>, EngineError> {
    file.map(|file| PlaceDatabase::open(file).map(|opened| Arc::new(opened) as Arc<dyn Places>).map_err(EngineError)).transpose()
}
