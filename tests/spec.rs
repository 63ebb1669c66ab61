//! Tests as documents: every `tests/spec/**/*.md` holds queries and their results side by side, found at run time.
//!
//! A case is a heading, a ```kql block, and what it gives: a ```result block (a Markdown table) or an ```error block.
//! Blocks named ```ndjson, ```json and ```csv before the query are its input files; `input: fixtures/x` in the text names shipped ones.
//! `now: 2024-06-01` fixes the clock. `run: NAME` takes the query from the library that ships, `param: name=value` gives it a value.
//!
//! Each query also runs with one thread and tiny chunks, with the optimiser off, and printed and parsed again: the results must be the same.
//! `KALYPSO_BLESS=1 cargo test --test spec` writes the results that the engine gives now into the documents.

mod document;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use document::{Case, Document, Expected};
use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::output;
use kalypso::value::{Batch, DateTime, Schema};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for path in documents(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")) {
        let document = Arc::new(Mutex::new(Document::read(&path)));
        let count = document.lock().map(|d| d.cases.len()).unwrap_or(0);
        for at in 0..count {
            let document = document.clone();
            let name = document.lock().map(|d| d.name(at)).unwrap_or_default();
            trials.push(Trial::test(name, move || run(&document, at)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn documents(folder: PathBuf) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .map(|entry| entry.path().to_owned())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    found.sort();
    found
}

fn run(document: &Mutex<Document>, at: usize) -> Result<(), Failed> {
    let case = document.lock().map_err(|_| "poisoned")?.cases[at].clone();
    let files = case.write_inputs();
    let plain = answer(&case, &case.query, &files, SessionOptions::default());
    if std::env::var_os("KALYPSO_BLESS").is_some() {
        document.lock().map_err(|_| "poisoned")?.bless(at, &plain);
        return Ok(());
    }
    compare("the documented result", &case.expected, &plain)?;
    let small = SessionOptions { threads: 1, chunk_bytes: 64, ..SessionOptions::default() };
    compare("one thread and tiny chunks", &plain, &answer(&case, &case.query, &files, small))?;
    let unoptimized = SessionOptions { optimize: false, ..SessionOptions::default() };
    compare("the optimiser off", &plain, &answer(&case, &case.query, &files, unoptimized))?;
    if let (Expected::Result(_), Ok(tree)) = (&plain, kalypso::syntax::parse(&case.query)) {
        let printed = kalypso::syntax::print(&tree);
        compare(&format!("printed and parsed again as {printed}"), &plain, &answer(&case, &printed, &files, SessionOptions::default()))?;
    }
    Ok(())
}

fn compare(what: &str, expected: &Expected, got: &Expected) -> Result<(), Failed> {
    if expected == got {
        return Ok(());
    }
    Err(format!("differs from {what}\n--- expected\n{}\n--- got\n{}\n", expected.text(), got.text()).into())
}

fn answer(case: &Case, query: &str, files: &document::Inputs, options: SessionOptions) -> Expected {
    let now = case.now.as_deref().and_then(DateTime::parse);
    let parameters = case.parameters.clone();
    // As the command line does: a record of overlapping exports counts once.
    let keep_duplicates = options.keep_duplicates && !case.saved;
    let session = match Session::open(SessionOptions { now, inputs: files.paths(), parameters, keep_duplicates, ..options }) {
        Ok(session) => session,
        Err(error) => return Expected::Error(format!("{error:?}")),
    };
    let text = Arc::new(Mutex::new(Vec::new()));
    let Some(format) = output::find("markdown") else { return Expected::Error("no markdown".into()) };
    let mut sink = Markdown { writer: (format.make)(Box::new(Shared(text.clone())), &output::Style::default()), several: false };
    match session.run(query, &mut sink) {
        Ok(_) => {
            let _ = sink.writer.finish();
            let bytes = text.lock().map(|b| b.clone()).unwrap_or_default();
            Expected::Result(String::from_utf8_lossy(&bytes).trim_end().to_owned())
        }
        Err(errors) => {
            Expected::Error(kalypso::diagnostic::draw_all(&errors, query, kalypso::diagnostic::Drawing::default()).trim_end().to_owned())
        }
    }
}

struct Markdown {
    writer: Box<dyn output::Writer>,
    several: bool,
}

impl ResultSink for Markdown {
    fn announce(&mut self, tables: usize) -> Result<(), String> {
        self.several = tables > 1;
        Ok(())
    }

    fn begin(&mut self, schema: &Schema, name: &str) {
        if self.several {
            let _ = self.writer.title(name);
        }
        let _ = self.writer.begin(schema);
    }
    fn batch(&mut self, batch: &Batch) -> std::ops::ControlFlow<()> {
        let _ = self.writer.batch(batch);
        std::ops::ControlFlow::Continue(())
    }
    fn end(&mut self) {
        let _ = self.writer.end();
    }
}

struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().map(|mut b| b.extend_from_slice(bytes)).ok();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
