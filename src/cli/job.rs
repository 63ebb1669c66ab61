//! `kalypso job`: rules that run by schedule over growing folders, and tell what they find once.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::jobs::{self, Cause, Failure as JobFailure, Options, Output, Permissions, Plan, Report, Scheduler};
use crate::output::visible;
use crate::value::DateTime;

use super::arguments::OutputArguments;
use super::options::moment_in_time;
use super::status::{Failure, Status, print, tell};
use super::target::Target;
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
    /// Run over a span of the past as if live, with a state of its own
    #[command(after_long_help = REPLAY_HELP)]
    Replay(ReplayArguments),
    /// Show where each job stands: windows, alerts, what waits, what fails
    Status(StatusArguments),
    /// Print what makes a scheduler run the jobs, for review; nothing is installed
    Install(InstallArguments),
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

const REPLAY_HELP: &str = "\
Alerts go to standard output, or with -o into a file; the outputs that the file of jobs names get them only with
--deliver. The state is forgotten afterwards unless --state names a folder for it. Exit status as of `kalypso job run`.";

#[derive(Args, Debug)]
struct Which {
    /// The file of jobs
    #[arg(value_name = "JOBS.toml")]
    file: PathBuf,
    /// Only the jobs of these names
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Keep the state in this folder [default: what the file says, else a folder beside it]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Common {
    /// Let alerts go to webhooks; nothing leaves the machine without it
    #[arg(long)]
    allow_network: bool,
    /// End with 10 where alerts were raised
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = OnOff::On)]
    fail_on_alert: OnOff,
    /// Only errors and incomplete input are told
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
    which: Which,
    #[command(flatten)]
    common: Common,
    /// Take this for the current time
    #[arg(long, value_name = "DATETIME", value_parser = moment_in_time)]
    now: Option<DateTime>,
    /// Wait first, for a random time of up to this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    jitter: u64,
}

#[derive(Args, Debug)]
struct ReplayArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    common: Common,
    /// Begin with the first window that ends after this
    #[arg(long, value_name = "DATETIME", value_parser = moment_in_time)]
    from: DateTime,
    /// End with the last window that ends by then
    #[arg(long, value_name = "DATETIME", value_parser = moment_in_time)]
    to: DateTime,
    /// Add the alerts to this file, a line of JSON each; `-` for standard output
    #[arg(long, short, value_name = "FILE", conflicts_with = "deliver")]
    output: Option<PathBuf>,
    /// Send the alerts where the jobs send theirs
    #[arg(long)]
    deliver: bool,
}

#[derive(Args, Debug)]
struct StatusArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("scheduler").required(true))]
struct InstallArguments {
    /// The file of jobs
    #[arg(value_name = "JOBS.toml")]
    file: PathBuf,
    /// Print a service and a timer for systemd
    #[arg(long, group = "scheduler")]
    systemd: bool,
    /// Print a line for a crontab
    #[arg(long, group = "scheduler")]
    cron: bool,
    /// Print the XML of a task for the Windows Task Scheduler
    #[arg(long, group = "scheduler")]
    windows_task: bool,
    /// Keep the state in this folder [default: what the file says, else a folder beside it]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Let alerts go to webhooks; nothing leaves the machine without it
    #[arg(long)]
    allow_network: bool,
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
            wait(arguments.jitter);
            let options = options(&arguments.which, &arguments.common, arguments.now.unwrap_or_else(DateTime::now));
            let report = jobs::run(&arguments.which.file, &options).map_err(failed)?;
            Ok(said(&report, &arguments.common))
        }
        Action::Replay(arguments) => replay(arguments),
        Action::Status(arguments) => {
            let which = &arguments.which;
            let (schema, batch) = jobs::status(&which.file, which.state.as_deref(), &which.names).map_err(failed)?;
            let mut target = Target::open(&arguments.output, true)?;
            target.write(&schema, &batch);
            target.close()?;
            Ok(Status::Ran)
        }
        Action::Install(arguments) => install(arguments),
    }
}

fn replay(arguments: &ReplayArguments) -> Result<Status, Failure> {
    if arguments.to < arguments.from {
        return Err(Failure::usage("--to is before --from"));
    }
    let own = tempfile::tempdir().map_err(|error| Failure::Output(error.to_string()))?;
    let options = options(&arguments.which, &arguments.common, arguments.to);
    let output = match &arguments.output {
        _ if arguments.deliver => None,
        None => Some(Output::Terminal),
        Some(path) if path.as_os_str() == "-" => Some(Output::Lines),
        Some(path) => Some(Output::Ndjson(std::path::absolute(path).map_err(|error| Failure::file(path.display(), &error))?)),
    };
    let state = options.state.clone().unwrap_or_else(|| own.path().to_owned());
    let options = Options { from: Some(arguments.from), output, state: Some(state), ..options };
    let report = jobs::run(&arguments.which.file, &options).map_err(failed)?;
    Ok(said(&report, &arguments.common))
}

fn install(arguments: &InstallArguments) -> Result<Status, Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::Input(error.to_string()))?;
    let plan = Plan::read(&program, &arguments.file, arguments.state.as_deref(), arguments.allow_network).map_err(failed)?;
    let scheduler = match (arguments.systemd, arguments.cron) {
        (true, _) => Scheduler::Systemd,
        (_, true) => Scheduler::Cron,
        _ => Scheduler::WindowsTask,
    };
    print(plan.print(scheduler).as_bytes())
}

/// Waits so that the machines of a fleet do not all begin in the same second.
fn wait(jitter: u64) {
    if jitter > 0 {
        let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let random = u64::from(clock.subsec_nanos()) / 1000 + u64::from(std::process::id()) * 7919;
        std::thread::sleep(std::time::Duration::from_millis(random % (jitter * 1000)));
    }
}

fn options(which: &Which, common: &Common, now: DateTime) -> Options {
    Options {
        state: which.state.clone(),
        names: which.names.clone(),
        now,
        from: None,
        output: None,
        permissions: Permissions { network: common.allow_network },
        threads: common.threads,
        drawing: common.color.drawing(),
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
        job.notes.iter().for_each(|note| tell(&format!("kalypso: job {}: {}\n", job.name, visible(note))));
        for (reason, count) in &job.losses {
            tell(&format!("kalypso: job {}: left out {count}: {}\n", job.name, visible(reason)));
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
