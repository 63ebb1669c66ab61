//! Scheduled jobs as a scheduler sees them: alerts come once, through kills, doubled runs, late data and changed rules.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value as Json;
use tempfile::TempDir;

/// A folder with a file of jobs, exports and alerts.
struct Watch {
    folder: TempDir,
}

/// What a run said.
struct Said {
    code: Option<i32>,
    err: String,
    out: String,
}

const ACCOUNTS: &str = r#"accounts = ["bg1@x.example", "bg2@x.example"]"#;

impl Watch {
    fn new(jobs: &str) -> Watch {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("exports")).unwrap();
        let watch = Watch { folder };
        watch.jobs(jobs);
        watch
    }

    /// One job that looks for sign-ins, with further settings.
    fn for_sign_ins(more: &str) -> Watch {
        Watch::new(&sign_ins(more))
    }

    fn jobs(&self, text: &str) {
        fs::write(self.path("JOBS.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Adds a file of sign-ins at some minutes of a day.
    fn export(&self, name: &str, minutes: &[u32]) {
        let text: String = minutes.iter().map(|minute| sign_in(*minute, "bg1@x.example")).collect();
        fs::write(self.path("exports").join(name), text).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
        command.arg("job").args(words).current_dir(self.folder.path()).env_remove("KALYPSO_LIBRARY");
        command
    }

    fn say(&self, words: &[&str]) -> Said {
        said(&self.command(words).output().unwrap())
    }

    /// Runs at a minute of the day.
    fn run(&self, minute: u32) -> Said {
        self.say(&["run", "JOBS.toml", "--now", &time(minute)])
    }

    fn alerts(&self) -> Vec<Json> {
        let text = fs::read_to_string(self.path("alerts.ndjson")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
    }

    /// How often each minute of a day was told of.
    fn told(&self) -> HashMap<String, usize> {
        let mut told = HashMap::new();
        for alert in self.alerts() {
            for row in alert["rows"].as_array().unwrap() {
                *told.entry(row["CreationTime"].as_str().unwrap()[11..16].to_owned()).or_default() += 1;
            }
        }
        told
    }
}

fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), err: text(&output.stderr), out: text(&output.stdout) }
}

fn time(minute: u32) -> String {
    format!("2024-06-04T{:02}:{:02}:30", minute / 60, minute % 60)
}

fn sign_in(minute: u32, user: &str) -> String {
    format!(
        "{{\"CreationTime\":\"2024-06-04T{:02}:{:02}:00\",\"Id\":\"00000000-0000-0000-0000-{minute:012}\",\"Operation\":\"UserLoggedIn\",\
         \"RecordType\":15,\"Workload\":\"AzureActiveDirectory\",\"UserId\":\"{user}\",\"ClientIP\":\"203.0.113.{}\"}}\n",
        minute / 60,
        minute % 60,
        minute % 200
    )
}

fn sign_ins(more: &str) -> String {
    format!(
        "[[job]]\nname = \"sign-ins\"\nquery = '''where Operation == \"UserLoggedIn\" | project CreationTime, UserId, ClientIP'''\n\
         inputs = [\"exports\"]\nfrequency = \"5m\"\nlookback = \"1h\"\n{more}\n[[job.output]]\nndjson = \"alerts.ndjson\"\n"
    )
}

