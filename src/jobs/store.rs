//! What jobs remember, in one file of an embedded database: each change of state is one transaction, there whole or not at all.

use std::fs::{File, TryLockError};
use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::deliver::Output;
use super::evaluate::RowId;

/// By job: where it stands.
const JOBS: TableDefinition<&str, &[u8]> = TableDefinition::new("jobs");
/// By job and the window's end: what became of it.
const WINDOWS: TableDefinition<(&str, i64), &[u8]> = TableDefinition::new("windows");
/// By job, version and row: the end of the last window that the row stood in.
const ROWS: TableDefinition<(&str, &[u8; 16]), i64> = TableDefinition::new("rows");
/// By file: what was seen of it.
const SOURCES: TableDefinition<&str, &[u8]> = TableDefinition::new("sources");
/// Alerts on their way, in the order in which they were raised, once for each output.
const OUTBOX: TableDefinition<u64, &[u8]> = TableDefinition::new("outbox");
/// By job and id: alerts that were raised.
const ALERTS: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("alerts");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Where a job stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobState {
    pub version: String,
    /// The end of the last window that is done, in ticks.
    pub done: Option<i64>,
    /// Until then no query runs, in ticks.
    pub suppressed_until: Option<i64>,
    pub windows: u64,
    pub alerts: u64,
    pub last_alert: Option<i64>,
    pub last_error: Option<String>,
}

/// What became of a window.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowRecord {
    pub version: String,
    pub results: u64,
    pub new: u64,
    pub alerts: u64,
    pub suppressed: bool,
    pub complete: bool,
}

/// An alert that was raised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AlertRecord {
    pub window: i64,
    pub title: String,
    pub count: u64,
}

/// An alert on its way to one output.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub job: String,
    pub output: Output,
    pub id: String,
    pub severity: String,
    /// The alert as one line of JSON, without its end.
    pub body: String,
    /// Where in a file it was about to be written.
    pub place: Option<Place>,
    pub attempts: u32,
    pub last_error: Option<String>,
}

/// Where a line was about to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's device and number; 0 where the system tells none.
    pub file: (u64, u64),
    pub offset: u64,
}

/// What was seen of an input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceRecord {
    pub size: u64,
    /// When the file was changed, in nanoseconds since 1970.
    pub modified: u64,
    /// SHA-256 of its first `size` bytes.
    pub digest: String,
    /// The times of its first and last record, in ticks; `None` where they do not tell of all of it.
    pub span: Option<(i64, i64)>,
}

/// All that one window changes.
pub struct Outcome<'a> {
    pub job: &'a str,
    pub version: &'a str,
    pub end: i64,
    pub record: WindowRecord,
    /// Rows that stood in the window.
    pub rows: Vec<RowId>,
    /// Rows not seen since then are forgotten, in ticks.
    pub forget: i64,
    pub suppressed_until: Option<i64>,
    pub alerts: Vec<(String, AlertRecord)>,
    pub deliveries: Vec<Delivery>,
}

/// Why the state cannot be used.
#[derive(Debug)]
pub enum StoreError {
    /// Another run is at work: that is no fault.
    Busy,
    Failed(String),
}

macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> StoreError {
                StoreError::Failed(format!("the state cannot be read or written: {error}"))
            }
        }
    )*};
}
from_redb!(StorageError, TableError, TransactionError, CommitError, DatabaseError);

type Result<T> = std::result::Result<T, StoreError>;

/// The state, held by this process alone.
pub struct Store {
    database: Database,
    /// Locked as long as it is open; the system unlocks it when the process ends, however it ends.
    _lock: File,
}

/// The form of what is stored: another one is another program's.
const FORM: u64 = 1;
const FILE: &str = "state.redb";
/// Windows and alerts of a job that are kept to look back at.
const KEPT: usize = 5000;

