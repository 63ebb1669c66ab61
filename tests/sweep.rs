//! Sweeps, from outside: against each rule alone, whatever the threads, through kills, and what two of them differ in.

#[path = "sweep/subqueries.rs"]
mod subqueries;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const RULES: [(&str, &str); 7] = [
    ("inbox", "where Operation has \"InboxRule\" | project CreationTime, UserId, ClientIP, Operation"),
    ("busy", "summarize Actions = count(), Last = max(CreationTime) by UserId | where Actions > 3 | sort by UserId asc"),
    ("top", "where Operation != \"FileAccessed\" | top 7 by CreationTime desc | project CreationTime, UserId, Operation"),
    (
        "joined",
        "let logins = UnifiedAuditLog | where Operation == \"UserLoggedIn\" | summarize Logins = count() by UserId;
         UnifiedAuditLog | where Operation == \"New-InboxRule\" | join kind=inner logins on UserId | project CreationTime, UserId, Logins",
    ),
    ("scalar", "let most = toscalar(UnifiedAuditLog | summarize max(CreationTime)); where CreationTime == most | project CreationTime, Id"),
    (
        "share",
        "let all = toscalar(UnifiedAuditLog | where Operation == \"FileAccessed\" | count);
         UnifiedAuditLog | where Operation == \"New-InboxRule\" | summarize Rules = count() by UserId | where Rules * 9 >= all | extend All = all",
    ),
    (
        "listed",
        "let seen = UnifiedAuditLog | where Operation == \"UserLoggedIn\" and ClientIP in (\"203.0.113.10\", \"203.0.113.15\") | distinct UserId;
         UnifiedAuditLog | where Operation has \"InboxRule\" and UserId in (seen) | project CreationTime, UserId, ClientIP, Id",
    ),
];

/// A folder with rules and records.
struct Evidence {
    folder: TempDir,
}

