//! The command on a terminal: a pseudo terminal of a given width stands for the screen.
#![cfg(unix)]

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use unicode_width::UnicodeWidthStr;

/// A screen that shows what a command writes to it.
struct Screen {
    master: File,
    line: PathBuf,
}

impl Screen {
    fn new(columns: u16) -> Screen {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let line = PathBuf::from(std::ffi::OsStr::from_bytes(ptsname(&master, Vec::new()).unwrap().as_bytes()));
        tcsetwinsize(&master, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        Screen { master: File::from(master), line }
    }

    fn stdio(&self) -> Stdio {
        File::options().read(true).write(true).open(&self.line).unwrap().into()
    }

    /// Reads on until `enough` of what was written so far; all of it where that never is.
    fn read_until(&mut self, mut enough: impl FnMut(&str) -> bool) -> String {
        let mut bytes = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
            if enough(&text) {
                return text;
            }
            // Linux gives an error when the last writer has gone.
            match self.master.read(&mut piece) {
                Ok(0) | Err(_) => return text,
                Ok(n) => bytes.extend_from_slice(&piece[..n]),
            }
        }
    }
}

fn kalypso(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    command.args(arguments).env_remove("COLUMNS").env_remove("NO_COLOR").env("TERM", "xterm").envs(environment.iter().copied());
    command.stdin(Stdio::null());
    command
}

/// Starts a command with both of its outputs on a screen.
fn start(arguments: &[&str], environment: &[(&str, &str)], columns: u16) -> (Child, Screen) {
    let screen = Screen::new(columns);
    let child = kalypso(arguments, environment).stdout(screen.stdio()).stderr(screen.stdio()).spawn().unwrap();
    (child, screen)
}

fn shown_with(arguments: &[&str], environment: &[(&str, &str)], columns: u16) -> String {
    let (mut child, mut screen) = start(arguments, environment, columns);
    let text = screen.read_until(|_| false);
    child.wait().unwrap();
    text
}

/// What stands on the screen in the end, without colour.
fn shown(arguments: &[&str], columns: u16) -> String {
    shown_with(arguments, &[("NO_COLOR", "1")], columns)
}

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/break-glass");

#[test]
fn a_table_fits_the_window_and_says_what_was_cut() {
    let query =
        "print id = 7, left = 'the quick brown fox jumps over the lazy dog', right = 'and over the cat that sleeps beside it', end = 'x'";
    for columns in [40, 60, 90, 200] {
        let text = shown(&[query], columns);
        let table: Vec<&str> = text.lines().filter(|line| !line.starts_with('(')).collect();
        assert_eq!(table.len(), 3, "{text}");
        assert!(table.iter().all(|line| line.width() <= usize::from(columns)), "{columns}: {text}");
        assert_eq!(text.contains('…'), columns < 100, "{columns}: {text}");
        let told = text.lines().last().unwrap();
        assert_eq!(told.starts_with("(cut to fit: left") && told.ends_with("-f vertical shows all)"), columns < 100, "{columns}: {text}");
    }
    assert!(shown(&[query], 30).contains("no room for 1 more: end"), "{}", shown(&[query], 30));
    let told = shown_with(&[query], &[("COLUMNS", "60"), ("NO_COLOR", "1")], 200);
    assert!(told.contains('…') && told.lines().next().unwrap().width() <= 60, "{told}");
}

#[test]
fn columns_stand_in_line_whatever_the_script() {
    let texts =
        ["plain", "日本語", "e\u{301}cole", "한국어 텍스트 그리고 더 많은 것", "עברית", "👩", "\u{202e}gnp.exe", "a\tb", "\u{1b}[31mred"];
    let rows: Vec<String> = texts.iter().map(|text| format!("@'{text}', 'END'")).collect();
    for columns in [30, 80] {
        let text = shown(&[&format!("datatable(t:string, m:string)[{}]", rows.join(", "))], columns);
        let places: Vec<usize> = text.lines().filter_map(|line| Some(line.split_once("END")?.0.width())).collect();
        assert_eq!(places.len(), texts.len(), "{text}");
        assert!(places.iter().all(|place| *place == places[0]), "{text}");
        assert!(text.contains("␉") && text.contains("␛[31m") && text.contains("\\u{202e}"), "{text}");
        assert!(!text.contains(['\u{1b}', '\t', '\u{202e}']), "{text}");
    }
}

#[test]
fn control_characters_reach_no_terminal_in_any_format() {
    let query = "print x = '\\u001b]0;owned\\u0007', y = dynamic({'a\\u009b': '\\u202e'})";
    for format in ["table", "vertical", "csv", "tsv", "json", "ndjson", "markdown", "kusto"] {
        let text = shown(&["-f", format, query], 80);
        let hostile = |c: char| matches!(c, '\u{1b}' | '\u{7}' | '\u{9b}' | '\u{202e}');
        assert!(text.contains("owned") && !text.contains(hostile), "{format}: {text:?}");
    }
    let refused = shown(&["print ['\\u001b[31m'] = nothing"], 80);
    assert!(refused.contains("KQL0100") && !refused.contains('\u{1b}'), "{refused:?}");
}

