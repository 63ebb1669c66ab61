//! Where the jobs of a file stand, as a table.

use std::path::Path;

use crate::value::{Batch, Column, DateTime, Field, Schema, TimeSpan, Type, Value};

use super::definition;
use super::job::{self, Job};
use super::run::{Cause, Failure, chosen, folder_of, state_folder};
use super::store::{Delivery, JobState, Store};
use super::windows::last_end;

/// A row for each job. The state is held while it is read, and not made where there is none.
pub fn status(path: &Path, state: Option<&Path>, names: &[String]) -> Result<(Schema, Batch), Failure> {
    let definitions = definition::read(path).map_err(|message| Failure::new(Cause::Definition, message))?;
    let jobs = chosen(job::jobs(&definitions, &folder_of(path)), names)?;
    let folder = state_folder(path, &definitions, state);
    let store = if folder.exists() { Some(Store::open(&folder)?) } else { None };
    let waiting = store.as_ref().map_or_else(|| Ok(Vec::new()), Store::outbox)?;
    let mut rows = Vec::new();
    for (name, job) in &jobs {
        let state = store.as_ref().map_or_else(|| Ok(JobState::default()), |store| store.job(name))?;
        rows.push(row(name, job, &state, &waiting));
    }
    let columns = COLUMNS.iter().enumerate().map(|(at, (_, ty))| Column::from_values(*ty, rows.iter().map(|row| row[at].clone())));
    let schema: Schema = COLUMNS.iter().map(|(name, ty)| Field::new(*name, *ty)).collect();
    Ok((schema, Batch::new(columns.collect(), rows.len())))
}

const COLUMNS: [(&str, Type); 10] = [
    ("Job", Type::String),
    ("State", Type::String),
    ("LastWindow", Type::DateTime),
    ("NextWindow", Type::DateTime),
    ("Windows", Type::Long),
    ("Alerts", Type::Long),
    ("LastAlert", Type::DateTime),
    ("Waiting", Type::Long),
    ("Error", Type::String),
    ("Version", Type::String),
];

fn row(name: &str, job: &Result<Job, String>, state: &JobState, waiting: &[(u64, Delivery)]) -> [Value<'static>; 10] {
    let own: Vec<&Delivery> = waiting.iter().map(|(_, delivery)| delivery).filter(|delivery| delivery.job == name).collect();
    let undelivered = own.iter().find_map(|delivery| delivery.last_error.clone());
    let error = job.as_ref().err().or(state.last_error.as_ref()).or(undelivered.as_ref()).cloned().unwrap_or_default();
    let next = job.as_ref().ok().zip(state.done).map(|(job, done)| last_end(ticks(done), job.frequency) + job.frequency.ticks());
    let said = match (&error, state.suppressed_until, state.done) {
        (error, _, _) if !error.is_empty() => "failing",
        (_, Some(until), Some(done)) if done + frequency(job) < until => "suppressed",
        (_, _, None) => "new",
        _ => "ok",
    };
    [
        Value::string(name.to_owned()),
        Value::string(said),
        time(state.done),
        time(next),
        Value::Long(state.windows as i64),
        Value::Long(state.alerts as i64),
        time(state.last_alert),
        Value::Long(own.len() as i64),
        Value::string(error),
        Value::string(state.version.chars().take(12).collect::<String>()),
    ]
}

fn frequency(job: &Result<Job, String>) -> i64 {
    job.as_ref().map_or(TimeSpan::TICKS_PER_HOUR, |job| job.frequency.ticks())
}

fn ticks(ticks: i64) -> DateTime {
    DateTime::from_ticks(ticks).unwrap_or(DateTime::MIN)
}

fn time(at: Option<i64>) -> Value<'static> {
    at.and_then(DateTime::from_ticks).map_or(Value::Null, Value::DateTime)
}
