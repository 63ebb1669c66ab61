//! The examples of the reference run: every function, aggregate, window function, operator and plugin gives what its entry says.

use std::ops::ControlFlow;

use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::plan::Example;
use kalypso::value::{Batch, DateTime, Schema};
use kalypso::{aggregates, diagnostic, functions, operators, plugins, windows};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut add = |kind: &str, name: &str, examples: &'static [Example]| {
        for (i, (query, expected)) in examples.iter().enumerate() {
            trials.push(Trial::test(format!("{kind} {name} {}", i + 1), move || check(query, expected).map_err(Into::into)));
        }
    };
    functions::all().for_each(|f| add("function", f.name, f.examples));
    aggregates::all().for_each(|a| add("aggregate", a.name, a.examples));
    windows::all().for_each(|w| add("window", w.name, w.examples));
    operators::TABLE.iter().for_each(|o| add("operator", o.names[0], o.examples));
    plugins::all().for_each(|p| add("plugin", p.name, p.examples));
    libtest_mimic::run(&arguments, trials).exit();
}

/// An expression is printed; a text with a pipe, or one that begins with an operator that makes rows, is a query of its own.
fn check(text: &str, expected: &str) -> Result<(), String> {
    let query = match ["print ", "range ", "datatable", "let ", "union ", "search ", "macro-expand "]
        .iter()
        .any(|head| text.trim_start().starts_with(head))
    {
        true => text.to_owned(),
        false => format!("print {text}"),
    };
    let options = SessionOptions { now: DateTime::parse("2024-06-01T12:00:00Z"), ..SessionOptions::default() };
    let session = Session::open(options).map_err(|error| format!("{error:?}"))?;
    let mut rows = Rows(Vec::new(), Vec::new());
    session.run(&query, &mut rows).map_err(|errors| diagnostic::draw_all(&errors, &query, diagnostic::Drawing::default()))?;
    // Entries write a value as `tostring()` does, or as a result's cell shows it.
    let (got, cells) = (rows.0.join("\n"), rows.1.join("\n"));
    if got == expected || cells == expected { Ok(()) } else { Err(format!("{query}\n--- expected\n{expected}\n--- got\n{got}")) }
}

struct Rows(Vec<String>, Vec<String>);

impl ResultSink for Rows {
    fn begin(&mut self, _schema: &Schema, _name: &str) {}
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        for row in 0..batch.rows {
            let cells: Vec<String> = batch.columns.iter().map(|c| c.value(row).to_text().into_owned()).collect();
            self.0.push(cells.join(" | "));
            let cells: Vec<String> = batch.columns.iter().map(|c| c.value(row).to_cell().into_owned()).collect();
            self.1.push(cells.join(" | "));
        }
        ControlFlow::Continue(())
    }
    fn end(&mut self) {}
}
