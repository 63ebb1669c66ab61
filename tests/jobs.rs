//! Scheduled jobs as a scheduler sees them: alerts come once, through kills, doubled runs, late data and changed rules.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

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

    /// The alerts of the file, and of those that a rotation has made of it.
    fn alerts(&self) -> Vec<Json> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|file| file.to_string_lossy().contains("/alerts.ndjson")).collect();
        files.sort();
        let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
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
fn a_job_says_how_dates_are_read() {
    for (order, code) in [("day-first", 10), ("month-first", 0)] {
        let watch = Watch::for_sign_ins(&format!("date_order = \"{order}\""));
        let export = "CreationDate,UserIds,Operations,AuditData\n04/06/2024 09:00:00,bg1@x.example,UserLoggedIn,\"{\"\"CreationTime\"\":\
                      \"\"04/06/2024 09:00:00\"\",\"\"Id\"\":\"\"1\"\",\"\"Operation\"\":\"\"UserLoggedIn\"\",\"\"UserId\"\":\"\"bg1@x.example\"\"}\"\n";
        fs::write(watch.path("exports/day.csv"), export).unwrap();
        let said = watch.run(9 * 60 + 10);
        assert_eq!(said.code, Some(code), "{order}: {}{}", said.out, said.err);
    }
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
    // A job begins with its first run that ends; how long that takes here says when to kill the others.
    watch.export("60.json", &[]);
    let start = Instant::now();
    watch.run(61);
    let longest = 2 * start.elapsed().as_micros() as u64;
    let mut random: u64 = 0x9E37_79B9_7F4A_7C15;
    let (mut kills, mut rotations) = (0, 0);
    let mut minute = 60;
    while kills < 100 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        if random.is_multiple_of(3) {
            minute += 2;
            watch.export(&format!("{minute}.json"), &[minute, minute + 1]);
        }
        if random.is_multiple_of(11) {
            // One run may end, so that there is a file to rotate also where every kill comes early.
            watch.run(minute + 2);
            // A name of its own for each, or a rotation loses what the one before kept.
            rotations += usize::from(fs::rename(watch.path("alerts.ndjson"), watch.path(&format!("alerts.ndjson.{rotations}"))).is_ok());
        }
        let mut child =
            watch.command(&["run", "JOBS.toml", "--now", &time(minute + 2)]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random % longest));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let said = watch.run(minute + 60);
    assert!(said.code == Some(10) || said.code == Some(0), "{}", said.err);
    assert_eq!(watch.run(minute + 60).code, Some(0));
    let expected: HashMap<String, usize> = (61..=minute + 1).filter(|m| *m > 61).map(|m| (time(m)[11..16].to_owned(), 1)).collect();
    assert_eq!(watch.told(), expected);
    let grouped: Vec<PathBuf> = fs::read_dir(watch.folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    let rotated = grouped.iter().filter(|file| file.to_string_lossy().contains("/alerts.ndjson"));
    assert!(rotated.clone().count() > 3, "nothing was rotated");
    rotated.for_each(|file| fs::remove_file(file).unwrap());
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

#[test]
fn commands_the_system_log_and_webhooks_get_each_alert() {
    let jobs = sign_ins("")
        + "[[job.output]]\ncommand = [\"sh\", \"-c\", 'cat >> \"$KALYPSO_JOB.got\"']\n[[job.output]]\nsyslog = \"log\"\n[[job.output]]\n\
           webhook = \"http://127.0.0.1:PORT/hook\"\nheaders = { Authorization = \"Bearer ${HOOK_TOKEN}\" }\n";
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let watch = Watch::new(&jobs.replace("PORT", &listener.local_addr().unwrap().port().to_string()));
    watch.export("a.json", &[61]);
    let log = std::os::unix::net::UnixDatagram::bind(watch.path("log")).unwrap();
    let refused = watch.run(65);
    assert_eq!(refused.code, Some(4));
    assert!(refused.err.contains("/hook: it needs --allow-network"), "{}", refused.err);
    // A server that is busy at first.
    let server = std::thread::spawn(move || [503, 200].map(|status| answer(&listener, status)));
    let sent =
        said(&watch.command(&["run", "JOBS.toml", "--now", &time(66), "--allow-network"]).env("HOOK_TOKEN", "s3cret").output().unwrap());
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    let id = watch.alerts()[0]["id"].as_str().unwrap().to_owned();
    let requests = server.join().unwrap();
    for request in &requests {
        let lower = request.to_ascii_lowercase();
        assert!(lower.starts_with("post /hook http/1.1"), "{request}");
        assert!(lower.contains(&format!("idempotency-key: {id}")) && lower.contains("authorization: bearer s3cret"), "{request}");
    }
    let got: Json = serde_json::from_str(&fs::read_to_string(watch.path("exports/../sign-ins.got")).unwrap()).unwrap();
    assert_eq!(got["id"], id.as_str());
    let mut message = [0; 9000];
    let length = log.recv(&mut message).unwrap();
    let message = String::from_utf8_lossy(&message[..length]).into_owned();
    assert!(message.contains(&format!(" alert [kalypso@32473 id=\"{id}\" job=\"sign-ins\"] \u{feff}{{\"id\"")), "{message}");
    assert_eq!(watch.alerts().len(), 1);
}

/// Takes one request and answers it with a status.
fn answer(listener: &std::net::TcpListener, status: u16) -> String {
    use std::io::{Read, Write};
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&request).contains("\"input\"") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the request ended early");
        request.extend_from_slice(&buffer[..read]);
    }
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    String::from_utf8_lossy(&request).into_owned()
}

