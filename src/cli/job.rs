//! `kalypso job`: rules that run by schedule over growing folders, and tell what they find once.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::jobs::{self, Cause, Failure as JobFailure, Options, Permissions, Report};
use crate::output::visible;
use crate::value::DateTime;

use super::arguments::moment_in_time;
use super::status::{Failure, Status, tell};
use super::terminal::Color;

#[derive(Args, Debug)]
pub struct JobArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look at every window of time that is due, and raise what was found
    #[command(after_long_help = RUN_HELP)]
    Run(RunArguments),
}

const RUN_HELP: &str = "\
Exit status:
  0   nothing was found
  1   the query of a job is wrong, or failed while it ran
  2   the command line, the file of jobs or what it names does not make sense
  3   input of a job could not be read whole (standard error says what)
  4   the state cannot be written, or an alert waits for an output that fails
  10  alerts were raised, and nothing went wrong (0 with --fail-on-alert off)

A second run on the same state, while the first is at work, does nothing and ends with 0.";

#[derive(Args, Debug)]
struct Common {
    /// The file of jobs
    #[arg(value_name = "JOBS.toml")]
    file: PathBuf,
    /// Only the jobs of these names
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Keep the state in this folder [default: what the file says, else a folder beside it]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Let alerts go to webhooks; nothing leaves the machine without it
    #[arg(long)]
    allow_network: bool,
    /// End with 10 where alerts were raised
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = OnOff::On)]
    fail_on_alert: OnOff,
    /// Only errors are told
    #[arg(long, short)]
    quiet: bool,
    /// Use this many threads [default: as many as there are processors]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, hide_possible_values = true)]
    color: Color,
}

#[derive(Args, Debug)]
struct RunArguments {
    #[command(flatten)]
    common: Common,
    /// Take this for the current time
    #[arg(long, value_name = "DATETIME", value_parser = moment_in_time)]
    now: Option<DateTime>,
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnOff {
    On,
    Off,
}

pub fn run(arguments: &JobArguments) -> Result<Status, Failure> {
    match &arguments.action {
        Action::Run(arguments) => {
            let options = arguments.common.options(arguments.now.unwrap_or_else(DateTime::now));
            let report = jobs::run(&arguments.common.file, &options).map_err(failed)?;
            Ok(said(&report, &arguments.common))
        }
    }
}

impl Common {
    fn options(&self, now: DateTime) -> Options {
        Options {
            state: self.state.clone(),
            names: self.names.clone(),
            now,
            permissions: Permissions { network: self.allow_network },
            threads: self.threads,
            drawing: self.color.drawing(),
        }
    }
}

/// Tells what a run came to; gives its exit status.
fn said(report: &Report, common: &Common) -> Status {
    let mut failed: Vec<&str> = Vec::new();
    let mut status = Status::Ran;
    for job in &report.jobs {
        for failure in &job.failures {
            tell(&format!("kalypso: job {}: {}\n", job.name, lines(failure)));
            status = first(status, status_of(failure.cause));
        }
        if !job.failures.is_empty() {
            failed.push(&job.name);
        }
        for (reason, count) in &job.losses {
            tell(&format!("kalypso: job {}: left out {count}: {reason}\n", job.name));
            status = first(status, Status::InputIncomplete);
        }
        if !common.quiet && job.windows > 0 {
            tell(&format!("kalypso: job {}: {}, {}\n", job.name, plural(job.windows, "window"), plural(job.alerts, "alert")));
        }
    }
    if !failed.is_empty() {
        tell(&format!("kalypso: {} of {} failed: {}\n", failed.len(), plural(report.jobs.len(), "job"), failed.join(", ")));
    }
    let raised = report.jobs.iter().any(|job| job.alerts > 0) && common.fail_on_alert == OnOff::On;
    first(status, if raised { Status::AlertsRaised } else { Status::Ran })
}

/// What went wrong first counts.
fn first(status: Status, next: Status) -> Status {
    if status == Status::Ran { next } else { status }
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What was drawn was made safe when it was; the rest is made so here.
fn lines(failure: &JobFailure) -> String {
    match failure.cause {
        Cause::Query => format!("the query failed\n{}", failure.message),
        _ => failure.message.split('\n').map(visible).collect::<Vec<_>>().join("\n"),
    }
}

fn status_of(cause: Cause) -> Status {
    match cause {
        Cause::Definition => Status::Usage,
        Cause::Query => Status::QueryError,
        Cause::Output => Status::OutputFailed,
    }
}

fn failed(failure: JobFailure) -> Failure {
    match failure.cause {
        Cause::Definition => Failure::usage(failure.message),
        Cause::Query => Failure::query(failure.message),
        Cause::Output => Failure::Output(failure.message),
    }
}