impl Evidence {
    fn new(records: usize) -> Evidence {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        for (name, query) in RULES {
            fs::write(folder.path().join("rules").join(format!("{name}.kql")), query).unwrap();
        }
        let operations = ["UserLoggedIn", "FileAccessed", "New-InboxRule", "MailItemsAccessed", "Set-InboxRule"];
        let record = |n: usize| {
            format!(
                "{{\"Id\":\"00000000-0000-0000-0000-{n:012}\",\"CreationTime\":\"2024-03-{:02}T{:02}:{:02}:00\",\"RecordType\":1,\
                 \"Workload\":\"Exchange\",\"Operation\":\"{}\",\"UserId\":\"u{}@example.org\",\"ClientIP\":\"203.0.113.{}\",\
                 \"Note\":\"<script>alert(1)</script>\"}}\n",
                n % 28 + 1,
                n % 24,
                n % 60,
                operations[n * 7 % 5],
                n % 9,
                n % 200
            )
        };
        // The last record stands twice: overlapping exports do that.
        let text: String = (0..records).chain([records - 1]).map(record).collect();
        fs::write(folder.path().join("audit.json"), text).unwrap();
        Evidence { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, out: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
        command.arg("sweep").arg(self.path("rules")).arg("--input").arg(self.path("audit.json")).arg("--out").arg(self.path(out));
        command.args(["--now", "2024-04-01"]).args(more).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn sweep(&self, out: &str, more: &[&str]) -> Output {
        let output = self.command(out, more).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

/// Records of some kilobytes each, a ninth of them of another kind than the rest.
fn wide_records() -> String {
    let record = |n: usize| {
        let operation = if n.is_multiple_of(9) { "Send" } else { "Read" };
        let text = format!("{n:07}").repeat(500);
        format!(
            r#"{{"Id":"{n}","CreationTime":"2024-03-01T10:00:00","RecordType":2,"Operation":"{operation}","Number":{n},"Text":"{text}"}}"#
        )
    };
    (0..4000).map(|n| record(n) + "\n").collect()
}

/// Every file of a folder and its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    found
}

fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    assert_eq!(one.iter().map(|(n, _)| n).collect::<Vec<_>>(), other.iter().map(|(n, _)| n).collect::<Vec<_>>());
    for ((name, a), (_, b)) in one.iter().zip(&other) {
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn a_sweep_finds_what_each_rule_finds_alone() {
    let evidence = Evidence::new(400);
    evidence.sweep("out", &["--chunk-bytes", "5000"]);
    for (name, query) in RULES {
        let alone = Command::new(env!("CARGO_BIN_EXE_kalypso"))
            .args(["-q", "-f", "csv", "--now", "2024-04-01", query])
            .arg(evidence.path("audit.json"))
            .output()
            .unwrap();
        let alone = String::from_utf8(alone.stdout).unwrap();
        assert!(alone.lines().count() > 1, "{name} finds nothing");
        assert_eq!(fs::read_to_string(evidence.path("out").join(format!("rules/{name}.csv"))).unwrap(), alone, "{name}");
    }
}

/// A row of another table where no sample is taken: a sweep that meets it starts again and knows its family.
#[test]
fn a_family_that_was_not_sampled_has_its_findings() {
    let evidence = Evidence::new(12_000);
    let text = fs::read_to_string(evidence.path("audit.json")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(
        12_000 * 101 / 128,
        r#"{"TenantId":"t","TimeGenerated":"2024-03-05T01:02:03Z","UserPrincipalName":"rare@example.org","ResultType":"0","Type":"SigninLogs"}"#,
    );
    fs::write(evidence.path("audit.json"), lines.join("\n")).unwrap();
    fs::write(evidence.path("rules/late.kql"), "SigninLogs | where UserPrincipalName startswith 'rare' | project UserPrincipalName")
        .unwrap();
    let told = evidence.sweep("out", &[]);
    assert!(String::from_utf8_lossy(&told.stderr).contains("starting again"));
    let found = fs::read_to_string(evidence.path("out/rules/late.csv")).unwrap();
    assert_eq!(found, "UserPrincipalName\nrare@example.org\n");
    evidence.sweep("again", &["--threads", "1", "-q"]);
    assert_eq!(files(&evidence.path("out/rules")), files(&evidence.path("again/rules")));
}

/// A join over wide rows, of which so many wait that they wait on disk.
#[test]
fn rows_that_wait_on_disk_come_back_in_order() {
    const QUERY: &str = "let all = UnifiedAuditLog | where Operation != \"Nothing\" | project Id, Text = tostring(Text);
        UnifiedAuditLog | where Operation == \"Send\" | project Id, Number | join kind=inner all on Id | project Number, Text";
    let evidence = Evidence::new(1);
    fs::write(evidence.path("audit.json"), wide_records()).unwrap();
    fs::write(evidence.path("rules/wide.kql"), QUERY).unwrap();
    evidence.sweep("out", &["--chunk-bytes", "200000"]);
    let alone =
        Command::new(env!("CARGO_BIN_EXE_kalypso")).args(["-q", "-f", "csv", QUERY]).arg(evidence.path("audit.json")).output().unwrap();
    let alone = String::from_utf8(alone.stdout).unwrap();
    assert_eq!(alone.lines().count(), 446);
    assert!(fs::read_to_string(evidence.path("out/rules/wide.csv")).unwrap() == alone);
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let evidence = Evidence::new(400);
    evidence.sweep("one", &["--threads", "1", "--chunk-bytes", "3000"]);
    evidence.sweep("four", &["--threads", "4", "--chunk-bytes", "3000"]);
    assert_same(&evidence.path("one"), &evidence.path("four"));
}

/// Kills of one hundred runs.
const KILLS: usize = 100;

#[test]
fn sweeps_killed_a_hundred_times_go_on_to_the_same_bytes() {
    let evidence = Evidence::new(3000);
    let more = ["--chunk-bytes", "3000", "--threads", "2"];
    let started = Instant::now();
    evidence.sweep("whole", &more);
    let length = started.elapsed().as_micros() as u64;
    let mut seed: u64 = 4711;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut kills, mut resumed, mut finished) = (0, 0, 0);
    while kills < KILLS {
        let out = format!("killed-{finished}");
        let mut child = evidence.command(&out, &more).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random(length)));
        let over = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        match over {
            // The next starts anew.
            Some(status) => {
                assert!(status.success(), "{status}");
                assert_same(&evidence.path("whole"), &evidence.path(&out));
                finished += 1;
            }
            None => {
                kills += 1;
                resumed += usize::from(evidence.path(&out).join(".journal/log").metadata().is_ok_and(|log| log.len() > 1000));
            }
        }
        let done = evidence.path(&out).join("run.json").exists() && !evidence.path(&out).join(".journal").exists();
        finished += usize::from(done && over.is_none());
    }
    let out = format!("killed-{finished}");
    evidence.sweep(&out, &more);
    assert_same(&evidence.path("whole"), &evidence.path(&out));
    assert!(resumed > KILLS / 10, "only {resumed} of {KILLS} kills left something to go on from");
}

/// Its journal knows the parts of the rules' plans by numbers, which another build may give otherwise.
#[test]
fn what_another_build_began_begins_anew() {
    let evidence = Evidence::new(20_000);
    let more = ["--chunk-bytes", "3000", "--threads", "2"];
    let journal = evidence.path("out").join(".journal/log");
    let interrupt = || {
        let mut child = evidence.command("out", &more).spawn().unwrap();
        while !journal.metadata().is_ok_and(|log| log.len() > 1000) {
            assert!(child.try_wait().unwrap().is_none(), "it was not interrupted");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let went_on = |output: Output| String::from_utf8_lossy(&output.stderr).contains("went on");
    interrupt();
    assert!(went_on(evidence.sweep("out", &more)));
    fs::remove_dir_all(evidence.path("out")).unwrap();
    interrupt();
    let build = evidence.path("kalypso");
    fs::copy(env!("CARGO_BIN_EXE_kalypso"), &build).unwrap();
    let earlier = evidence.command("out", &more);
    let output = Command::new(build).args(earlier.get_args()).output().unwrap();
    assert!(output.status.success() && !went_on(output));
}

#[test]
fn values_that_do_not_fit_are_told() {
    let evidence = Evidence::new(4);
    // The head of the file says that levels are numbers; the last record says otherwise.
    let record = |n: usize, level: &str| {
        format!("{{\"CreationTime\":\"2024-03-01T00:00:00\",\"Id\":\"{n}\",\"Operation\":\"x\",\"Level\":{level}}}\n")
    };
    let many: String =
        (0..20_000).map(|n| record(n, "7")).chain([record(20_000, "\"high\"")]).chain((0..20_000).map(|n| record(n, "7"))).collect();
    fs::write(evidence.path("audit.json"), many).unwrap();
    fs::write(evidence.path("rules/levels.kql"), "where Level > 6 | summarize count() by Level").unwrap();
    evidence.sweep("out", &["--keep-duplicates"]);
    let account: serde_json::Value = serde_json::from_slice(&fs::read(evidence.path("out/account.json")).unwrap()).unwrap();
    assert_eq!(account["misfits"], 1, "{account}");
    assert_eq!(account["unfit"]["Level"], serde_json::json!({"read_as": "long", "fits": "string"}));
    let report = fs::read_to_string(evidence.path("out/report.html")).unwrap();
    assert!(report.contains("<code>Level</code> was read as long"));
    assert!(report.contains("some values of Level did not fit"));
    let run: serde_json::Value = serde_json::from_slice(&fs::read(evidence.path("out/run.json")).unwrap()).unwrap();
    let unfit = |rule: &serde_json::Value| (rule["name"].as_str().unwrap().to_owned(), rule["unfit"].as_array().unwrap().len());
    let touched: Vec<String> = run["rules"].as_array().unwrap().iter().map(unfit).filter(|(_, n)| *n > 0).map(|(name, _)| name).collect();
    assert_eq!(touched, ["levels"]);
}

#[test]
fn what_is_drawn_at_random_is_drawn_again() {
    let evidence = Evidence::new(400);
    let drawn = "where rand() < 0.3 | extend Lot = rand(), Mark = new_guid() | project CreationTime, UserId, Lot, Mark";
    fs::write(evidence.path("rules/drawn.kql"), drawn).unwrap();
    fs::write(evidence.path("rules/sample.kql"), "where Operation has 'Inbox' | sample 9 | project Id").unwrap();
    let constant = "let limit = toscalar(range n from 1 to 50 step 1 | extend Lot = rand() | summarize max(Lot));
                    where Operation has 'Inbox' | take 3 | project Id, limit";
    fs::write(evidence.path("rules/constant.kql"), constant).unwrap();
    evidence.sweep("one", &["--threads", "1", "--chunk-bytes", "3000"]);
    evidence.sweep("four", &["--threads", "4", "--chunk-bytes", "3000"]);
    assert_same(&evidence.path("one"), &evidence.path("four"));
    let rows = fs::read_to_string(evidence.path("one/rules/drawn.csv")).unwrap();
    let lots: std::collections::HashSet<&str> = rows.lines().skip(1).filter_map(|row| row.split(',').nth(2)).collect();
    assert!((60..180).contains(&lots.len()), "{} of 401 rows", lots.len());
    assert_eq!(lots.len(), rows.lines().count() - 1, "every row draws its own");
}

#[test]
fn kinds_of_records_that_no_rule_wants_are_left_out() {
    let evidence = Evidence::new(40);
    let record = |n: usize, operation: &str| {
        format!(
            "{{\"Id\":\"{n}\",\"CreationTime\":\"2024-03-{:02}T00:00:00\",\"RecordType\":15,\"Workload\":\"AzureActiveDirectory\",\
             \"Operation\":\"{operation}\",\"UserId\":\"u{}@example.org\",\"Big\":{{\"Deep\":[\"{n}\",{{\"Name\":\"it's {n}\"}}]}},\
             \"AuditLogRecordType\":\"x\",\"ExtendedProperties\":[{{\"Name\":\"UserAgent\",\"Value\":\"agent {}\"}}]}}\n",
            n % 28 + 1,
            n % 5,
            n % 3
        )
    };
    let long = "x".repeat(150);
    let operations = ["UserLoggedIn", "FileAccessed", "New-InboxRule", "Oper\\u0061tion", long.as_str()];
    // The kind of a record with a long value is not known: in the first half of the chunks all kinds are, in the others not.
    let text: String = (0..400).map(|n| record(n, operations[n % (4 + n / 200)])).collect();
    fs::write(evidence.path("audit.json"), text).unwrap();
    fs::remove_dir_all(evidence.path("rules")).unwrap();
    fs::create_dir(evidence.path("rules")).unwrap();
    let rules = [
        ("deep", "where Operation == 'UserLoggedIn' and CreationTime > datetime(2024-03-20) | project Id, Big.Deep[1].Name, Big"),
        ("exactly", "where CreationTime == datetime(2024-03-09) and Operation == 'FileAccessed' | project Id, UserId, UserAgent"),
        (
            "between",
            "where CreationTime between (datetime(2024-03-03) .. datetime(2024-03-05)) | summarize count() by tostring(Big.Deep[0])",
        ),
        (
            "either",
            "where Operation == 'New-InboxRule' and (CreationTime < datetime(2024-03-02) or UserId == 'u2@example.org') | project Id, Big",
        ),
        ("written-with-escapes", "where Operation == 'Operation' | project Id, ExtendedProperties"),
        ("long", "where strlen(Operation) > 100 | count"),
        ("table", "SigninLogs | where TimeGenerated >= datetime(2024-03-21) | project TimeGenerated, UserPrincipalName, UserAgent"),
    ];
    for (name, query) in rules {
        fs::write(evidence.path("rules").join(format!("{name}.kql")), query).unwrap();
    }
    evidence.sweep("out", &["--chunk-bytes", "5000"]);
    for (name, query) in rules {
        let arguments = ["-q", "-f", "csv", "--now", "2024-04-01", query];
        let alone = Command::new(env!("CARGO_BIN_EXE_kalypso")).args(arguments).arg(evidence.path("audit.json")).output().unwrap();
        let alone = String::from_utf8(alone.stdout).unwrap();
        assert!(alone.lines().count() > 1, "{name} finds nothing");
        assert_eq!(fs::read_to_string(evidence.path("out").join(format!("rules/{name}.csv"))).unwrap(), alone, "{name}");
    }
}

#[test]
fn markup_in_logs_stays_text() {
    let evidence = Evidence::new(60);
    fs::write(evidence.path("rules/note.kql"), "where Id endswith \"7\" | project CreationTime, UserId, Note").unwrap();
    evidence.sweep("out", &[]);
    let report = fs::read_to_string(evidence.path("out/report.html")).unwrap();
    assert!(report.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!report.contains("<script"));
    assert!(report.contains("default-src 'none'"));
}

#[test]
fn rules_that_cannot_run_are_told_and_runaways_are_cut() {
    let evidence = Evidence::new(60);
    fs::write(evidence.path("rules/elsewhere.kql"), "SecurityEvent | where EventID == 4688").unwrap();
    fs::write(evidence.path("rules/wrong.kql"), "where Operation = 1").unwrap();
    fs::write(evidence.path("rules/runaway.kql"), "project Id").unwrap();
    let told = String::from_utf8(evidence.sweep("out", &["--rule-rows", "50"]).stderr).unwrap();
    assert!(told.contains("not applicable: elsewhere: the inputs hold no records of SecurityEvent"), "{told}");
    assert!(told.contains("refused: wrong: KQL"), "{told}");
    let run: serde_json::Value = serde_json::from_slice(&fs::read(evidence.path("out/run.json")).unwrap()).unwrap();
    let status = |id: &str| {
        let rule = run["rules"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap();
        (rule["status"].as_str().unwrap().to_owned(), rule["rows"].as_u64().unwrap())
    };
    assert_eq!(status("elsewhere"), ("not_applicable".into(), 0));
    assert_eq!(status("wrong"), ("refused".into(), 0));
    assert_eq!(status("runaway"), ("cut".into(), 50));
    assert_eq!(status("inbox").0, "matched");
}

#[test]
fn a_finished_sweep_is_not_overwritten_and_two_are_compared() {
    let evidence = Evidence::new(60);
    evidence.sweep("before", &[]);
    assert_eq!(evidence.command("before", &[]).status().unwrap().code(), Some(2));
    fs::write(evidence.path("rules/inbox.kql"), "where Operation == \"New-InboxRule\" | project CreationTime, UserId, ClientIP, Operation")
        .unwrap();
    evidence.sweep("after", &[]);
    let diff =
        Command::new(env!("CARGO_BIN_EXE_kalypso")).arg("diff").arg(evidence.path("before")).arg(evidence.path("after")).output().unwrap();
    let told = String::from_utf8(diff.stdout).unwrap();
    assert!(told.starts_with("inbox\n  the rule itself changed\n  - {"), "{told}");
    assert!(told.ends_with("0 rows only in the second, 12 only in the first\n"), "{told}");
}
