//! Where a result goes, and in which form: the format is chosen, the output opened, its errors kept until the end.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::engine::ResultSink;
use crate::output::{self, Format, OutputFile, Sink, Style, VisibleWriter, Writer};
use crate::value::{Batch, Schema};

use super::arguments::OutputArguments;
use super::progress::BesideBar;
use super::status::{Failure, written};
use super::terminal;

/// Where the result goes, and in which form.
pub struct Target {
    writer: Box<dyn Writer>,
    file: Option<OutputFile>,
    pub rows: u64,
    /// Several tables come: they need their names.
    several: bool,
    format: &'static str,
    on_terminal: bool,
    /// When what was written was last let out.
    shown: Instant,
    error: Option<io::Error>,
}

/// Nobody has to wait longer for rows that are there.
const PATIENCE: Duration = Duration::from_secs(1);

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
        let writer = (format.make)(sink, &style);
        Ok(Target { writer, file, rows: 0, several: false, format: format.name, on_terminal, shown: Instant::now(), error: None })
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
        self.attempt(|writer| writer.batch(batch))?;
        self.idle();
        ControlFlow::Continue(())
    }

    /// On a terminal. What a pipe or a file gets does not depend on the clock.
    fn patience(&self) -> Option<Duration> {
        self.on_terminal.then_some(PATIENCE)
    }

    fn idle(&mut self) {
        if self.shown.elapsed() >= PATIENCE {
            let _ = self.attempt(|writer| writer.show());
            self.shown = Instant::now();
        }
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
        "table" | "vertical" => Box::new(BesideBar(io::stdout())),
        _ => Box::new(BesideBar(VisibleWriter(io::stdout()))),
    }
}
