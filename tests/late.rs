//! `arg_max(t, *)` reads the records that won a second time: out of whatever they are packed in, by their place.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::input::{Dataset, InputOptions, ScanRequest};
use kalypso::plan::{ColumnId, ScanColumn};
use kalypso::value::{Batch, Schema, Type};

const RECORDS: usize = 3000;

const QUERY: &str = "summarize arg_max(CreationTime, *) by UserId
    | project UserId, CreationTime, Id, Operation, RecordType, Workload, ClientIP, ObjectId, Note | sort by UserId asc";

/// The records of one export: times jump to and fro, so that the last record of a user may stand anywhere.
fn records() -> Vec<[String; 9]> {
    let mut state = 7u64;
    let record = |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let second = n * 7919 % RECORDS;
        let time = format!("2024-06-03T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let note = format!("say \\\"{n}\\\" é {}", "x".repeat((state >> 40) as usize % 300));
        let [user, id, object] = [format!("user{}", (state >> 33) % 900), format!("{state:x}-{n}"), format!("https://x/{state:x}")];
        let [operation, kind, workload] = ["FileAccessed", "6", "SharePoint"].map(str::to_owned);
        [user, time, id, operation, kind, workload, format!("10.0.{}.{}", n % 7, n % 250), object, note]
    };
    (0..RECORDS).map(record).collect()
}

fn json([user, time, id, operation, kind, workload, address, object, note]: &[String; 9]) -> String {
    format!(
        r#"{{"CreationTime":"{time}","Id":"{id}","Operation":"{operation}","RecordType":{kind},"UserId":"{user}","Workload":"{workload}","ClientIP":"{address}","ObjectId":"{object}","Note":"{note}"}}"#
    )
}

fn lines(records: &[[String; 9]]) -> Vec<u8> {
    records.iter().map(|record| json(record) + "\n").collect::<String>().into_bytes()
}

fn array(records: &[[String; 9]]) -> Vec<u8> {
    format!("[{}]", records.iter().map(json).collect::<Vec<_>>().join(",")).into_bytes()
}

