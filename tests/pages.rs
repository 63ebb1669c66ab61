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
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in walkdir::WalkDir::new(&fixtures) {
        let entry = entry.unwrap();
        let to = home.path().join("kalypso/fixtures").join(entry.path().strip_prefix(&fixtures).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
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

/// What became of a command of a page.
struct Ran {
    line: String,
    output: Output,
}

/// Runs the commands of a page in order, from one folder, and compares what they print with what the page says. Files of jobs that it
/// shows are put where it says.
fn follow(page: &str, home: &Path, jobs: &str) -> Vec<Ran> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let mut ran = Vec::new();
    for (language, body) in blocks(&page) {
        if language == "toml" {
            fs::write(home.join(jobs), body).unwrap();
            continue;
        }
        if language != "console" {
            continue;
        }
        for command in body.split("$ ").skip(1) {
            let (line, expected) = command.split_once('\n').unwrap();
            let output = shell(home, line);
            let said = [output.stdout.as_slice(), &output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(is_as_shown(&said, expected), "{line}\n{said}\nis not\n{expected}");
            ran.push(Ran { line: line.to_owned(), output });
        }
    }
    ran
}

impl Ran {
    fn ended_with(&self, status: i32) {
        assert_eq!(self.output.status.code(), Some(status), "{}\n{}", self.line, String::from_utf8_lossy(&self.output.stderr));
    }
}

#[test]
fn the_watch_on_break_glass_accounts() {
    let home = home();
    let ran = follow("watch-break-glass-accounts.md", home.path(), "watch/break-glass.toml");
    for ran in &ran {
        let raises = ran.output.stdout.starts_with(b"High") || ran.line.contains("replay");
        ran.ended_with(if raises { 10 } else { 0 });
    }
    assert_eq!(ran.len(), 11);
    let replayed = fs::read_to_string(home.path().join("watch/replayed.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> = replayed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|alert| alert["count"].as_u64().unwrap()).sum::<u64>(), 3);
}

#[test]
fn the_first_hour_at_a_shell() {
    let home = home();
    let ran = follow("first-hour.md", home.path(), "");
    ran.iter().for_each(|ran| ran.ended_with(i32::from(ran.output.stderr.starts_with(b"error"))));
    assert_eq!(ran.len(), 15);
    assert_eq!(ran.iter().filter(|ran| ran.output.status.code() == Some(1)).count(), 1);
}

#[test]
fn the_sweep_of_an_evidence_disk() {
    let home = home();
    let ran = follow("sweep-an-evidence-disk.md", home.path(), "");
    ran.iter().for_each(|ran| ran.ended_with(0));
    assert!(ran.len() >= 6, "{} commands", ran.len());
    for file in ["report.html", "findings.ndjson", "timeline.csv", "account.json", "run.json"] {
        assert!(home.path().join("case-4711").join(file).exists(), "{file}");
    }
}

#[test]
fn the_pages_of_the_schedulers() {
    for scheduler in ["systemd", "cron", "windows-tasks"] {
        let home = home();
        let ran = follow(&format!("schedule-with-{scheduler}.md"), home.path(), "");
        ran.iter().for_each(|ran| ran.ended_with(0));
        assert!(ran.len() >= 3, "{scheduler}: {} commands", ran.len());
    }
}
