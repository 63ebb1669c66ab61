//! Parse, scan and query, each alone, on a few megabytes of generated records.
//!
//! `cargo bench --bench engine`. Figures are for comparing two states of the code on one machine; against other tools see `benches/compare`.

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::syntax;
use kalypso::value::{Batch, Schema};

const QUERY: &str = r#"
let accounts = dynamic(["a@x.example", "b@x.example"]);
UnifiedAuditLog
| where Operation == "UserLoggedIn" and UserId in (accounts) and CreationTime > ago(30d)
| extend Agent = tostring(ExtendedProperties[0].Value)
| summarize Count = count(), Addresses = make_set(ClientIP), Last = max(CreationTime) by UserId, bin(CreationTime, 1h)
| order by Count desc
"#;

/// Records like those of `benches/generate`, small and fixed.
fn records(count: usize) -> String {
    let mut text = String::new();
    for i in 0..count {
        let operation = ["UserLoggedIn", "FileAccessed", "MailItemsAccessed", "Set-Mailbox"][i % 4];
        text.push_str(&format!(
            r#"{{"CreationTime":"2024-06-01T{:02}:{:02}:00","Id":"{i:032x}","Operation":"{operation}","RecordType":{},"Workload":"W{}","ClientIP":"10.0.{}.{}","UserId":"user{}@x.example","ExtendedProperties":[{{"Name":"UserAgent","Value":"Mozilla\/5.0 (agent {})"}},{{"Name":"RequestType","Value":"Login:login"}}],"ObjectId":"https:\/\/x.example\/sites\/{}\/a file.docx"}}"#,
            i / 60 % 24,
            i % 60,
            i % 50,
            i % 5,
            i / 200 % 200,
            i % 200,
            i % 997,
            i % 9,
            i % 77,
        ));
        text.push('\n');
    }
    text
}

struct Discard(usize);

impl ResultSink for Discard {
    fn begin(&mut self, _schema: &Schema, _name: &str) {}
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        self.0 += batch.rows;
        ControlFlow::Continue(())
    }
    fn end(&mut self) {}
}

fn engine(criterion: &mut Criterion) {
    criterion.bench_function("parse", |b| b.iter(|| syntax::parse(black_box(QUERY)).is_ok()));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.ndjson");
    let text = records(20_000);
    std::fs::write(&path, &text).expect("the records");
    let session = Session::open(SessionOptions { inputs: vec![path.to_string_lossy().into_owned()], ..SessionOptions::default() })
        .expect("a session");
    let mut group = criterion.benchmark_group("query");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    let questions = [
        ("count", "count"),
        ("selective", r#"where UserId == "user500@x.example" | project CreationTime, ClientIP"#),
        ("group", "summarize count() by Operation"),
        ("path", "summarize count() by tostring(ExtendedProperties[0].Value)"),
        ("search", r#"search "user500" | count"#),
    ];
    for (name, query) in questions {
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut rows = Discard(0);
                session.run(query, &mut rows).map(|_| rows.0).unwrap_or_default()
            })
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