#[test]
fn an_alert_comes_once_and_late_data_too() {
    let watch = Watch::for_sign_ins("");
    watch.export("a.json", &[61]);
    assert_eq!(watch.run(65).code, Some(10));
    assert_eq!(watch.alerts().len(), 1);
    for minute in [65, 66, 71] {
        let said = watch.run(minute);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    // Late, but inside the lookback of a window to come; and a file that grew.
    watch.export("late.json", &[50]);
    watch.export("a.json", &[61, 72]);
    assert_eq!(watch.run(76).code, Some(10));
    assert_eq!(watch.run(90).code, Some(0));
    assert_eq!(watch.told(), HashMap::from([("01:01".into(), 1), ("00:50".into(), 1), ("01:12".into(), 1)]));
}

#[test]
fn missed_windows_are_caught_up_one_by_one_and_hold_only_their_own_time() {
    let watch = Watch::new(&sign_ins("").replace("lookback = \"1h\"", "lookback = \"5m\""));
    watch.export("a.json", &[61, 66, 71, 200]);
    assert_eq!(watch.run(65).code, Some(10));
    let said = watch.run(80);
    assert!(said.err.contains("3 windows, 2 alerts"), "{}", said.err);
    let windows: Vec<String> = watch.alerts().iter().map(|alert| alert["window"]["end"].as_str().unwrap()[11..16].to_owned()).collect();
    assert_eq!(windows, ["01:05", "01:10", "01:15"]);
}

#[test]
fn a_hundred_kills_neither_lose_nor_repeat_an_alert() {
    let jobs = sign_ins("grouping = \"AlertPerResult\"") + &sign_ins("").replace("\"sign-ins\"", "\"grouped\"");
    let jobs = jobs.replacen("alerts.ndjson", "each.ndjson", 1);
    let watch = Watch::new(&jobs);
    let mut random: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut kills = 0;
    let mut minute = 60;
    while kills < 100 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        if random.is_multiple_of(3) {
            minute += 2;
            watch.export(&format!("{minute}.json"), &[minute, minute + 1]);
        }
        let mut child =
            watch.command(&["run", "JOBS.toml", "--now", &time(minute + 2)]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random % 60_000));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let said = watch.run(minute + 60);
    assert!(said.code == Some(10) || said.code == Some(0), "{}", said.err);
    assert_eq!(watch.run(minute + 60).code, Some(0));
    let expected: HashMap<String, usize> = (61..=minute + 1).filter(|m| *m > 61).map(|m| (time(m)[11..16].to_owned(), 1)).collect();
    assert_eq!(watch.told(), expected);
    fs::rename(watch.path("each.ndjson"), watch.path("alerts.ndjson")).unwrap();
    assert_eq!(watch.told(), expected);
    let ids: std::collections::HashSet<String> = watch.alerts().iter().map(|alert| alert["id"].to_string()).collect();
    assert_eq!(ids.len(), expected.len());
}

#[test]
fn doubled_runs_raise_nothing_twice() {
    let watch = Watch::for_sign_ins("");
    watch.export("a.json", &(40..64).collect::<Vec<_>>());
    let start = || watch.command(&["run", "JOBS.toml", "--now", &time(65)]).stderr(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..6).map(|_| start()).collect();
    let codes: Vec<_> = children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(10)).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 5, "{codes:?}");
    assert_eq!(watch.alerts().len(), 1);
}

#[test]
fn a_changed_rule_is_a_new_version() {
    let watch = Watch::for_sign_ins("");
    watch.export("a.json", &[61]);
    assert_eq!(watch.run(65).code, Some(10));
    watch.jobs(&sign_ins("").replace("ClientIP'''", "ClientIP, Operation'''"));
    assert_eq!(watch.run(66).code, Some(10));
    assert_eq!(watch.run(66).code, Some(0));
    // How alerts are called and where they go decides nothing about which there are.
    watch.jobs(&sign_ins("title = \"Called otherwise\"").replace("ClientIP'''", "ClientIP, Operation'''"));
    assert_eq!(watch.run(71).code, Some(0));
    let versions: std::collections::HashSet<String> = watch.alerts().iter().map(|alert| alert["rule"]["settings"].to_string()).collect();
    assert_eq!(versions.len(), 2);
}

#[test]
fn thresholds_count_results_and_absence_is_told_each_time() {
    let watch = Watch::for_sign_ins("trigger_operator = \"gt\"\ntrigger_threshold = 2");
    watch.export("a.json", &[61, 62]);
    assert_eq!(watch.run(65).code, Some(0));
    watch.export("b.json", &[66]);
    assert_eq!(watch.run(70).code, Some(10));
    assert_eq!(watch.alerts()[0]["count"], 3);
    let watch = Watch::for_sign_ins("trigger_operator = \"lt\"\ntrigger_threshold = 1");
    watch.export("a.json", &[1]);
    assert_eq!([watch.run(65).code, watch.run(66).code, watch.run(70).code], [Some(10), Some(0), Some(10)]);
}

