//! Runs the jobs of a file: every window that is due, one after the other, each in one transaction.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Drawing, draw_all};
use crate::engine::{Session, SessionOptions};
use crate::value::{DateTime, TimeSpan};

use super::alert::Origin;
use super::definition::{self, Definitions};
use super::deliver::{self, Output, Permissions};
use super::evaluate::{Found, evaluate};
use super::job::{self, Job};
use super::sources::Sources;
use super::store::{AlertRecord, Delivery, JobState, Outcome, Store, StoreError, WindowRecord};
use super::windows::{self, Progress};

/// How jobs are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the state, instead of the one that the file names.
    pub state: Option<PathBuf>,
    /// Only these jobs; all where there are none.
    pub names: Vec<String>,
    /// The end of time.
    pub now: DateTime,
    /// A replay: windows that end after this are due though the job never ran.
    pub from: Option<DateTime>,
    /// Where alerts go instead of where the jobs say.
    pub output: Option<Output>,
    pub permissions: Permissions,
    /// Worker threads; 0 for as many as the machine has cores.
    pub threads: usize,
    pub drawing: Drawing,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Another run is at work; this one did nothing.
    pub busy: bool,
    pub jobs: Vec<JobReport>,
}

/// What became of a job.
#[derive(Debug, Default)]
pub struct JobReport {
    pub name: String,
    pub windows: usize,
    pub alerts: usize,
    /// What is odd about the input, though nothing of it was lost.
    pub notes: Vec<String>,
    /// Input of some window could not be read whole: what was left out, the first place, and how often.
    pub losses: Vec<(String, u64)>,
    pub failures: Vec<Failure>,
}

/// Why a job could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub cause: Cause,
    pub message: String,
}

/// What is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The file of jobs, or what it names.
    Definition,
    Query,
    /// The state, or an output.
    Output,
}

impl Failure {
    pub(super) fn new(cause: Cause, message: impl Into<String>) -> Failure {
        Failure { cause, message: message.into() }
    }
}

/// Runs the jobs of a file.
///
/// # Errors
///
/// Where no job can run. What keeps a single job from running stands in its report.
pub fn run(path: &Path, options: &Options) -> Result<Report, Failure> {
    let definitions = definition::read(path).map_err(|message| Failure::new(Cause::Definition, message))?;
    let mut jobs = chosen(job::jobs(&definitions, &folder_of(path)), &options.names)?;
    if let Some(output) = &options.output {
        jobs.iter_mut().flat_map(|(_, job)| job).for_each(|job| job.outputs = vec![output.clone()]);
    }
    let store = match Store::open(&state_folder(path, &definitions, options.state.as_deref())) {
        Ok(store) => store,
        Err(StoreError::Busy) => return Ok(Report { busy: true, ..Report::default() }),
        Err(error) => return Err(error.into()),
    };
    run_jobs(&store, jobs, options)
}

fn run_jobs(store: &Store, jobs: Vec<(String, Result<Job, String>)>, options: &Options) -> Result<Report, Failure> {
    // What an earlier run could not bring to its end comes first: alerts arrive in order.
    let mut undelivered = deliver::deliver_all(store, options.permissions)?;
    let mut report = Report::default();
    for (name, job) in jobs {
        let mut told = JobReport { name: name.clone(), ..JobReport::default() };
        let result =
            job.map_err(|message| Failure::new(Cause::Definition, message)).and_then(|job| run_job(store, &job, options, &mut told));
        if let Err(failure) = result {
            store.set_error(&name, Some(failure.message.clone()))?;
            told.failures.push(failure);
        }
        report.jobs.push(told);
    }
    undelivered.extend(deliver::deliver_all(store, options.permissions)?);
    undelivered.sort();
    undelivered.dedup();
    for (name, message) in undelivered {
        let failure = Failure::new(Cause::Output, message);
        match report.jobs.iter_mut().find(|job| job.name == name) {
            Some(job) => job.failures.push(failure),
            None => report.jobs.push(JobReport { name, failures: vec![failure], ..JobReport::default() }),
        }
    }
    Ok(report)
}

