//! `kalypso inventory` over small exports of our own, in every form.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

fn inventory(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kalypso")).arg("inventory").arg(folder).args(arguments).output().expect("it runs")
}

fn json(folder: &Path, arguments: &[&str]) -> (i32, Json) {
    let output = inventory(folder, &[arguments, &["--format", "json"]].concat());
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code().unwrap_or(-1), serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}")))
}

fn record(id: &str, time: &str, more: &str) -> String {
    format!(
        r#"{{"CreationTime":"{time}","Id":"{id}","Operation":"Send","RecordType":2,"UserId":"a@x.example","Workload":"Exchange"{more}}}"#
    )
}

/// Two overlapping exports, a file that a tool flattened, one that is no log, and one that is damaged.
fn evidence(folder: &Path) {
    let [a, b] = [record("1", "2024-06-01T01:00:00", ""), record("2", "2024-06-01T12:00:00", "")];
    let other = record("2", "2024-06-01T12:00:00", r#","ClientIP":"203.0.113.7""#);
    fs::write(folder.join("first.ndjson"), format!("{a}\n{b}\n{{\"CreationTime\":\"2024-06-01T13:00:00\",\"Id\":\"3\"\n"))
        .expect("written");
    fs::write(folder.join("second.json"), format!("[\n  {},\n  {other}\n]\n", a.replace("\":", "\" : "))).expect("written");
    let flat = record("4", "2024-06-01T12:30:00", r#","Parameters":"@{Name=Identity; Value=x}","Folders":"System.Object[]""#);
    let row = |audit: &str| format!("6/1/2024 12:30:00 PM,a@x.example,Send,\"{}\"\r\n", audit.replace('"', "\"\""));
    let cut: String =
        record("5", "2024-06-01T12:31:00", &format!(r#","Subject":"Andr?s {}""#, "x".repeat(4000))).chars().take(3060).collect();
    let csv = format!("CreationDate,UserIds,Operations,AuditData\r\n{}{}", row(&flat), row(&cut));
    fs::write(folder.join("third.csv"), csv).expect("written");
    fs::write(folder.join("list.json"), r#"[{"contentUri":"https://x","contentId":"y"}]"#).expect("written");
}

#[test]
fn every_file_is_accounted_for() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let (status, all) = json(folder.path(), &["--gap", "6h", "--query", "count"]);
    assert_eq!(status, 3, "a record is cut off");
    assert_eq!((&all["records"], &all["duplicates"], &all["conflicts"]["count"]), (&6.into(), &1.into(), &1.into()));
    assert_eq!((all["query"].as_str(), all["complete"].as_bool()), (Some("count"), Some(false)));
    assert_eq!(all["tables"]["UnifiedAuditLog"]["records"], 5);
    assert_eq!((all["first"].as_str(), all["last"].as_str()), (Some("2024-06-01T01:00:00.0000000Z"), Some("2024-06-01T12:31:00.0000000Z")));
    assert_eq!(all["gaps"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["inputs"].as_array().map(Vec::len), Some(4));
    assert!(all["inputs"].as_array().into_iter().flatten().all(|i| i["sha256"].as_str().is_some_and(|s| s.len() == 64)));
    let file = |name: &str| {
        let files = all["files"].as_array().expect("files");
        files.iter().find(|f| f["name"].as_str().is_some_and(|n| n.ends_with(name))).cloned().unwrap_or_default()
    };
    let first = file("first.ndjson");
    assert_eq!(first["skipped"]["a record that is cut off"]["places"][0]["offset"], 254);
    assert_eq!(first["layers"]["framing"], "one JSON object per line");
    let second = file("second.json");
    assert_eq!((&second["records"], &second["duplicates"], &second["conflicts"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(second["layers"]["framing"], "a JSON array over many lines");
    let marks: Vec<String> = file("third.csv")["marks"].as_object().expect("marks").keys().cloned().collect();
    assert_eq!(marks.len(), 4, "{marks:?}");
    assert_eq!(file("third.csv")["layers"]["envelope"], "columns around AuditData");
    let list = file("list.json");
    assert_eq!((&list["layers"], list["skipped"].as_object().map(|s| s.len())), (&Json::Null, Some(1)));
}

#[test]
fn the_digest_is_that_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.json"), "abc").expect("written");
    let (status, all) = json(folder.path(), &[]);
    // What is no log is no loss, and is digested all the same.
    assert_eq!(status, 0);
    assert_eq!(all["inputs"][0]["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn the_page_and_the_text_tell_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let page = folder.path().join("page.html");
    let output = inventory(folder.path(), &["-o", &page.to_string_lossy(), "--query", "<b>count</b>"]);
    assert_eq!(output.status.code(), Some(3));
    let html = fs::read_to_string(&page).expect("the page");
    fs::remove_file(&page).expect("removed");
    let text = String::from_utf8(inventory(folder.path(), &[]).stdout).expect("text");
    for told in ["first.ndjson", "one JSON object per line", "a record that is cut off", "System.Object[]", "OfficeActivity"] {
        assert!(html.contains(told) && text.contains(told), "{told}\n{text}");
    }
    assert!(!html.contains("<b>count</b>") && !html.contains("://"), "nothing is loaded, nothing runs");
}

/// The counts of an ordinary run name files too, and digests where they are asked for.
#[test]
fn the_account_of_a_query_names_files() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_kalypso"))
        .args(["count", &folder.path().to_string_lossy(), "--stats-format", "json", "--sha256"])
        .output()
        .expect("it runs");
    let account: Json = serde_json::from_slice(&output.stderr).expect("an account");
    assert_eq!(account["query"], "count");
    assert_eq!(account["by_file"].as_object().map(|files| files.len()), Some(4));
    assert_eq!(account["inputs"].as_array().map(Vec::len), Some(4));
}
