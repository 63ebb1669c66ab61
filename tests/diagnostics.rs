//! Each code of the registry has its picture in `diagnostics.md`, or in `lint.md` if it is advice of `check`: a query, and what is drawn
//! about it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use kalypso::diagnostic::REGISTRY;

/// A page, and the arguments that its queries run with.
const PAGES: [(&str, &[&str]); 2] = [("diagnostics.md", &["--now", "2024-05-31", "-f", "csv", "-"]), ("lint.md", &["check", "-"])];
/// What is said of a query on standard error.
fn said(query: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    command.args(arguments).env("COLUMNS", "110").current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(query.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    // How much it is differs from run to run.
    let said = regex::Regex::new(r"holds \d+ MB").unwrap().replace(&said, "holds … MB");
    said.trim_end().to_owned() + "\n"
}

/// What a section says its query runs with besides: "Run with `--memory-limit 1MB fixtures`."
fn more_arguments(section: &str) -> Vec<&str> {
    let told = section.rsplit("\n## ").next().and_then(|own| own.split_once("Run with `")?.1.split_once('`'));
    told.map_or(Vec::new(), |(arguments, _)| arguments.split(' ').collect())
}

/// The page with every picture drawn anew.
fn redrawn(page: &str, arguments: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("```kusto\n") {
        let (query, after) = after.split_once("```\n").unwrap();
        let said = said(query.trim_end(), &[arguments, &more_arguments(before)].concat());
        out.push_str(&format!("{before}```kusto\n{query}```\n\n```text\n{said}```\n"));
        rest = after.trim_start().strip_prefix("```text\n").map_or(after, |text| text.split_once("```\n").unwrap().1);
    }
    out + rest
}

fn path(page: &str) -> String {
    format!("{}/tests/{page}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn pictures_are_true() {
    for (name, arguments) in PAGES {
        let page = fs::read_to_string(path(name)).unwrap();
        let now = redrawn(&page, arguments);
        if std::env::var_os("BLESS").is_some() {
            fs::write(path(name), now).unwrap();
            continue;
        }
        let section = |text: &str| text.split("\n## ").map(str::to_owned).collect::<Vec<_>>();
        for (kept, drawn) in section(&page).iter().zip(&section(&now)) {
            assert_eq!(kept, drawn);
        }
    }
}

#[test]
fn every_code_has_a_picture() {
    let page: String = PAGES.iter().map(|(name, _)| fs::read_to_string(path(name)).unwrap()).collect();
    let missing: Vec<String> =
        REGISTRY.iter().map(|(code, ..)| code.to_string()).filter(|code| !page.contains(&format!("[{code}"))).collect();
    assert!(missing.is_empty(), "codes without a picture: {missing:?}");
}

#[test]
fn every_rule_has_its_meaning_and_the_advice_is_no_error() {
    for rule in kalypso::lint::RULES {
        assert!(REGISTRY.iter().any(|(code, _, meaning)| *code == rule.code && !meaning.is_empty()), "{}", rule.code);
    }
    let advised = Command::new(env!("CARGO_BIN_EXE_kalypso")).args(["check", "let unused = 1; print 2"]).output().unwrap();
    assert_eq!(advised.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&advised.stderr).contains("warning[KQL0421]"));
    let run = Command::new(env!("CARGO_BIN_EXE_kalypso")).args(["let unused = 1; print 2"]).output().unwrap();
    assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(0), &b""[..]), "a query that runs is not advised");
}