/// The folder of a file's state.
pub fn state_folder(path: &Path, definitions: &Definitions, given: Option<&Path>) -> PathBuf {
    match (given, &definitions.state) {
        (Some(folder), _) => folder.to_owned(),
        (None, Some(folder)) => folder_of(path).join(folder),
        (None, None) => path.with_extension("state"),
    }
}

/// The folder that the paths of a file of jobs are seen from, the same from wherever the program is started.
pub fn folder_of(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// The jobs of some names, in the order of the file.
pub fn chosen<T>(mut jobs: Vec<(String, T)>, names: &[String]) -> Result<Vec<(String, T)>, Failure> {
    for name in names {
        if !jobs.iter().any(|(known, _)| known == name) {
            let known: Vec<&str> = jobs.iter().map(|(known, _)| known.as_str()).collect();
            return Err(Failure::new(Cause::Definition, format!("no job is called {name}; there are: {}", known.join(", "))));
        }
    }
    jobs.retain(|(name, _)| names.is_empty() || names.contains(name));
    Ok(jobs)
}

fn run_job(store: &Store, job: &Job, options: &Options, told: &mut JobReport) -> Result<(), Failure> {
    let mut state = store.job(&job.name)?;
    let is_changed = state.version != job.version;
    let progress = match (state.done, options.from) {
        (None, None) => Progress::New,
        (None, Some(from)) => Progress::Done(windows::last_end(from, job.frequency)),
        (Some(end), _) if is_changed => Progress::Changed(end),
        (Some(end), _) => Progress::Done(end),
    };
    if is_changed {
        state.suppressed_until = None;
    }
    let mut ends = windows::due(progress, options.now, job.frequency).peekable();
    if ends.peek().is_none() {
        return Ok(());
    }
    let sources = Sources::look(store, job, options.threads, &mut told.notes)?;
    let mut opened: Option<(Vec<String>, Session)> = None;
    for end in ends {
        let outcome = if state.suppressed_until.is_some_and(|until| end < until) {
            suppressed(job, &state, end)
        } else {
            let (start, until) = bounds(end, job.lookback);
            let inputs = sources.within(start, until);
            let (_, session) = match &mut opened {
                Some(opened) if opened.0 == inputs => opened,
                _ => opened.insert((inputs.clone(), open(job, inputs, options.threads, options.permissions.network)?)),
            };
            window(store, job, session, end, options, told)?
        };
        store.finish_window(&outcome)?;
        state.suppressed_until = outcome.suppressed_until;
        told.windows += 1;
        told.alerts += outcome.alerts.len();
        if !outcome.deliveries.is_empty() {
            // What does not arrive is told at the end, when it was tried again.
            deliver::deliver_all(store, options.permissions)?;
        }
    }
    store.set_error(&job.name, None)?;
    Ok(())
}

fn open(job: &Job, inputs: Vec<String>, threads: usize, network: bool) -> Result<Session, Failure> {
    let options = SessionOptions {
        inputs,
        parameters: job.parameters.clone(),
        watchlists: job.watchlists.clone(),
        functions: job.functions.clone(),
        date_order: job.date_order,
        threads,
        network,
        keep_duplicates: false,
        ..SessionOptions::default()
    };
    Session::open(options).map_err(|error| Failure::new(Cause::Definition, error.0))
}

/// A window that passes without a look, because an alert was raised not long ago.
fn suppressed<'a>(job: &'a Job, state: &JobState, end: i64) -> Outcome<'a> {
    Outcome {
        record: WindowRecord { version: job.version.clone(), suppressed: true, complete: true, ..WindowRecord::default() },
        suppressed_until: state.suppressed_until,
        ..outcome(job, end)
    }
}

/// A window that nothing was found in.
fn outcome(job: &Job, end: i64) -> Outcome<'_> {
    Outcome {
        job: &job.name,
        version: &job.version,
        end,
        record: WindowRecord::default(),
        rows: Vec::new(),
        forget: i64::MIN,
        suppressed_until: None,
        alerts: Vec::new(),
        deliveries: Vec::new(),
    }
}

