//! What makes a scheduler that is there already run the jobs: systemd units, a line for cron, a task for Windows. Printed for review,
//! never installed.

mod cron;
mod systemd;
mod windows_task;

use std::path::{Path, PathBuf};

use super::definition;
use super::deliver::Output;
use super::job;
use super::run::{Cause, Failure, folder_of, state_folder};
use crate::value::TimeSpan;

/// Who starts the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    Systemd,
    Cron,
    WindowsTask,
}

/// What is to be started, how often, and what it needs.
#[derive(Clone, Debug)]
pub struct Plan {
    program: PathBuf,
    file: PathBuf,
    /// The state, where it is not the one that the file names.
    state: Option<PathBuf>,
    /// The name of units and tasks.
    name: String,
    /// Minutes between starts. More often than any job needs does no harm: where nothing is due, nothing is done.
    minutes: u32,
    /// Folders that runs write into.
    writable: Vec<PathBuf>,
    /// Variables of the environment that hold secrets.
    variables: Vec<String>,
    network: bool,
    /// Whether other programs are started, which may need anything.
    commands: bool,
}

/// The steps that hours and days are whole numbers of.
const STEPS: [u32; 19] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440];

impl Plan {
    /// Reads a file of jobs. Every job must make sense: one that does not would fail each time.
    pub fn read(program: &Path, path: &Path, state: Option<&Path>, network: bool) -> Result<Plan, Failure> {
        let wrong = |message: String| Failure::new(Cause::Definition, message);
        let definitions = definition::read(path).map_err(wrong)?;
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let file = absolute(path);
        let (mut outputs, mut frequency) = (Vec::new(), TimeSpan::TICKS_PER_DAY);
        for (name, job) in job::jobs(&definitions, &folder_of(path)) {
            let job = job.map_err(|message| wrong(format!("job {name}: {message}")))?;
            frequency = frequency.min(job.frequency.ticks());
            outputs.extend(job.outputs);
        }
        let minutes = u32::try_from(frequency / TimeSpan::TICKS_PER_MINUTE).unwrap_or(1);
        let folder = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
        let mut writable = vec![folder(&absolute(&state_folder(path, &definitions, state)))];
        writable.extend(outputs.iter().filter_map(|output| if let Output::Ndjson(path) = output { Some(folder(path)) } else { None }));
        writable.sort();
        writable.dedup();
        let mut variables: Vec<String> = outputs.iter().flat_map(Output::variables).collect();
        variables.sort();
        variables.dedup();
        let plan = Plan {
            program: program.to_owned(),
            name: format!(
                "kalypso-{}",
                path.file_stem().unwrap_or_default().to_string_lossy().replace(|c: char| !c.is_alphanumeric(), "-")
            ),
            file,
            state: state.map(absolute),
            minutes: STEPS.into_iter().rev().find(|step| *step <= minutes).unwrap_or(1),
            writable,
            variables,
            network,
            commands: outputs.iter().any(|output| matches!(output, Output::Command(_))),
        };
        if plan.words().iter().any(|word| word.chars().any(char::is_control)) {
            return Err(wrong("a path with a control character in it fits into no unit and no line".to_owned()));
        }
        Ok(plan)
    }

    pub fn print(&self, scheduler: Scheduler) -> String {
        match scheduler {
            Scheduler::Systemd => systemd::units(self),
            Scheduler::Cron => cron::line(self),
            Scheduler::WindowsTask => windows_task::xml(self),
        }
    }

    /// The command, word by word. Alerts are no failure to a scheduler.
    fn words(&self) -> Vec<String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut words = vec![text(&self.program), "job".into(), "run".into(), text(&self.file), "--quiet".into()];
        words.extend(["--fail-on-alert".into(), "off".into()]);
        if let Some(state) = &self.state {
            words.extend(["--state".into(), text(state)]);
        }
        if self.network {
            words.push("--allow-network".into());
        }
        words
    }

    /// The file that secrets are read from.
    fn environment(&self) -> PathBuf {
        self.file.with_extension("env")
    }

    /// Seconds that starts are spread over.
    fn jitter(&self) -> u32 {
        (self.minutes * 60 / 10).clamp(5, 300)
    }
}