impl Store {
    /// Opens the state in a folder, which is made where it is not there.
    pub fn open(folder: &Path) -> Result<Store> {
        let failed = |error: std::io::Error| StoreError::Failed(format!("{}: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let place = folder.join(FILE);
        if !place.exists() {
            // A kill while a database is made leaves a file that is none: it gets its name when it is whole.
            let unfinished = folder.join("state.redb.new");
            let _ = std::fs::remove_file(&unfinished);
            drop(Database::create(&unfinished)?);
            std::fs::rename(&unfinished, &place).map_err(failed)?;
        }
        let database = Database::create(place)?;
        let store = Store { database, _lock: lock };
        store.write(|transaction| {
            let mut meta = transaction.open_table(META)?;
            let form = meta.get("form")?.map(|form| form.value());
            match form {
                Some(FORM) => Ok(()),
                Some(_) => Err(StoreError::Failed(format!("{} was written by another version of kalypso", folder.display()))),
                None => {
                    meta.insert("form", FORM)?;
                    // Tables must be there before they can be read.
                    transaction.open_table(JOBS)?;
                    transaction.open_table(WINDOWS)?;
                    transaction.open_table(ROWS)?;
                    transaction.open_table(SOURCES)?;
                    transaction.open_table(OUTBOX)?;
                    transaction.open_table(ALERTS)?;
                    Ok(())
                }
            }
        })?;
        Ok(store)
    }

    fn write<T>(&self, change: impl FnOnce(&WriteTransaction) -> Result<T>) -> Result<T> {
        let transaction = self.database.begin_write()?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    pub fn job(&self, name: &str) -> Result<JobState> {
        let transaction = self.database.begin_read()?;
        let state = transaction.open_table(JOBS)?.get(name)?.map(|state| decode(state.value()));
        state.unwrap_or_else(|| Ok(JobState::default()))
    }

    pub fn set_error(&self, name: &str, error: Option<String>) -> Result<()> {
        let mut state = self.job(name)?;
        if state.last_error == error {
            return Ok(());
        }
        state.last_error = error;
        self.write(|transaction| put(&mut transaction.open_table(JOBS)?, name, &state))
    }

    /// Which of the rows no window of this version had.
    pub fn unseen(&self, job: &str, version: &str, rows: &[RowId]) -> Result<Vec<usize>> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(ROWS)?;
        let key = rows_key(job, version);
        let mut unseen = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            if table.get((key.as_str(), row))?.is_none() {
                unseen.push(at);
            }
        }
        Ok(unseen)
    }

    /// Writes down what a window came to: after this it is done, and its alerts are on their way.
    pub fn finish_window(&self, outcome: &Outcome<'_>) -> Result<()> {
        self.write(|transaction| {
            remember_rows(transaction, outcome)?;
            let mut alerts = transaction.open_table(ALERTS)?;
            for (id, record) in &outcome.alerts {
                put(&mut alerts, (outcome.job, id.as_str()), record)?;
            }
            put(&mut transaction.open_table(WINDOWS)?, (outcome.job, outcome.end), &outcome.record)?;
            send(transaction, &outcome.deliveries)?;
            let mut jobs = transaction.open_table(JOBS)?;
            let mut state: JobState = jobs.get(outcome.job)?.map_or_else(|| Ok(JobState::default()), |state| decode(state.value()))?;
            state.version = outcome.version.to_owned();
            state.done = Some(outcome.end);
            state.windows += 1;
            state.alerts += outcome.alerts.len() as u64;
            state.suppressed_until = outcome.suppressed_until;
            state.last_error = None;
            if !outcome.alerts.is_empty() {
                state.last_alert = Some(outcome.end);
            }
            let every = state.windows.is_multiple_of(KEPT as u64 / 10);
            put(&mut jobs, outcome.job, &state)?;
            if every { trim(transaction, outcome.job) } else { Ok(()) }
        })
    }

    /// The alerts on their way, in order.
    pub fn outbox(&self) -> Result<Vec<(u64, Delivery)>> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(OUTBOX)?;
        table.iter()?.map(|entry| entry.map_err(StoreError::from).and_then(|(at, d)| Ok((at.value(), decode(d.value())?)))).collect()
    }

    /// Writes down what is about to be sent, or was tried.
    pub fn update_deliveries(&self, deliveries: &[(u64, Delivery)]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(OUTBOX)?;
            deliveries.iter().try_for_each(|(at, delivery)| put(&mut table, *at, delivery))
        })
    }

    pub fn delivered(&self, numbers: &[u64]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(OUTBOX)?;
            for number in numbers {
                table.remove(number)?;
            }
            Ok(())
        })
    }

    pub fn source(&self, file: &str) -> Result<Option<SourceRecord>> {
        let transaction = self.database.begin_read()?;
        transaction.open_table(SOURCES)?.get(file)?.map(|record| decode(record.value())).transpose()
    }

    pub fn set_sources(&self, sources: &[(String, SourceRecord)]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(SOURCES)?;
            sources.iter().try_for_each(|(file, record)| put(&mut table, file.as_str(), record))
        })
    }
}

/// Rows of a version are apart from those of another.
fn rows_key(job: &str, version: &str) -> String {
    format!("{job}\0{version}")
}

fn remember_rows(transaction: &WriteTransaction, outcome: &Outcome<'_>) -> Result<()> {
    let key = rows_key(outcome.job, outcome.version);
    let mut rows = transaction.open_table(ROWS)?;
    for row in &outcome.rows {
        rows.insert((key.as_str(), row), outcome.end)?;
    }
    // The job's other versions, too: their rows are never asked for again.
    let (from, to) = (format!("{}\0", outcome.job), format!("{}\u{1}", outcome.job));
    let range = (from.as_str(), &[0; 16])..(to.as_str(), &[0; 16]);
    rows.retain_in(range, |(row_key, _), seen| row_key == key && seen >= outcome.forget)?;
    Ok(())
}

fn send(transaction: &WriteTransaction, deliveries: &[Delivery]) -> Result<()> {
    let mut meta = transaction.open_table(META)?;
    let mut next = meta.get("deliveries")?.map_or(0, |next| next.value());
    let mut outbox = transaction.open_table(OUTBOX)?;
    for delivery in deliveries {
        put(&mut outbox, next, delivery)?;
        next += 1;
    }
    meta.insert("deliveries", next)?;
    Ok(())
}

/// Forgets the oldest windows of a job, and what alerts they raised.
fn trim(transaction: &WriteTransaction, job: &str) -> Result<()> {
    let mut windows = transaction.open_table(WINDOWS)?;
    let ends: Vec<i64> = windows
        .range((job, i64::MIN)..=(job, i64::MAX))?
        .map(|entry| entry.map(|(key, _)| key.value().1).map_err(StoreError::from))
        .collect::<Result<_>>()?;
    let Some(oldest) = ends.len().checked_sub(KEPT).and_then(|at| ends.get(at)).copied() else { return Ok(()) };
    windows.retain_in((job, i64::MIN)..(job, oldest), |_, _| false)?;
    let to = format!("{job}\u{0}");
    transaction
        .open_table(ALERTS)?
        .retain_in((job, "")..(to.as_str(), ""), |_, record| decode::<AlertRecord>(record).is_ok_and(|record| record.window >= oldest))?;
    Ok(())
}

fn put<'k, K: redb::Key + 'static>(
    table: &mut redb::Table<'_, K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    value: &impl Serialize,
) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(|error| StoreError::Failed(error.to_string()))?;
    table.insert(key, bytes.as_slice())?;
    Ok(())
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Failed(format!("the state is damaged: {error}")))
}
