//! `kalypso sweep`: many rules over the same inputs in one pass, into a folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::engine::Session;
use crate::library::{Rule, RuleError};
use crate::output::visible;
use crate::sweep::{self, Finished, Limits, Options, Status as RuleStatus, Sweep, Watch};
use crate::value::DateTime;

use super::arguments::{Binding, InputArguments};
use super::library::Place;
use super::progress;
use super::query;
use super::status::{Failure, Status, tell};
use super::terminal::Color;

#[derive(Args, Debug)]
pub struct SweepArguments {
    /// Files and folders of rules: .kql, and .yaml as Sentinel and Defender publish them; or names of saved queries [default: all
    /// saved queries]
    #[arg(value_name = "RULES")]
    pub rules: Vec<String>,
    #[command(flatten)]
    pub place: Place,
    /// Files, folders, patterns, or `-` for standard input
    #[arg(long, short, value_name = "ARCHIVE", required = true, num_args = 1..)]
    pub input: Vec<String>,
    /// The folder that the results go to; made where it is not there
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Replace the finished sweep that the folder holds
    #[arg(long)]
    pub force: bool,
    /// Cut a rule that uses more than this many seconds of processor time
    #[arg(long, value_name = "SECONDS", help_heading = "Limits")]
    pub rule_timeout: Option<f64>,
    /// Cut a rule that holds or gives more than this many rows
    #[arg(long, value_name = "N", default_value_t = 1_000_000, help_heading = "Limits")]
    pub rule_rows: usize,
    /// Write the SHA-256 of every input file down, which reads it once more
    #[arg(long)]
    pub hash: bool,
    /// csv: keep spreadsheets from taking text for a formula
    #[arg(long)]
    pub csv_safe: bool,
    /// No progress and no list of rules that do not apply; errors are still told
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub binding: Binding,
    #[command(flatten)]
    pub reading: InputArguments,
}

pub fn run(arguments: &SweepArguments) -> Result<Status, Failure> {
    let started = Instant::now();
    make_room(arguments)?;
    let session = open(arguments)?;
    let (loaded, options) = (arguments.place.rules(&arguments.rules)?, options(arguments));
    // An interrupted sweep goes on at the time at which it began.
    let earlier = sweep::interrupted(&session, &loaded, &options).filter(|_| arguments.binding.now.is_none());
    let session = match earlier.and_then(|now| DateTime::parse(&now)) {
        Some(now) => session.at(now),
        None => session,
    };
    let finished = loop {
        match attempt(&session, loaded.clone(), options.clone(), arguments.quiet) {
            // What was bound does not know of them.
            Err(_) if session.has_grown() => {
                if !arguments.quiet {
                    tell("kalypso: a file holds records of more kinds than were sampled: starting again\n");
                }
            }
            finished => break finished?,
        }
    };
    if !arguments.quiet {
        if finished.resumed {
            tell("kalypso: the sweep that was interrupted here went on\n");
        }
        if finished.again > 0 {
            tell(&format!("kalypso: the input was read once more for {} rules\n", finished.again));
        }
        tell(&told(&finished, started.elapsed(), &arguments.out.to_string_lossy()));
    }
    Ok(if finished.account.is_complete() { Status::Ran } else { Status::InputIncomplete })
}

fn attempt(session: &Session, loaded: Vec<Result<Rule, RuleError>>, options: Options, quiet: bool) -> Result<Finished, Failure> {
    let sweep = Sweep::prepare(session, loaded, options).map_err(|error| Failure::Input(error.message.clone()))?;
    let watch = sweep.watch();
    if !quiet {
        foretell(&sweep);
        show(&watch);
    }
    let finished = sweep.run(&watch);
    progress::end();
    finished.map_err(|error| Failure::Output(error.message.clone()))
}

/// Chunks that are greater than a query's: what a chunk costs each of many rules counts more than how soon the first rows come.
const CHUNK: usize = 16 << 20;

fn open(arguments: &SweepArguments) -> Result<Session, Failure> {
    let mut options = query::options(&arguments.binding, &arguments.reading, arguments.input.clone())?;
    if options.chunk_bytes == 0 {
        options.chunk_bytes = CHUNK;
    }
    Session::open(options).map_err(|error| Failure::usage(error.0))
}

fn options(arguments: &SweepArguments) -> Options {
    let reading = &arguments.reading;
    Options {
        out: arguments.out.clone(),
        limits: Limits { time: arguments.rule_timeout.and_then(|s| Duration::try_from_secs_f64(s).ok()), rows: arguments.rule_rows },
        csv_safe: arguments.csv_safe,
        hash: arguments.hash,
        reading: format!(
            "{:?}",
            (
                reading.keep_duplicates,
                reading.no_header,
                reading.date_order,
                reading.chunk_bytes,
                reading.strict,
                &arguments.binding.parameters
            )
        ),
    }
}

/// A folder with a finished sweep is not overwritten unasked.
fn make_room(arguments: &SweepArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    let failed = |error: std::io::Error| Failure::Output(format!("{}: {error}", out.display()));
    if out.join("run.json").exists() && !sweep::journal_folder(out).exists() {
        if !arguments.force {
            return Err(Failure::usage(format!(
                "{} holds a finished sweep: name another folder, or replace it with --force",
                out.display()
            )));
        }
        std::fs::remove_dir_all(out.join("rules"))
            .or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
            .map_err(failed)?;
        std::fs::remove_file(out.join("run.json")).map_err(failed)?;
    }
    std::fs::create_dir_all(out).map_err(failed)
}

/// The bar, and below it the file and the matches so far.
fn show(watch: &Arc<Watch>) {
    let (measured, told) = (watch.clone(), watch.clone());
    let measure = move || {
        let glance = measured.glance();
        (glance.done, glance.total)
    };
    let remark = move || {
        let glance = told.glance();
        let seen: Vec<String> = glance.seen.iter().map(|(severity, rows)| format!("{rows} {}", severity.name().to_lowercase())).collect();
        let seen = if seen.is_empty() { "no matches yet".to_owned() } else { seen.join(", ") };
        format!("{}: {seen}", visible(&glance.file))
    };
    progress::start_with(Box::new(measure), Box::new(remark), Color::default().on_stderr());
}

fn foretell(sweep: &Sweep<'_>) {
    for (rule, status, why) in sweep.left_out() {
        tell(&format!("kalypso: {}: {}: {}\n", status.name().replace('_', " "), visible(&rule.name), visible(why)));
    }
    let (running, reading) = sweep.running();
    let extra = if reading > 0 { format!("; {reading} of them asked something first, together") } else { String::new() };
    tell(&format!("kalypso: {running} rules run{extra}\n"));
}

fn told(finished: &Finished, took: Duration, out: &str) -> String {
    let count = |status: RuleStatus| finished.summaries.iter().filter(|s| s.status == status).count();
    let counts: Vec<String> = RuleStatus::ALL.iter().map(|s| format!("{} {}", count(*s), s.name().replace('_', " "))).collect();
    format!("kalypso: {}; {:.1} s; the report is {out}/report.html\n", counts.join(", "), took.as_secs_f64())
}
