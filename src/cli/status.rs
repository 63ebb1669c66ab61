//! How the process ends: exit statuses and what leads to them.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::output::visible;

/// The exit statuses, as the help documents them. (An interrupted run ends with 128 and the signal's number.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ran = 0,
    QueryError = 1,
    Usage = 2,
    InputIncomplete = 3,
    OutputFailed = 4,
    /// Scheduled jobs found something.
    AlertsRaised = 10,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The command line does not make sense.
    Usage(String),
    /// What stopped the query, drawn already.
    Run(String, Status),
    /// Standard input or a file of ours could not be read.
    Input(String),
    Output(String),
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(message.into())
    }

    pub fn query(drawn: String) -> Failure {
        Failure::Run(drawn, Status::QueryError)
    }

    /// A file that an option names.
    pub fn file(path: impl Display, error: &io::Error) -> Failure {
        Failure::Usage(format!("{path}: {error}"))
    }

    /// Adds what may have been meant.
    pub fn with_hint(self, hint: Option<String>) -> Failure {
        match (self, hint) {
            (Failure::Usage(text), Some(hint)) => Failure::Usage(format!("{text}\nhint: {hint}")),
            (failure, _) => failure,
        }
    }

    /// What was drawn tells of the input.
    pub fn of_input(self) -> Failure {
        match self {
            Failure::Run(drawn, _) => Failure::Run(drawn, Status::InputIncomplete),
            failure => failure,
        }
    }

    pub fn status(&self) -> Status {
        match self {
            Failure::Usage(_) => Status::Usage,
            Failure::Run(_, status) => *status,
            Failure::Input(_) => Status::InputIncomplete,
            Failure::Output(_) => Status::OutputFailed,
        }
    }

    pub fn message(&self) -> String {
        match self {
            Failure::Run(drawn, _) => drawn.trim_end().to_owned(),
            Failure::Usage(text) | Failure::Input(text) | Failure::Output(text) => {
                format!("kalypso: {}", text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

/// A reader that has seen enough closes the pipe: that is a good end.
pub fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Output(format!("cannot write the result: {error}"))),
        _ => Ok(()),
    }
}

/// Says something on standard error. Nobody may be listening, which `eprintln` would panic over.
pub fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Prints text of our own to standard output.
pub fn print(text: &[u8]) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(text).and_then(|()| out.flush()))?;
    Ok(Status::Ran)
}
