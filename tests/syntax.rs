//! The parser against what Microsoft's parser says of thousands of queries, and the printer against the parser.
//!
//! The queries stand in `../shared`; where that is absent these tests say that they are skipped. The numbers only rise.

use std::path::{Path, PathBuf};

use kalypso::syntax::{self, Options};

/// Of 1,000 queries, so many must be accepted or refused as Microsoft's parser does.
const AGREEMENT: f64 = 996.0;

fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

/// The queries of a file of JSON lines, with a field beside each.
fn queries(path: &Path, field: &str) -> Vec<(String, Option<bool>)> {
    let text = std::fs::read_to_string(path).expect("the queries");
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|record| Some((record["query"].as_str()?.to_owned(), record[field].as_bool())))
        .collect()
}

#[test]
fn accepts_and_refuses_as_microsofts_parser_does() {
    let Some(path) = shared("conformance/parse-dev.jsonl") else { return };
    let all = queries(&path, "parse_ok");
    let differ: Vec<&str> = all.iter().filter(|(q, ok)| syntax::parse(q).is_ok() != ok.unwrap_or(true)).map(|(q, _)| q.as_str()).collect();
    let agreement = 1000.0 * (all.len() - differ.len()) as f64 / all.len() as f64;
    println!("{} of {} agree", all.len() - differ.len(), all.len());
    assert!(
        agreement >= AGREEMENT,
        "{agreement:.1} per mille agree; for instance not:\n{}",
        differ.iter().take(5).copied().collect::<Vec<_>>().join("\n---\n")
    );
}

#[test]
fn printing_and_parsing_again_changes_nothing() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for file in ["conformance/parse-dev.jsonl", "queries/dev.jsonl"] {
        let Some(path) = shared(file) else { continue };
        for (query, _) in queries(&path, "parse_ok") {
            let Ok(tree) = syntax::parse(&query) else { continue };
            checked += 1;
            let printed = syntax::print(&tree);
            match syntax::parse(&printed) {
                Err(error) => wrong.push(format!("{}: {}", error.message, around(&printed, error.span.start as usize))),
                Ok(again) => {
                    let (first, second) = (shape(&tree), shape(&again));
                    if first != second {
                        let at = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
                        wrong.push(format!("{}\n  became {}", around(&first, at), around(&second, at)));
                    }
                }
            }
        }
    }
    println!("{checked} queries printed and parsed again");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n"));
}

/// A tree as text, without the places in the query and without which of its names an operator was called by. How a chain of `and` or
/// `or` is grouped means nothing and is not printed.
fn shape(tree: &syntax::ast::Query) -> String {
    let text = format!("{tree:?}");
    let text = regex::Regex::new(r"Span \{ start: \d+, end: \d+ \}").expect("a pattern").replace_all(&text, "_").into_owned();
    let operator = regex::Regex::new(r#"Operator \{ name: Ident \{ name: "[^"]*", span: _ \}"#).expect("a pattern");
    let text = operator.replace_all(&text, "Operator {").into_owned();
    let chain = regex::Regex::new(r"Binary \{ op: (And|Or), op_span: _, left: ").expect("a pattern");
    let ends = regex::Regex::new(r"[{}, ]|kind:|span: ?_|right:|Expr|And|Or").expect("a pattern");
    if chain.is_match(&text) { ends.replace_all(&chain.replace_all(&text, "$1"), "").into_owned() } else { text }
}

fn around(text: &str, at: usize) -> String {
    let bytes = &text.as_bytes()[at.saturating_sub(60).min(text.len())..(at + 60).min(text.len())];
    String::from_utf8_lossy(bytes).into_owned()
}

/// Nesting bombs, long chains and random bytes end in an answer, on the stack of a small thread.
#[test]
fn no_text_harms_the_parser() {
    let harm = || {
        let deep = |open: &str, close: &str| format!("print {}1{}", open.repeat(100_000), close.repeat(100_000));
        for text in [
            deep("(", ")"),
            deep("[", "]"),
            deep("-", ""),
            deep("f(", ")"),
            deep("dynamic([", "])"),
            deep("toscalar(print ", ")"),
            deep("let f = () {", "}"),
        ] {
            assert!(syntax::parse(&text).is_err());
        }
        let chain = format!("print x = 1 | where {}", vec!["x == 1"; 10_000].join(" or "));
        assert!(syntax::parse(&chain).is_ok());
        let mut state = 7u64;
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..40 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let words = [
                    "where",
                    "|",
                    "(",
                    ")",
                    "x",
                    "==",
                    "\"a",
                    "'",
                    "[",
                    "]",
                    "{",
                    "}",
                    "let",
                    "=",
                    ";",
                    "in",
                    "~",
                    "..",
                    "1d",
                    "-",
                    "summarize",
                    "by",
                    "dynamic(",
                    "\u{0}",
                    "é",
                    "@\"",
                    "```",
                    "datetime(",
                    ",",
                    "*",
                    "!has",
                ];
                text.push_str(words[(state >> 33) as usize % words.len()]);
                text.push(if state & 1 == 0 { ' ' } else { '\u{a0}' });
            }
            let _ = syntax::parse_with(&text, Options { headless: true, ..Options::default() });
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(harm).expect("a thread").join().expect("no panic");
}