fn window<'a>(
    store: &Store,
    job: &'a Job,
    session: &mut Session,
    end: i64,
    options: &Options,
    told: &mut JobReport,
) -> Result<Outcome<'a>, Failure> {
    let (start, until) = bounds(end, job.lookback);
    let found = evaluate(session, &job.rule.query, start, until).map_err(|errors| refused(&errors, job, options.drawing))?;
    note_losses(&found, told);
    let ids = found.ids();
    let unseen = store.unseen(&job.name, &job.version, &ids)?;
    let results = ids.len() as u64;
    let is_met = job.trigger.is_met(results);
    let is_about_window = job.trigger.is_about_the_window(results);
    let rows: Vec<usize> = if is_about_window { (0..ids.len()).collect() } else { unseen.clone() };
    let mut outcome = Outcome {
        record: WindowRecord {
            version: job.version.clone(),
            results,
            new: unseen.len() as u64,
            complete: found.account.is_complete(),
            ..WindowRecord::default()
        },
        forget: start.ticks(),
        ..outcome(job, end)
    };
    if is_met && (is_about_window || !rows.is_empty()) {
        let groups = if rows.is_empty() { vec![Vec::new()] } else { job.grouping.split(&rows) };
        raise(job, &Origin { job, start, end: until, found: &found }, &groups, &mut outcome)?;
        outcome.suppressed_until = job.suppression.map(|span| end.saturating_add(span.ticks()));
        // Rows below a threshold are not told of: they are new to the next window.
        outcome.rows = ids;
    } else {
        let seen: std::collections::HashSet<usize> = unseen.into_iter().collect();
        outcome.rows = ids.into_iter().enumerate().filter(|(at, _)| !seen.contains(at)).map(|(_, id)| id).collect();
    }
    outcome.record.alerts = outcome.alerts.len() as u64;
    Ok(outcome)
}

fn bounds(end: i64, lookback: TimeSpan) -> (DateTime, DateTime) {
    let until = DateTime::from_ticks(end).unwrap_or(DateTime::MIN);
    let start = lookback.checked_neg().and_then(|back| until.checked_add(back)).unwrap_or(DateTime::MIN);
    (start, until)
}

fn raise(job: &Job, origin: &Origin<'_>, groups: &[Vec<usize>], outcome: &mut Outcome<'_>) -> Result<(), Failure> {
    for (number, rows) in groups.iter().enumerate() {
        let alert = origin.alert(number, rows);
        let body = serde_json::to_string(&alert).map_err(|error| Failure::new(Cause::Output, error.to_string()))?;
        let record = AlertRecord { window: outcome.end, title: alert.title.clone(), count: alert.count as u64 };
        outcome.alerts.push((alert.id.clone(), record));
        for output in &job.outputs {
            outcome.deliveries.push(Delivery {
                job: job.name.clone(),
                output: output.clone(),
                id: alert.id.clone(),
                severity: alert.severity.to_owned(),
                body: body.clone(),
                place: None,
                attempts: 0,
                last_error: None,
            });
        }
    }
    Ok(())
}

fn note_losses(found: &Found, told: &mut JobReport) {
    if found.account.is_complete() {
        return;
    }
    for (reason, skipped) in &found.account.skipped {
        let place = skipped.places.first().map(|place| format!(": {} at byte {}", place.file, place.offset));
        let what = format!("{reason}{}", place.unwrap_or_default());
        match told.losses.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count = (*count).max(skipped.count),
            None => told.losses.push((what, skipped.count)),
        }
    }
}

fn refused(errors: &[Diagnostic], job: &Job, drawing: Drawing) -> Failure {
    Failure::new(Cause::Query, draw_all(errors, &job.rule.query, drawing).trim_end())
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        match error {
            StoreError::Busy => Failure::new(Cause::Output, "the state is in use by another run"),
            StoreError::Failed(message) => Failure::new(Cause::Output, message),
        }
    }
}