#[test]
fn an_alert_that_could_not_be_sent_waits_and_the_order_stays() {
    let jobs = sign_ins("").replace("ndjson = \"alerts.ndjson\"", "command = [\"sh\", \"-c\", \"test -e open && cat >> alerts.ndjson\"]");
    let watch = Watch::new(&jobs);
    watch.export("a.json", &[61]);
    assert_eq!(watch.run(65).code, Some(4));
    watch.export("b.json", &[66]);
    assert_eq!(watch.run(70).code, Some(4));
    let status = watch.say(&["status", "JOBS.toml", "-f", "ndjson"]);
    let row: Json = serde_json::from_str(&status.out).unwrap();
    assert_eq!((&row["State"], &row["Waiting"], &row["Alerts"]), (&"failing".into(), &2.into(), &2.into()), "{row}");
    fs::write(watch.path("open"), "").unwrap();
    assert_eq!(watch.run(70).code, Some(0));
    let ends: Vec<String> = watch.alerts().iter().map(|alert| alert["window"]["end"].as_str().unwrap()[11..16].to_owned()).collect();
    assert_eq!(ends, ["01:05", "01:10"]);
    assert_eq!(watch.run(70).code, Some(0));
    assert_eq!(watch.alerts().len(), 2);
}

#[test]
fn a_replay_raises_what_live_runs_raised_and_touches_nothing_of_theirs() {
    let watch = Watch::for_sign_ins("suppression = \"15m\"");
    watch.export("a.json", &[61, 66, 71, 100, 119]);
    (60..130).for_each(|minute| drop(watch.run(minute)));
    let live = watch.alerts();
    assert!(live.len() >= 3, "{live:?}");
    let from_to = ["replay", "JOBS.toml", "--from", &time(59), "--to", &time(129)];
    let replayed = watch.say(&[&from_to[..], &["-o", "-"]].concat());
    assert_eq!(replayed.code, Some(10), "{}", replayed.err);
    let again: Vec<Json> = replayed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(again.len(), live.len());
    for (live, again) in live.iter().zip(&again) {
        assert_eq!((&live["id"], &live["rows"]), (&again["id"], &again["rows"]));
    }
    assert_eq!(watch.alerts(), live);
    assert_eq!(watch.say(&[&from_to[..], &["--fail-on-alert", "off"]].concat()).code, Some(0));
}

#[test]
fn a_published_rule_brings_its_own_settings() {
    let watch = Watch::new(
        "[[job]]\nname = \"rule\"\nfile = \"rule.yaml\"\ninputs = [\"exports/*.json\"]\n[[job.output]]\nndjson = \"alerts.ndjson\"\n",
    );
    let rule = "id: 11111111-2222-3333-4444-555555555555\nname: Sign-ins\nkind: Scheduled\nversion: 1.2.3\nseverity: Medium\n\
        queryFrequency: 5m\nqueryPeriod: PT1H\ntriggerOperator: gt\ntriggerThreshold: 0\nsuppressionDuration: 5h\nsuppressionEnabled: false\n\
        tactics: [InitialAccess]\nrelevantTechniques: [T1078]\neventGroupingSettings:\n  aggregationKind: AlertPerResult\n\
        alertDetailsOverride:\n  alertDisplayNameFormat: '{{UserId}} from {{ClientIP}}'\n  alertSeverityColumnName: Level\n\
        customDetails:\n  Address: ClientIP\nentityMappings:\n- entityType: IP\n  fieldMappings:\n  - identifier: Address\n    columnName: ClientIP\n\
        query: |\n  UnifiedAuditLog | where Operation == 'UserLoggedIn' | project CreationTime, UserId, ClientIP, Level = 'high'\n";
    fs::write(watch.path("rule.yaml"), rule).unwrap();
    watch.export("a.json", &[61, 62]);
    assert_eq!(watch.run(65).code, Some(10));
    let alerts = watch.alerts();
    assert_eq!(alerts.len(), 2);
    assert_eq!(alerts[0]["title"], "bg1@x.example from 203.0.113.61");
    assert_eq!((&alerts[0]["severity"], &alerts[0]["rule"]["version"]), (&"High".into(), &"1.2.3".into()));
    assert_eq!(alerts[0]["customDetails"]["Address"][0], "203.0.113.61");
    assert_eq!(alerts[0]["entities"][0]["fields"]["Address"], "203.0.113.61");
    assert_eq!(alerts[0]["input"]["records"], 2);
    watch.export("b.json", &[66]);
    assert_eq!(watch.run(70).code, Some(10));
}

