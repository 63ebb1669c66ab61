//! Runs a query: opens the session, streams the result tables into the output, says what happened.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::time::Instant;

use crate::diagnostic::{Diagnostic, draw_all};
use crate::engine::{ResultSink, Session, SessionOptions};
use crate::execute::memory;
use crate::output::{self, Format, OutputFile, Sink, Style, VisibleWriter, Writer};
use crate::value::{Batch, Schema};

use super::account;
use super::arguments::{Binding, InputArguments, Moment, OutputArguments, QueryArguments};
use super::declared;
use super::progress::{self, AfterBar};
use super::status::{Failure, Status, tell, written};
use super::terminal;

pub fn run(arguments: &QueryArguments) -> Result<Status, Failure> {
    let started = Instant::now();
    let source = arguments.text.read()?;
    let mut target = Target::open(&arguments.output, !arguments.input.no_header)?;
    let session = open(&arguments.binding, &arguments.input, source.inputs).map_err(|failure| failure.with_hint(arguments.text.hint()))?;
    let drawing = arguments.output.color.drawing();
    if !arguments.report.quiet {
        progress::start(session.progress());
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

/// How a session runs that the arguments describe.
pub fn options(binding: &Binding, input: &InputArguments, inputs: Vec<String>) -> Result<SessionOptions, Failure> {
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
        memory_limit: input.memory_limit.or_else(memory::half_of_machine),
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

/// Where the result goes, and in which form.
pub struct Target {
    writer: Box<dyn Writer>,
    file: Option<OutputFile>,
    rows: u64,
    /// Several tables come: they need their names.
    several: bool,
    format: &'static str,
    error: Option<io::Error>,
}

impl Target {
    pub fn open(arguments: &OutputArguments, header: bool) -> Result<Target, Failure> {
        let file = arguments.output.as_deref().filter(|path| path.as_os_str() != "-");
        let on_terminal = file.is_none() && io::stdout().is_terminal();
        let format = choose_format(arguments, on_terminal)?;
        if on_terminal && format.binary {
            return Err(Failure::usage(format!(
                "{} is no text for a terminal; write it to a file with -o FILE, or into a pipe",
                format.name
            )));
        }
        let (file, sink): (Option<OutputFile>, Sink) = match file {
            Some(path) => {
                let (file, sink) = OutputFile::create(path).map_err(|error| Failure::file(path.display(), &error))?;
                (Some(file), sink)
            }
            None => (None, stdout(on_terminal, format)),
        };
        let style = Style {
            color: file.is_none() && arguments.color.on_stdout(),
            width: if on_terminal { Some(terminal::columns().unwrap_or(80)) } else { None },
            header,
            csv_safe: arguments.csv_safe,
        };
        Ok(Target { writer: (format.make)(sink, &style), file, rows: 0, several: false, format: format.name, error: None })
    }

    /// Writes one table that is at hand.
    pub fn write(&mut self, schema: &Schema, batch: &Batch) {
        self.begin(schema, "");
        let _ = self.batch(batch);
        self.end();
    }

    /// Finishes the output. Gives what the format could not carry.
    pub fn close(mut self) -> Result<Vec<String>, Failure> {
        let result = match self.error.take() {
            Some(error) => Err(error),
            None => self.writer.finish(),
        };
        let notes = self.writer.notes();
        match (self.file, result) {
            (Some(file), Ok(())) => {
                drop(self.writer);
                written(file.commit())?;
            }
            (_, result) => written(result)?,
        }
        Ok(notes)
    }

    /// Keeps the first error; nothing is written after it.
    fn attempt(&mut self, write: impl FnOnce(&mut dyn Writer) -> io::Result<()>) -> ControlFlow<()> {
        if self.error.is_none() {
            self.error = write(self.writer.as_mut()).err();
        }
        if self.error.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl ResultSink for Target {
    fn announce(&mut self, tables: usize) -> Result<(), String> {
        self.several = tables > 1;
        if self.several && !self.writer.holds_several() {
            let advice = "write them as csv, json, ndjson, markdown or kusto, or ask for one";
            return Err(format!("{} holds one table, the query gives {tables}: {advice}", self.format));
        }
        Ok(())
    }

    fn begin(&mut self, schema: &Schema, name: &str) {
        if self.several {
            let _ = self.attempt(|writer| writer.title(name));
        }
        let _ = self.attempt(|writer| writer.begin(schema));
    }

    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        self.rows += batch.rows as u64;
        self.attempt(|writer| writer.batch(batch))
    }

    fn end(&mut self) {
        let _ = self.attempt(|writer| writer.end());
    }
}

/// `-f`, else what the output's name ends in, else what suits the place.
fn choose_format(arguments: &OutputArguments, on_terminal: bool) -> Result<&'static Format, Failure> {
    let named =
        arguments.format.as_deref().map(|name| output::find(name).ok_or_else(|| Failure::usage(format!("no format is called {name}"))));
    let by_name = || arguments.output.as_deref().and_then(output::by_extension);
    let fallback = || output::find(if on_terminal { "table" } else { "csv" }).ok_or_else(|| Failure::usage("there is no format"));
    named.unwrap_or_else(|| by_name().map_or_else(fallback, Ok))
}

/// On a terminal, formats that do not look after control characters are filtered.
fn stdout(on_terminal: bool, format: &Format) -> Sink {
    match format.name {
        _ if !on_terminal => Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout())),
        // Line by line: someone is watching.
        "table" | "vertical" => Box::new(AfterBar(io::stdout())),
        _ => Box::new(AfterBar(VisibleWriter(io::stdout()))),
    }
}
