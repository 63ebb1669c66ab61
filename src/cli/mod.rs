//! The command line: arguments, what each verb does, and what is said on standard error. The only room that knows clap.

mod account;
mod arguments;
mod check;
mod coverage;
mod declared;
mod diff;
mod help;
mod interrupt;
mod inventory;
mod job;
mod library;
mod mapping;
mod options;
mod progress;
mod query;
mod reference;
mod schema;
mod status;
mod sweep;
mod target;
mod terminal;
mod text;
mod watchdog;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Verb};
use status::{Failure, Status};

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    interrupt::install();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return said_by_clap(&error),
    };
    let outcome = with_room(|| run(arguments));
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => {
            status::tell(&(failure.message() + "\n"));
            failure.status().into()
        }
    }
}

/// Runs the command where queries may nest deep.
fn with_room(work: impl FnOnce() -> Result<Status, Failure> + Send) -> Result<Status, Failure> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::engine::STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| Failure::usage(format!("no thread could be started: {error}")))?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Help and version are no failures, and a closed pipe is none either.
fn said_by_clap(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Status::Usage.into() } else { Status::Ran.into() }
}

fn run(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.verb {
        None => {
            arguments.query.refuse_lost_verb()?;
            query::run(&arguments.query)
        }
        Some(Verb::Query(arguments)) => query::run(&arguments),
        Some(Verb::Run(arguments)) => library::run(arguments),
        Some(Verb::Library(arguments)) => library::library(&arguments),
        Some(Verb::Check(arguments)) => check::check(&arguments),
        Some(Verb::Explain(arguments)) => check::explain(&arguments),
        Some(Verb::Schema(arguments)) => schema::run(&arguments),
        Some(Verb::Inventory(arguments)) => inventory::run(&arguments),
        Some(Verb::Sweep(arguments)) => sweep::run(&arguments),
        Some(Verb::Job(arguments)) => job::run(&arguments),
        Some(Verb::Diff(arguments)) => diff::run(&arguments),
        Some(Verb::Functions(arguments)) if arguments.coverage => coverage::run(&arguments.reference.output),
        Some(Verb::Functions(arguments)) => reference::functions(&arguments.reference),
        Some(Verb::Operators(arguments)) => reference::operators(&arguments),
        Some(Verb::Plugins(arguments)) => reference::plugins(&arguments),
        Some(Verb::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut library::named(Arguments::command()), "kalypso", &mut script);
            script.extend_from_slice(library::more(shell).as_bytes());
            status::print(&script)
        }
    }
}