#[test]
fn colour_is_for_terminals_and_can_be_declined() {
    let arguments = ["summarize count() by Operation", FIXTURE];
    assert!(shown_with(&arguments, &[], 80).contains("\u{1b}[1m"));
    assert!(shown_with(&["print x = (1"], &[], 80).contains("\u{1b}["), "an error is drawn in colour");
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        assert!(!shown_with(&arguments, &[environment], 80).contains('\u{1b}'), "{environment:?}");
        assert!(!shown_with(&["print x = (1"], &[environment], 80).contains('\u{1b}'), "{environment:?}");
    }
    assert!(!shown_with(&["--color", "never", arguments[0], arguments[1]], &[], 80).contains('\u{1b}'));
    let piped = kalypso(&["-f", "table", arguments[0], arguments[1]], &[]).output().unwrap();
    assert!(!piped.stdout.contains(&0x1b) && !piped.stdout.is_empty());
    let asked = kalypso(&["-f", "table", "--color", "always", arguments[0], arguments[1]], &[]).output().unwrap();
    assert!(asked.stdout.contains(&0x1b));
}

#[test]
fn the_form_is_a_table_and_the_run_is_accounted_for() {
    let text = shown(&["count", FIXTURE], 120);
    assert!(text.starts_with("Count\n─────\n"), "{text}");
    let account = text.lines().last().unwrap();
    for part in ["file", "KB", "records read", "skipped", "1 row", " s"] {
        assert!(account.contains(part), "{part}: {text}");
    }
    assert!(!shown(&["-q", "count", FIXTURE], 120).contains("records read"));
    assert_eq!(shown(&["-f", "csv", "-q", "print x = 1"], 120), "x\n1\n");
    let (mut child, mut screen) = start(&["-f", "parquet", "print 1"], &[("NO_COLOR", "1")], 120);
    let text = screen.read_until(|_| false);
    assert_eq!((child.wait().unwrap().code(), text.contains("-o FILE")), (Some(2), true), "{text}");
}

/// The end of what a screen showed.
fn tail(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(500))..]
}

/// Records that take minutes to answer a question about.
fn slow(folder: &Path) -> String {
    let path = folder.join("slow.ndjson");
    let lines: String = (0..20_000).map(|n| format!("{{\"n\":{n},\"mark\":\"row {n}\"}}\n")).collect();
    fs::write(&path, lines).unwrap();
    path.to_string_lossy().into_owned()
}

/// It has one row, which the first record gives.
const SLOW_QUERY: &str =
    "extend l = strlen(replace_string(strrep(strrep(mark, 1024), 200), 'o', 'ab')) | where l - l + n == 0 | project mark, n";
const SLOW_ARGUMENTS: [&str; 4] = ["--threads", "1", "--chunk-bytes", "500"];

#[test]
fn the_first_row_does_not_wait_for_the_last_and_the_bar_goes_on_below() {
    let folder = tempfile::tempdir().unwrap();
    let path = slow(folder.path());
    let arguments = [&SLOW_ARGUMENTS[..], &[SLOW_QUERY, &path]].concat();
    let (mut child, mut screen) = start(&arguments, &[], 100);
    let bar_after_row = |text: &str| text.split_once("row 0").is_some_and(|(_, after)| after.contains("/s, ") && after.contains(" left"));
    let text = screen.read_until(bar_after_row);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bar_after_row(&text), "{:?}", tail(&text));
    assert!(text.contains("━") && text.contains(" of "), "{:?}", tail(&text));
    // A line of the table stands by itself: the bar was wiped before it.
    assert!(text.lines().any(|line| line.contains("row 0") && !line.contains("left")), "{:?}", tail(&text));
}

#[test]
fn there_is_no_bar_where_nobody_looks_or_wants_it() {
    assert!(!shown(&["count", FIXTURE], 80).contains("━"), "a quick run draws none");
    let folder = tempfile::tempdir().unwrap();
    let path = slow(folder.path());
    // The row comes after more than a second, when a bar would be there.
    let arguments = [&SLOW_ARGUMENTS[..], &["-q", SLOW_QUERY, &path]].concat();
    let (mut child, mut screen) = start(&arguments, &[("NO_COLOR", "1")], 100);
    let text = screen.read_until(|text| text.contains("row 0"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(text.contains("row 0") && !text.contains("━"), "{:?}", tail(&text));
    // Standard error is no terminal: only the row is on the screen.
    let mut screen = Screen::new(100);
    let arguments = [&SLOW_ARGUMENTS[..], &[SLOW_QUERY, &path]].concat();
    let mut child = kalypso(&arguments, &[("NO_COLOR", "1")]).stdout(screen.stdio()).stderr(Stdio::piped()).spawn().unwrap();
    let text = screen.read_until(|text| text.contains("row 0"));
    child.kill().unwrap();
    let said = child.wait_with_output().unwrap().stderr;
    assert!(text.contains("row 0") && !text.contains("━") && said.is_empty(), "{:?}", tail(&text));
}