#[test]
fn files_outside_a_window_are_not_read_and_rewritten_ones_are_told() {
    let watch = Watch::for_sign_ins("");
    watch.export("old.json", &[1, 2]);
    watch.export("new.json", &[300]);
    assert_eq!(watch.run(305).code, Some(10));
    assert_eq!(watch.alerts()[0]["input"]["files"], 1);
    watch.export("new.json", &[301]);
    let said = watch.run(310);
    assert!(said.code == Some(10) && said.err.contains("new.json was rewritten since it was last read"), "{}", said.err);
    watch.export("new.json", &[301, 311]);
    let said = watch.run(315);
    assert!(said.code == Some(10) && !said.err.contains("rewritten"), "{}", said.err);
    fs::write(watch.path("exports/torn.json"), &sign_in(316, "bg2@x.example")[..90]).unwrap();
    let said = watch.run(320);
    assert!(said.code == Some(3) && said.err.contains("job sign-ins: left out 1: "), "{}", said.err);
}

#[test]
fn alerts_never_go_into_the_inputs() {
    let watch = Watch::new(&sign_ins("").replace("alerts.ndjson", "exports/a.json"));
    watch.export("a.json", &[61]);
    let said = watch.run(65);
    assert!(said.code == Some(2) && said.err.contains("lies among the inputs"), "{}", said.err);
    assert_eq!(fs::read_to_string(watch.path("exports/a.json")).unwrap(), sign_in(61, "bg1@x.example"));
}

#[test]
fn units_lines_and_tasks_are_what_their_schedulers_take() {
    let jobs = sign_ins("") + "[[job.output]]\nwebhook = \"${HOOK}\"\n";
    let watch = Watch::new(&jobs);
    let odd = watch.path("50% of it's");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("watch.toml"), jobs).unwrap();
    let file = odd.join("watch.toml").to_string_lossy().into_owned();
    let print = |scheduler: &str| {
        let said = watch.say(&["install", &file, scheduler, "--allow-network"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out
    };
    let units = print("--systemd");
    assert!(units.contains("OnCalendar=*:0/5") && units.contains("Persistent=true"), "{units}");
    let files: Vec<(PathBuf, &str)> = units
        .split("# /etc/systemd/system/")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap())
        .map(|(name, body)| (watch.path(name), body))
        .collect();
    assert_eq!(files.len(), 2);
    files.iter().for_each(|(path, body)| fs::write(path, body).unwrap());
    if let Ok(verified) = Command::new("systemd-analyze").arg("verify").args(files.iter().map(|(path, _)| path)).output() {
        let said = said(&verified);
        let own: Vec<&str> = said.err.lines().filter(|line| line.contains("kalypso-watch")).collect();
        assert!(own.is_empty(), "{own:?}");
    }
    let cron = print("--cron");
    let line = cron.lines().find(|line| !line.starts_with('#')).unwrap();
    let (schedule, command) = line.split_at(line.match_indices(' ').nth(4).unwrap().0);
    assert_eq!(schedule, "*/5 * * * *");
    // What cron hands to the shell, with the program and the wait taken out.
    let shell = command.trim().replace("\\%", "%").replace("flock -n", "printf '%s\\n'").replace("; . ", "; : ");
    let words = Command::new("sh").arg("-c").arg(&shell).output().unwrap();
    let words: Vec<String> = said(&words).out.lines().map(str::to_owned).collect();
    assert_eq!((&words[0], words[2..5].join(" ")), (&file, format!("job run {file}")), "{shell}");
    let task = print("--windows-task");
    let mut reader = quick_xml::Reader::from_str(&task);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Text(part) => text.push_str(&part),
            _ => {}
        }
    }
    assert!(text.contains("IgnoreNew") && text.contains("PT5M"), "{text}");
}
