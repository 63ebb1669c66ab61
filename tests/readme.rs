//! What the README shows is true: its queries run on the shipped fixture, its commands are commands.

use std::ops::ControlFlow;
use std::path::Path;

use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::value::{Batch, Schema};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("the README")
}

fn session() -> Session {
    let fixture = root().join("fixtures/break-glass").to_string_lossy().into_owned();
    Session::open(SessionOptions { inputs: vec![format!("{fixture}/*.csv"), format!("{fixture}/*.json")], ..SessionOptions::default() })
        .expect("a session")
}

/// The bodies of the blocks in one language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

struct Rows(usize);

impl ResultSink for Rows {
    fn begin(&mut self, _schema: &Schema, _name: &str) {}
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        self.0 += batch.rows;
        ControlFlow::Continue(())
    }
    fn end(&mut self) {}
}

#[test]
fn the_break_glass_query_is_the_shipped_one_and_finds_three_sign_ins() {
    let query = blocks("kql").remove(0);
    let shipped = std::fs::read_to_string(root().join("fixtures/break-glass/who-signed-in.kql")).expect("the shipped query");
    assert_eq!(query.trim(), shipped.trim());
    let mut rows = Rows(0);
    session().run(&query, &mut rows).expect("the query runs");
    assert_eq!(rows.0, 3);
}

#[test]
fn the_queries_of_the_commands_bind() {
    let session = session();
    let mut checked = 0;
    for line in blocks("sh").join("\n").lines().filter(|l| l.starts_with("kalypso '") || l.starts_with("kalypso explain '")) {
        let query = line.split('\'').nth(1).unwrap_or_default();
        let (diagnostics, schema) = session.check(query);
        assert!(schema.is_some(), "{query}: {diagnostics:?}");
        checked += 1;
    }
    assert!(checked >= 3, "the README shows commands");
}
