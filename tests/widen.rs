//! A value that the sample did not show widens its column instead of becoming null.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::value::{Batch, Schema};

#[derive(Default)]
struct Table {
    types: String,
    rows: Vec<String>,
    patience: Option<Duration>,
    /// How often it was shown that nothing came.
    idle: usize,
}

impl ResultSink for Table {
    fn begin(&mut self, schema: &Schema, _name: &str) {
        self.types = schema.iter().map(|field| format!("{}:{}", field.name, field.ty)).collect::<Vec<_>>().join(" ");
        self.rows.clear();
    }
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        for row in 0..batch.rows {
            self.rows.push(batch.columns.iter().map(|c| c.value(row).to_text().into_owned()).collect::<Vec<_>>().join(" "));
        }
        ControlFlow::Continue(())
    }
    fn end(&mut self) {}
    fn patience(&self) -> Option<Duration> {
        self.patience
    }
    fn idle(&mut self) {
        self.idle += 1;
    }
}

/// Runs over more lines than are sampled, and a few behind them that are not like them.
fn ask(query: &str) -> (Table, u64) {
    ask_with(query, None)
}

fn ask_with(query: &str, patience: Option<Duration>) -> (Table, u64) {
    let mut text = String::new();
    for line in 0..5000 {
        let _ = writeln!(text, r#"{{"day":"2024-06-01","n":{},"r":{},"b":true,"o":1}}"#, line % 7, line % 3);
    }
    text += "{\"day\":\"2024-06-02\",\"n\":\"seven\",\"r\":1.5,\"b\":\"maybe\",\"o\":{\"x\":1}}\n{\"day\":\"2024-06-02\",\"n\":3,\"r\":2,\"b\":false,\"o\":2}\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.ndjson");
    std::fs::write(&path, text).expect("written");
    let inputs = vec![path.to_string_lossy().into_owned()];
    let session =
        Session::open(SessionOptions { inputs, threads: 1, chunk_bytes: 10_000, ..SessionOptions::default() }).expect("a session");
    let mut table = Table { patience, ..Table::default() };
    let outcome = session.run(query, &mut table).unwrap_or_else(|errors| panic!("{errors:?}"));
    (table, outcome.account.misfits)
}

#[test]
fn what_does_not_fit_is_kept() {
    let (table, misfits) = ask("where tostring(day) startswith '2024-06-02' | project n, r, b, o");
    assert_eq!(table.types, "n:string r:real b:string o:dynamic");
    assert_eq!((table.rows, misfits), (vec!["seven 1.5 maybe {\"x\":1}".to_owned(), "3 2.0 false 2".to_owned()], 0));
}

#[test]
fn rows_that_came_first_are_not_told_twice() {
    let (table, misfits) = ask("project n");
    assert_eq!((table.rows.len(), table.rows.last().map(String::as_str), misfits), (5002, Some("3"), 0));
}

#[test]
fn who_cannot_wait_sees_rows_at_once_and_what_fits_no_more_is_counted() {
    let (table, misfits) = ask_with("project n", Some(Duration::ZERO));
    assert_eq!(table.types, "n:long");
    assert_eq!((table.rows.len(), table.rows[5000].as_str(), misfits), (5002, "", 1));
    let (table, _) = ask_with("where n == 6 and r == 0 | take 1", Some(Duration::ZERO));
    assert_eq!(table.rows.len(), 1);
    let (rare, misfits) = ask_with("where r > 100 | project n", Some(Duration::ZERO));
    assert_eq!((rare.rows.len(), misfits, rare.idle), (0, 0, 0), "without a row nothing is decided: it starts again with wider types");
}

#[test]
fn a_query_that_needs_the_narrow_type_counts_what_is_null() {
    let (table, misfits) = ask("summarize sum(n), count()");
    let sum: usize = (0..5000).map(|line| line % 7).sum::<usize>() + 3;
    assert_eq!((table.rows, misfits), (vec![format!("{sum} 5002")], 1));
}

#[test]
fn columns_that_are_declared_stay_what_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.ndjson");
    let good = r#"{"CreationTime":"2024-06-01T00:00:00","Id":"1","RecordType":1,"Operation":"x"}"#;
    let bad = r#"{"CreationTime":"soon","Id":"2","RecordType":1,"Operation":"x"}"#;
    std::fs::write(&path, format!("{}{bad}\n", format!("{good}\n").repeat(20_000))).expect("written");
    let inputs = vec![path.to_string_lossy().into_owned()];
    let session = Session::open(SessionOptions { inputs, chunk_bytes: 10_000, ..SessionOptions::default() }).expect("a session");
    let mut table = Table::default();
    let outcome = session.run("summarize max(CreationTime)", &mut table).expect("it runs");
    assert_eq!((table.types.as_str(), outcome.account.misfits), ("max_CreationTime:datetime", 1));
}

