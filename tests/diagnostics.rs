//! Each code of the registry has its picture in `diagnostics.md`: a query, and what is drawn about it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use kalypso::diagnostic::REGISTRY;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diagnostics.md");
/// Codes that no query over no data can show: recursion takes stored functions, the others take inputs or a sweep's limits.
const WITHOUT_PICTURE: &[&str] = &["KQL0115", "KQL0150", "KQL0151", "KQL0300", "KQL0301"];

/// What is said of a query on standard error.
fn said(query: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    command.args(["--now", "2024-05-31", "-f", "csv", "-"]).env("COLUMNS", "110");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(query.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap().trim_end().to_owned() + "\n"
}

/// The page with every picture drawn anew.
fn redrawn(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("```kusto\n") {
        let (query, after) = after.split_once("```\n").unwrap();
        out.push_str(&format!("{before}```kusto\n{query}```\n\n```text\n{}```\n", said(query.trim_end())));
        rest = after.trim_start().strip_prefix("```text\n").map_or(after, |text| text.split_once("```\n").unwrap().1);
    }
    out + rest
}

#[test]
fn pictures_are_true() {
    let page = fs::read_to_string(PAGE).unwrap();
    let now = redrawn(&page);
    if std::env::var_os("BLESS").is_some() {
        fs::write(PAGE, now).unwrap();
        return;
    }
    let section = |text: &str| text.split("\n## ").map(str::to_owned).collect::<Vec<_>>();
    for (kept, drawn) in section(&page).iter().zip(&section(&now)) {
        assert_eq!(kept, drawn);
    }
}

#[test]
fn every_code_has_a_picture() {
    let page = fs::read_to_string(PAGE).unwrap();
    let missing: Vec<String> =
        REGISTRY.iter().map(|(code, ..)| code.to_string()).filter(|code| !page.contains(&format!("[{code}"))).collect();
    assert_eq!(missing, WITHOUT_PICTURE);
}
