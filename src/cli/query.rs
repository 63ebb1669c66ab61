//! Runs a query: opens the session, streams the result tables into the target, says what happened.

use std::time::Instant;

use crate::diagnostic::{Diagnostic, draw_all};
use crate::engine::{Session, SessionOptions};
use crate::execute::memory;
use crate::input::DayOrder;
use crate::output;

use super::account;
use super::arguments::{Binding, InputArguments, QueryArguments};
use super::declared;
use super::options::Moment;
use super::progress;
use super::status::{Failure, Status, tell};
use super::target::Target;
use super::watchdog;

pub fn run(arguments: &QueryArguments) -> Result<Status, Failure> {
    let started = Instant::now();
    let source = arguments.text.read()?;
    let mut target = Target::open(&arguments.output, !arguments.input.no_header)?;
    let session = open(&arguments.binding, &arguments.input, source.inputs).map_err(|failure| failure.with_hint(arguments.text.hint()))?;
    let drawing = arguments.output.color.drawing();
    if !arguments.report.quiet {
        progress::start(session.progress(), drawing.color);
    }
    let result = session.run(&source.text, &mut target);
    progress::end();
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(errors) => {
            let failure = refused(&errors, &source.text, arguments.text.hint(), drawing);
            // The first loss ended a strict run: the input is to blame, not the query.
            return Err(if arguments.input.strict && !session.account().is_complete() { failure.of_input() } else { failure });
        }
    };
    let complete = outcome.account.is_complete();
    let rows = target.rows;
    // A strict run that stopped has no result to keep.
    let notes = if complete || !arguments.input.strict { target.close()? } else { Vec::new() };
    if !arguments.report.quiet {
        tell(&draw_all(&outcome.warnings, &source.text, drawing));
        notes.iter().for_each(|note| tell(&format!("kalypso: {note}\n")));
    }
    let query = Some(source.text.as_str());
    let ran = account::Ran { session: &session, account: &outcome.account, query, rows, took: started.elapsed() };
    account::say(&ran, &arguments.report);
    Ok(if complete { Status::Ran } else { Status::InputIncomplete })
}

/// Opens a session over the inputs.
pub fn open(binding: &Binding, input: &InputArguments, inputs: Vec<String>) -> Result<Session, Failure> {
    Session::open(options(binding, input, inputs)?).map_err(|error| Failure::usage(error.0))
}

/// How a session runs that the arguments describe. Its memory is watched from here on.
pub fn options(binding: &Binding, input: &InputArguments, inputs: Vec<String>) -> Result<SessionOptions, Failure> {
    let memory_limit = input.memory_limit.or_else(memory::half_of_machine);
    memory_limit.into_iter().for_each(watchdog::start);
    Ok(SessionOptions {
        now: match binding.now {
            Some(Moment::At(time)) => Some(time),
            _ => None,
        },
        now_is_newest: matches!(binding.now, Some(Moment::NewestRecord)),
        watchlists: binding.watchlists.clone(),
        threads: input.threads,
        inputs,
        schema: declared::read(binding.schema.as_deref())?,
        parameters: binding.parameters.clone(),
        functions: binding.functions.clone(),
        depth: usize::from(binding.max_depth),
        geoip: binding.geoip.clone(),
        network: binding.allow_network,
        strict: input.strict,
        keep_duplicates: input.keep_duplicates,
        inspect: None,
        header: !input.no_header,
        date_order: input.date_order.map(DayOrder::from),
        memory_limit,
        chunk_bytes: input.chunk_bytes,
        optimize: !input.no_optimize,
    })
}

/// The failure that errors in a query are.
pub fn refused(errors: &[Diagnostic], text: &str, hint: Option<String>, drawing: crate::diagnostic::Drawing) -> Failure {
    let mut drawn = draw_all(errors, text, drawing);
    if let Some(hint) = hint {
        drawn.push_str(&format!("hint: {}\n", output::visible(&hint)));
    }
    Failure::query(drawn)
}