/// Audit records in a framing, more of them than are sampled, and of other families one each where no sample is taken. The file is named
/// after what packs it.
fn with_rare_families(framing: &str) -> (tempfile::TempDir, Vec<String>) {
    let audit = |n: usize| {
        format!(
            r#"{{"CreationTime":"2024-06-01T00:00:00","Id":"{n}","RecordType":15,"Workload":"AzureActiveDirectory","UserId":"u{n}@x","Operation":"UserLoggedIn","Pad":"{}"}}"#,
            "x".repeat(300)
        )
    };
    let mut records: Vec<String> = (0..12_000).map(audit).collect();
    let rare = [
        r#"{"TenantId":"t","TimeGenerated":"2024-06-01T01:02:03Z","UserPrincipalName":"rare1@x","ResultType":"0","Type":"SigninLogs"}"#,
        r#"{"time":"2024-06-01T01:02:03Z","operationName":"Sign-in activity","category":"SignInLogs","properties":{"id":"a","createdDateTime":"2024-06-01T01:02:03Z","userPrincipalName":"rare2@x","ipAddress":"1.2.3.4","status":{"errorCode":0}}}"#,
        r#"{"id":"b","createdDateTime":"2024-06-01T01:02:03Z","userPrincipalName":"rare3@x","appId":"a","ipAddress":"1.2.3.4","status":{"errorCode":0}}"#,
    ];
    // A sample is taken at each 64th of the file, and is 16 KiB of these 83: the middle between two is never in one.
    for (n, record) in rare.iter().enumerate() {
        records.insert((12_000 * (2 * (50 + 4 * n) + 1)) / 128, (*record).to_owned());
    }
    let text = match framing {
        "lines" | "gz" => records.join("\n") + "\n",
        _ => format!("[{}]", records.join(",")),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    let bytes = match framing {
        "gz" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut packed, text.as_bytes()).expect("packed");
            packed.finish().expect("packed")
        }
        _ => text.into_bytes(),
    };
    std::fs::write(&path, bytes).expect("written");
    let inputs = vec![path.to_string_lossy().into_owned()];
    (folder, inputs)
}

#[test]
fn a_family_that_was_not_sampled_has_its_rows() {
    let ask = |inputs: &[String], threads, query: &str, patience| {
        let options = SessionOptions { inputs: inputs.to_vec(), threads, keep_duplicates: true, ..SessionOptions::default() };
        let session = Session::open(options).expect("a session");
        let mut table = Table { patience, ..Table::default() };
        let outcome = session.run(query, &mut table).unwrap_or_else(|errors| panic!("{errors:?}"));
        let told: u64 = outcome.account.losses().map(|(_, skipped)| skipped.count).sum();
        (table.rows, told)
    };
    for framing in ["lines", "array", "gz"] {
        let (_folder, inputs) = with_rare_families(framing);
        for threads in [1, 2] {
            let ask = |query| ask(&inputs, threads, query, None);
            let rare =
                ask("SigninLogs | where UserPrincipalName startswith 'rare' | project UserPrincipalName | sort by UserPrincipalName asc");
            assert_eq!(rare, (vec!["rare1@x".to_owned(), "rare2@x".to_owned(), "rare3@x".to_owned()], 0), "{framing}");
            assert_eq!(ask("UnifiedAuditLog | count"), (vec!["12000".to_owned()], 0), "{framing}");
            assert_eq!(ask("SigninLogs | count"), (vec!["12003".to_owned()], 0), "{framing}");
            assert_eq!(ask("count"), (vec!["12003".to_owned()], 0), "{framing}");
        }
    }
    // Where rows were handed out before, what is of another table is told.
    let (_folder, inputs) = with_rare_families("lines");
    let (rows, told) = ask(&inputs, 1, "UnifiedAuditLog | project UserId", Some(Duration::ZERO));
    assert_eq!((rows.len(), told), (12_003, 3));
}

#[test]
fn a_name_that_few_records_have_is_looked_for_in_many_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = |n: usize, more: &str| {
        format!(r#"{{"CreationTime":"2024-06-01T00:00:00","Id":"{n}","RecordType":1,"UserId":"u","Operation":"x"{more}}}"#) + "\n"
    };
    for file in 0..40 {
        let mut text: String = (0..380).map(|n| record(1000 * file + n, "")).collect();
        if file == 30 {
            text += &record(1000 * file + 999, r#","Rare":7,"Parameters":[{"Name":"Forward","Value":"y"}]"#);
        }
        std::fs::write(folder.path().join(format!("{file:02}.json")), text).expect("written");
    }
    for threads in [1, 2] {
        let ask = |query: &str| {
            let inputs = vec![folder.path().to_string_lossy().into_owned()];
            let session = Session::open(SessionOptions { inputs, threads, ..SessionOptions::default() }).expect("a session");
            let mut table = Table::default();
            let outcome = session.run(query, &mut table).unwrap_or_else(|errors| panic!("{errors:?}"));
            (table.types, table.rows.join(","), outcome.warnings.len())
        };
        assert_eq!(ask("where Rare == 7 | project Rare, Forward"), ("Rare:long Forward:string".to_owned(), "7 y".to_owned(), 0));
        assert_eq!(ask("where Forward == 'y' | count"), ("Count:long".to_owned(), "1".to_owned(), 0));
        // One that no record has is told.
        assert_eq!(ask("where isnotnull(Rarer) | count"), ("Count:long".to_owned(), "0".to_owned(), 1));
    }
}

#[test]
fn who_shows_all_columns_sees_those_of_few_records() {
    let mut text: String = (0..300).map(|n| format!("{{\"day\":\"2024-06-01\",\"n\":{n}}}\n")).collect();
    text += "{\"day\":\"2024-06-02\",\"n\":1,\"rare\":2}\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.ndjson");
    std::fs::write(&path, text).expect("written");
    for (query, types) in [
        ("take 1", "day:string n:long rare:long"),
        ("summarize arg_max(n, *) by day", "day:string n:long rare:long"),
        ("project-away n | take 1", "day:string rare:long"),
        ("project rare | take 1", "rare:long"),
    ] {
        let inputs = vec![path.to_string_lossy().into_owned()];
        let session = Session::open(SessionOptions { inputs, ..SessionOptions::default() }).expect("a session");
        let mut table = Table::default();
        session.run(query, &mut table).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(table.types, types, "{query}");
    }
}
