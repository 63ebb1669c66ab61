//! Every command that a page of `docs/` shows is run, and says what the page says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What stands between a fence of a language and the next fence, in order.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        found.push((language.to_owned(), body.join("\n") + "\n"));
    }
    found
}

/// A home with the source in it, as the pages assume.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("kalypso/fixtures/break-glass")).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/break-glass");
    for file in fs::read_dir(fixtures).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), home.path().join("kalypso/fixtures/break-glass").join(file.file_name())).unwrap();
    }
    home
}

fn shell(home: &Path, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_kalypso")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    Command::new("sh")
        .args(["-c", line])
        .current_dir(home)
        .env("HOME", home)
        .env("PATH", path)
        .env_remove("KALYPSO_LIBRARY")
        .output()
        .unwrap()
}

/// Whether the output begins with these lines; a line that ends in `…` goes on otherwise.
fn is_as_shown(out: &str, expected: &str) -> bool {
    let mut lines = out.lines();
    expected.lines().filter(|line| !line.is_empty()).all(|expected| match (lines.next(), expected.strip_suffix('…')) {
        (Some(line), Some(start)) => line.starts_with(start),
        (line, _) => line == Some(expected),
    })
}

#[test]
fn the_watch_on_break_glass_accounts() {
    let home = home();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/watch-break-glass-accounts.md")).unwrap();
    let mut commands = 0;
    for (language, body) in blocks(&page) {
        if language == "toml" {
            fs::write(home.path().join("watch/break-glass.toml"), body).unwrap();
            continue;
        }
        for command in body.split("$ ").skip(1) {
            let (line, expected) = command.split_once('\n').unwrap();
            let output = shell(home.path(), line);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            let raises = expected.starts_with("High") || line.contains("replay");
            assert_eq!(output.status.code(), Some(if raises { 10 } else { 0 }), "{line}\n{err}");
            assert!(is_as_shown(&out, expected), "{line}\n{out}\nis not\n{expected}");
            commands += 1;
        }
    }
    assert_eq!(commands, 11);
    let replayed = fs::read_to_string(home.path().join("watch/replayed.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> = replayed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|alert| alert["count"].as_u64().unwrap()).sum::<u64>(), 3);
}
