//! Holds `grammar/kql.pest` and the parser to the same answers: both accept a query or both reject it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kalypso::syntax::{Options, parse_with};
use pest_vm::Vm;

/// Of ten thousand queries of the corpora, how many the two must agree on. It only rises.
const AGREE: usize = 9996;

/// The same for damaged queries: a piece is often missing from a date, and the grammar has no calendar.
const AGREE_WHEN_DAMAGED: usize = 9977;

/// Why the parser may reject what the grammar accepts: the grammar knows how a value is written, not which values there are, and does
/// not count levels. No other disagreement is allowed.
const KNOWN: [&str; 3] = ["is not a", "beyond the range of long", "nests deeper"];

/// Deep queries recurse deep, in the grammar's interpreter even more than in the parser.
const STACK: usize = 512 << 20;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn grammar() -> Vm {
    let text = std::fs::read_to_string(root().join("grammar/kql.pest")).expect("the grammar is there");
    match pest_meta::parse_and_optimize(&text) {
        Ok((_, rules)) => Vm::new(rules),
        Err(errors) => panic!("the grammar does not hold: {}", errors.iter().map(|e| e.to_string()).collect::<Vec<_>>().join("\n")),
    }
}

/// What the two disagree on among `queries`, with what they said.
fn disagreements(queries: Vec<(String, String)>) -> Vec<String> {
    let compare = move || {
        let vm = grammar();
        let mut slowest = (Duration::ZERO, String::new());
        let (mut found, mut accepted) = (Vec::new(), 0);
        for (id, query) in &queries {
            let begun = Instant::now();
            let by_grammar = vm.parse("query", query).err().map(|e| e.to_string());
            slowest = slowest.max((begun.elapsed(), id.clone()));
            let by_parser = parse_with(query, Options { headless: true, ..Options::default() }).err().map(|e| e.message.clone());
            accepted += usize::from(by_parser.is_none());
            if by_grammar.is_some() != by_parser.is_some() {
                found.push(format!("{id}\n  grammar: {}\n  parser: {}", said(by_grammar), said(by_parser)));
            }
        }
        println!(
            "{} queries, {accepted} accepted by the parser; the grammar took longest for {}: {:?}",
            queries.len(),
            slowest.1,
            slowest.0
        );
        found
    };
    std::thread::Builder::new().stack_size(STACK).spawn(compare).expect("a thread").join().expect("no panic")
}

fn said(error: Option<String>) -> String {
    error.unwrap_or_else(|| "accepts".to_owned())
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

/// The ```kql blocks of a document.
fn blocks(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let parts = text.split("\n```kql").skip(1).filter_map(|part| {
        let (_, body) = part.split_once('\n')?;
        Some(body.split("\n```").next().unwrap_or(body).to_owned())
    });
    parts.enumerate().map(|(at, body)| (format!("{}#{}", path.display(), at + 1), body)).collect()
}

/// The `query` of every line of a corpus, or nothing when it is not there.
fn corpus(name: &str, seen: &mut HashSet<String>) -> Vec<(String, String)> {
    let Ok(text) = std::fs::read_to_string(root().join("../shared").join(name)) else {
        println!("skipped: there is no ../shared/{name}");
        return Vec::new();
    };
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let queries = lines.filter_map(|line| Some((line.get("id")?.to_string(), line.get("query")?.as_str()?.to_owned())));
    queries.filter(|(_, query)| seen.insert(query.clone())).collect()
}

#[test]
fn agrees_on_the_documents() {
    let mut paths = vec![root().join("README.md")];
    documents(&root().join("tests/spec"), &mut paths);
    let queries: Vec<_> = paths.iter().flat_map(|p| blocks(p)).collect();
    assert!(queries.len() > 10, "only {} queries were found in the documents", queries.len());
    println!("{} queries of the documents", queries.len());
    let found = disagreements(queries);
    assert!(found.is_empty(), "{} disagreements:\n{}", found.len(), found.join("\n"));
}

#[test]
fn agrees_on_the_corpora() {
    let mut seen = HashSet::new();
    let mut queries = corpus("conformance/parse-dev.jsonl", &mut seen);
    queries.extend(corpus("queries/dev.jsonl", &mut seen));
    require("of the corpora", AGREE, queries);
}

/// Every disagreement has a known reason, and there are few.
fn require(what: &str, least: usize, queries: Vec<(String, String)>) {
    let count = queries.len();
    let found = disagreements(queries);
    println!("{count} queries {what}, {} disagreements\n{}", found.len(), found.join("\n"));
    let known = |d: &&String| d.contains("grammar: accepts") && KNOWN.iter().any(|reason| d.contains(reason));
    let unknown = found.iter().filter(|d| !known(d)).count();
    assert_eq!(unknown, 0, "disagreements without a known reason, of {count} queries {what}:\n{}", found.join("\n"));
    assert!((count - found.len()) * 10_000 >= count * least, "{} disagreements, of {count} queries {what}", found.len());
}

/// The query with one piece (a word or a sign) left out or doubled, chosen by the query's length.
fn damaged(query: &str) -> String {
    let mut pieces: Vec<&str> = query.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let at = query.len().wrapping_mul(7919) % pieces.len().max(1);
    match pieces.get(at) {
        Some(piece) if query.len() % 2 == 0 => pieces.insert(at, piece),
        Some(_) => drop(pieces.remove(at)),
        None => {}
    }
    pieces.concat()
}

/// Most queries of the corpora are right; this looks at what is nearly right.
#[test]
fn agrees_on_damaged_queries() {
    let mut seen = HashSet::new();
    let mut queries = corpus("conformance/parse-dev.jsonl", &mut seen);
    queries.extend(corpus("queries/dev.jsonl", &mut seen));
    let queries = queries.into_iter().map(|(id, query)| (id, damaged(&query))).collect();
    require("with a piece damaged", AGREE_WHEN_DAMAGED, queries);
}

#[test]
fn names_every_operator() {
    let text = std::fs::read_to_string(root().join("grammar/kql.pest")).expect("the grammar is there");
    let names = kalypso::operators::TABLE.iter().flat_map(|row| row.names);
    let missing: Vec<_> = names.filter(|name| !text.contains(&format!("\"{name}\""))).collect();
    assert!(missing.is_empty(), "the grammar does not name {missing:?}");
}