#[test]
fn after_an_alert_a_suppressed_job_rests() {
    let watch = Watch::for_sign_ins("suppression = \"20m\"");
    watch.export("a.json", &[61]);
    assert_eq!(watch.run(65).code, Some(10));
    watch.export("b.json", &[66]);
    assert_eq!([watch.run(70).code, watch.run(80).code], [Some(0), Some(0)]);
    assert_eq!(watch.run(85).code, Some(10));
    assert_eq!(watch.told(), HashMap::from([("01:01".into(), 1), ("01:06".into(), 1)]));
}

#[test]
fn a_failed_job_does_not_stop_the_next_and_is_made_up_for() {
    let bad = "[[job]]\nname = \"bad\"\nquery = \"where Operation = 1\"\ninputs = [\"exports\"]\nfrequency = \"5m\"\n";
    let absent = "[[job]]\nname = \"absent\"\nquery = \"count\"\ninputs = [\"nowhere/*.json\"]\n";
    let watch = Watch::new(&format!("{bad}{absent}{}", sign_ins("")));
    watch.export("a.json", &[61]);
    let said = watch.run(65);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("2 of 3 jobs failed: bad, absent"), "{}", said.err);
    assert!(said.err.contains("job absent: no file matches"), "{}", said.err);
    assert_eq!(watch.alerts().len(), 1);
    assert_eq!(watch.run(65).code, Some(1));
    assert_eq!(watch.alerts().len(), 1);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let watch = Watch::for_sign_ins("freqency = \"5m\"");
    let said = watch.run(65);
    assert!(said.code == Some(2) && said.err.contains("unknown field `freqency`"), "{}", said.err);
    for (setting, told) in [
        ("grouping = \"PerRow\"", "neither SingleAlert nor AlertPerResult"),
        ("trigger_operator = \"over\"", "none of gt, lt, eq and ne"),
        ("suppression = \"soon\"", "`soon` is no duration"),
        ("rule = \"break-glass-sign-ins\"", "one of `query`"),
    ] {
        watch.jobs(&sign_ins(setting));
        let said = watch.run(65);
        assert!(said.code == Some(2) && said.err.contains(told), "{}", said.err);
    }
    watch.jobs(&sign_ins(""));
    let said = watch.say(&["run", "JOBS.toml", "other"]);
    assert!(said.code == Some(2) && said.err.contains("no job is called other; there are: sign-ins"), "{}", said.err);
}

#[test]
fn the_break_glass_watch_tells_who_and_with_what() {
    let watch = Watch::new(&format!(
        "[[job]]\nname = \"break-glass\"\nrule = \"break-glass-sign-ins\"\ninputs = [\"exports\"]\nfrequency = \"5m\"\nlookback = \"2d\"\n\
         parameters = {{ {} }}\n[[job.output]]\nndjson = \"alerts.ndjson\"\n[[job.output]]\nterminal = true\n",
        ACCOUNTS.replace("bg1@x", "breakglass1@northwind-traders").replace("bg2@x", "breakglass2@northwind-traders")
    ));
    let fixture = |name: &str| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/break-glass").join(name);
    fs::copy(fixture("content-blob.json"), watch.path("exports/one.json")).unwrap();
    let run = |now: &str| watch.say(&["run", "JOBS.toml", "--now", now]);
    let first = run("2024-06-04T12:03:00");
    assert_eq!(first.code, Some(10), "{}", first.err);
    assert!(first.out.contains("High: Sign-ins of break-glass accounts"), "{}", first.out);
    fs::copy(fixture("search-unified-audit-log.csv"), watch.path("exports/two.csv")).unwrap();
    assert_eq!(run("2024-06-04T12:08:00").code, Some(10));
    assert_eq!(run("2024-06-04T12:13:00").code, Some(0));
    let rows: Vec<Json> = watch.alerts().iter().flat_map(|alert| alert["rows"].as_array().unwrap().clone()).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2]["ClientIP"], "203.0.113.66");
    assert_eq!((rows[2]["OS"].as_str(), rows[2]["Browser"].as_str()), (Some("Linux"), Some("Firefox")));
    assert!(rows[2]["UserAgent"].as_str().unwrap().contains("Firefox/127.0"));
    assert_eq!(watch.alerts()[0]["entities"][0]["type"], "Account");
}