fn csv(records: &[[String; 9]]) -> String {
    let mut text = "CreationDate,UserIds,Operations,AuditData\r\n".to_owned();
    for record in records {
        let _ = write!(text, "{},{},{},\"{}\"\r\n", record[1], record[0], record[3], json(record).replace('"', "\"\""));
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (number, member) in members.iter().enumerate() {
        writer.start_file(format!("{number}.ndjson"), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(member).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn parquet(records: &[[String; 9]]) -> Vec<u8> {
    let names = ["UserId", "CreationTime", "Id", "Operation", "RecordType", "Workload", "ClientIP", "ObjectId", "Note"];
    let columns = names.iter().enumerate().map(|(at, name)| {
        let values = StringArray::from_iter_values(records.iter().map(|record| record[at].replace("\\\"", "\"")));
        (name, Arc::new(values) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

#[derive(Default)]
struct Rows(Vec<String>);

impl ResultSink for Rows {
    fn begin(&mut self, _: &Schema, _: &str) {
        self.0.clear();
    }
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        self.0
            .extend((0..batch.rows).map(|row| batch.columns.iter().map(|c| c.value(row).to_text().into_owned() + "|").collect::<String>()));
        ControlFlow::Continue(())
    }
    fn end(&mut self) {}
}

/// The rows of the answer, and what was told to be lost with the places.
fn ask(folder: &Path, options: SessionOptions) -> (Vec<String>, Vec<(&'static str, u64)>) {
    let session = Session::open(SessionOptions { inputs: vec![folder.to_string_lossy().into_owned()], ..options }).unwrap();
    let mut rows = Rows::default();
    let outcome = session.run(QUERY, &mut rows).unwrap_or_else(|errors| panic!("{errors:?}"));
    let lost = outcome.account.losses().flat_map(|(reason, seen)| seen.places.iter().map(move |place| (reason, place.offset))).collect();
    (rows.0, lost)
}

/// Names and contents.
type Files = Vec<(&'static str, Vec<u8>)>;

fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// What the same query gives that reads everything at once.
fn whole(folder: &Path) -> Vec<String> {
    ask(folder, SessionOptions { optimize: false, ..SessionOptions::default() }).0
}

#[test]
fn whatever_they_are_packed_in() {
    let records = records();
    let [first, second, third] = [0..1000, 1000..1700, 1700..RECORDS].map(|part| lines(&records[part]));
    let expected = {
        let plain = folder(&[("a.ndjson", lines(&records))]);
        let rows = whole(plain.path());
        assert!(rows.len() > 500 && rows.len() < RECORDS, "{}", rows.len());
        assert!(rows[0].contains("say \"") && rows[0].contains(" é "), "{}", rows[0]);
        rows
    };
    let cases: Vec<(&str, Files)> = vec![
        ("lines", vec![("a.ndjson", first.clone()), ("b.ndjson", [&second[..], &third].concat())]),
        ("gz", vec![("a.gz", gzip(&first)), ("b.gz", gzip(&second)), ("c.gz", gzip(&third))]),
        ("a gz of two members beside lines", vec![("a.gz", [gzip(&first), gzip(&third)].concat()), ("b.ndjson", second.clone())]),
        ("zst", vec![("a.zst", zstd::encode_all(&lines(&records)[..], 1).unwrap())]),
        ("zip", vec![("a.zip", zip(&[first.clone(), second.clone(), third.clone()]))]),
        ("array", vec![("a.json", array(&records))]),
        ("array in gz", vec![("a.json.gz", gzip(&array(&records)))]),
        ("csv", vec![("a.csv", csv(&records).into_bytes())]),
        ("csv with a mark", vec![("a.csv", format!("\u{FEFF}{}", csv(&records)).into_bytes())]),
        ("csv in gz", vec![("a.csv.gz", gzip(csv(&records).as_bytes()))]),
        ("csv in utf-16", vec![("a.csv", utf16(&csv(&records)))]),
        ("parquet beside gz", vec![("a.parquet", parquet(&records[..1700])), ("b.gz", gzip(&third))]),
    ];
    for (name, files) in cases {
        let folder = folder(&files);
        let inputs = [folder.path().to_string_lossy().into_owned()];
        let places = Dataset::open(&inputs, InputOptions::default()).unwrap().places();
        assert_eq!(places.len(), if name.starts_with("parquet") { 3 } else { 2 }, "{name}: {places:?}");
        for (threads, chunk_bytes) in [(0, 1 << 20), (1, 700), (0, 5000)] {
            let (rows, lost) = ask(folder.path(), SessionOptions { threads, chunk_bytes, ..SessionOptions::default() });
            assert_eq!((rows.len(), &lost), (expected.len(), &vec![]), "{name}, {chunk_bytes}");
            rows.iter().zip(&expected).for_each(|(row, expected)| assert_eq!(row, expected, "{name}, {chunk_bytes}"));
        }
    }
}

#[test]
fn what_stands_before_damage_is_found_again() {
    let packed = gzip(&lines(&records()));
    let mut damaged = packed.clone();
    damaged[packed.len() / 2] ^= 0x55;
    let mut checksum = packed.clone();
    checksum[packed.len() - 8] ^= 1;
    for (name, bytes) in [("cut", packed[..packed.len() * 2 / 3].to_vec()), ("damaged", damaged), ("checksum", checksum)] {
        let folder = folder(&[("a.gz", bytes), ("b.ndjson", lines(&records()[..20]))]);
        let expected = whole(folder.path());
        for chunk_bytes in [1 << 20, 700] {
            let (rows, lost) = ask(folder.path(), SessionOptions { chunk_bytes, ..SessionOptions::default() });
            assert!(!lost.is_empty() && rows.len() > 100, "{name}: {} rows, {lost:?}", rows.len());
            assert_eq!(rows, expected, "{name}, {chunk_bytes}");
        }
    }
}

#[test]
fn a_winner_that_is_broken_further_on_is_told() {
    let mut all = records();
    all.iter_mut().for_each(|record| record[0] = "one".to_owned());
    all[10][1] = "2024-06-03T23:00:00".to_owned();
    let text = String::from_utf8(lines(&all)).unwrap();
    let whole = json(&all[10]);
    let (at, broken) = (text.find(&whole).unwrap() as u64, whole.replace("\"ClientIP\":", "\"ClientIP\" "));
    let (kept, short) = (broken.find("\"ClientIP\"").unwrap(), whole.len() - broken.len());
    assert_eq!((kept > 100, short), (true, 0));
    for (name, bytes) in
        [("a.ndjson", text.replace(&whole, &broken).into_bytes()), ("a.gz", gzip(text.replace(&whole, &broken).as_bytes()))]
    {
        let folder = folder(&[(name, bytes)]);
        let (rows, lost) = ask(folder.path(), SessionOptions::default());
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert!(row.starts_with(&format!("one|2024-06-03T23:00:00.0000000Z|{}|FileAccessed|6|SharePoint|", all[10][2])), "{name}: {row}");
        assert_eq!(lost.iter().map(|(_, offset)| *offset).collect::<Vec<_>>(), [at], "{name}: {lost:?}");
    }
}

/// A column of all records.
fn column(name: &str, ty: Type) -> ScanColumn {
    ScanColumn { id: ColumnId(0), column: name.to_owned(), steps: Vec::new(), ty }
}

#[test]
fn records_that_are_gone_give_no_row() {
    let records = records();
    for (name, bytes) in [("a.ndjson", lines(&records)), ("a.gz", gzip(&lines(&records))), ("a.json", array(&records))] {
        let folder = folder(&[(name, bytes.clone())]);
        let dataset = Dataset::open(&[folder.path().to_string_lossy().into_owned()], InputOptions::default()).unwrap();
        let columns = dataset.places().iter().map(|(name, ty)| column(name, *ty)).collect();
        let scan = dataset.scan(ScanRequest { columns, ..ScanRequest::default() });
        let mut parts = Vec::new();
        while let Some(chunk) = scan.next_chunk() {
            parts.push(scan.decode(chunk));
        }
        let backwards = arrow::array::UInt32Array::from_iter_values((0..RECORDS as u32).rev());
        let places = Batch::concat(&[Type::Long, Type::Long], &parts).take(&backwards);
        let ids = [column("Id", Type::String)];
        let (batch, account) = dataset.fetch(&ids, &places.columns);
        let expected: Vec<&str> = records.iter().rev().map(|record| &*record[2]).collect();
        let found: Vec<_> = (0..batch.rows).map(|row| batch.columns[0].value(row).to_text().into_owned()).collect();
        assert_eq!((found, account.is_complete()), (expected.iter().map(|id| (*id).to_owned()).collect(), true), "{name}");
        std::fs::write(folder.path().join(name), &bytes[..bytes.len() / 2]).unwrap();
        assert!(dataset.fetch(&ids, &places.columns).0.rows < RECORDS, "{name}");
        std::fs::remove_file(folder.path().join(name)).unwrap();
        assert_eq!(dataset.fetch(&ids, &places.columns).0.rows, 0, "{name}");
    }
}
