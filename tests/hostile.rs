//! Queries and files that mean harm end in an answer, an error or a counted skip: no panic, no overflow, no hang.

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

use kalypso::input::{Dataset, InputOptions, ScanRequest};
use kalypso::plan::{ColumnId, ScanColumn};
use kalypso::value::Type;
use proptest::prelude::*;

/// The exit status of `kalypso ARGUMENTS` with the query on standard input.
fn status(query: &[u8], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalypso"));
    let mut child = command.args(arguments).arg("-").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(query);
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).chars().take(400).collect())
}

/// Definitions that each name the one before twice.
fn doubling(first: &str, next: impl Fn(usize) -> String, last: &str) -> String {
    (1..40).fold(first.to_owned(), |text, i| text + &next(i)) + last
}

#[test]
fn queries_that_explode_are_refused() {
    let refused = [
        ("operators", format!("print x = 1{}", " | where x == 1".repeat(100_000))),
        ("sub-queries", format!("print x = 1{}", " | join (print x = 1) on x".repeat(20_000))),
        ("functions", doubling("let f0 = () { 1 };", |i| format!("let f{i} = () {{ f{0}() + f{0}() }};", i - 1), "print f39()")),
        ("tables", doubling("let t0 = print x = 1;", |i| format!("let t{i} = union t{0}, t{0};", i - 1), "t39 | count")),
        ("brackets", "[".repeat(1_000_000)),
        ("quotes", "'".repeat(1_000_001)),
        ("pipes", "|".repeat(1_000_000)),
    ];
    for (what, query) in refused {
        let (code, said) = status(query.as_bytes(), &[]);
        assert_eq!(code, Some(1), "{what}: {said}");
        assert!(said.contains("error[KQL"), "{what}: {said}");
    }
}

#[test]
fn texts_that_explode_are_refused() {
    let long = "let a = strrep(strrep('a', 1024), 1024); ";
    let refused = [
        "print strlen(strrep(a, 1024))",
        "print strlen(replace_string(a, 'a', a))",
        "print strlen(replace_strings(a, dynamic(['a']), pack_array(a)))",
        "print strlen(replace_regex(a, 'a', a))",
        "print array_length(repeat(a, 1000000))",
        "print strlen(strcat_array(repeat('a', 100000), a))",
        "range n from 1 to 3 step 1 | summarize strlen(strrep(strcat(a, tostring(take_any(n))), 1024))",
        "range n from 1 to 3 step 1 | extend t = strrep(strcat(a, tostring(n)), 1024) | mv-expand x = pack_array(t)",
        "print x = toscalar(range n from 1 to 2 step 1 | where strrep(strcat(a, tostring(n)), 1024) has 'b' | count)",
    ];
    for query in refused {
        for threads in ["1", "2"] {
            let (code, said) = status(format!("{long}{query}").as_bytes(), &["--threads", threads]);
            assert_eq!(code, Some(1), "{query}: {said}");
            assert!(said.contains("error[KQL0301]: the query makes a text of more than 512 MiB"), "{query}: {said}");
        }
    }
}

#[test]
fn long_queries_are_answered() {
    let answered = [
        ("a list", format!("print 1 in ({})", (0..100_000).map(|i| i.to_string()).collect::<Vec<_>>().join(","))),
        ("operators", format!("print x = 1{}", " | where x == 1".repeat(4_000))),
        ("lets", format!("let a0 = 1;{} print a0", (1..40_000).map(|i| format!("let a{i} = {i};")).collect::<String>())),
        ("conditions", format!("range x from 1 to 3 step 1 | where {}", vec!["x != 7"; 20_000].join(" and "))),
        ("a string", format!("print strlen('{}')", "a".repeat(10_000_000))),
    ];
    for (what, query) in answered {
        let (code, said) = status(query.as_bytes(), &["-q"]);
        assert_eq!(code, Some(0), "{what}: {said}");
    }
}

#[test]
fn a_query_that_is_no_text_is_an_error() {
    for query in [&b"print '\xff\xfe'"[..], b"\xff", b"\0\0\0", b"\x80 | take 1"] {
        assert_eq!(status(query, &[]).0, Some(1));
    }
}

const RECORDS: &str = "{\"CreationTime\":\"2024-05-01T10:00:00\",\"UserId\":\"a@x.example\",\"AuditData\":\"{\\\"Operation\\\":\\\"Send\\\"}\"}\n\
    {\"CreationTime\":\"2024-05-01T11:00:00\",\"UserId\":\"b\\u0040x.example\",\"Items\":[{\"Name\":\"é\",\"Value\":[1,2.5,null,true]}]}\n";

/// Whole files of many kinds.
fn files() -> Vec<Vec<u8>> {
    let json = format!("[{}]", RECORDS.trim_end().replace('\n', ",")).into_bytes();
    let csv =
        b"\xef\xbb\xbfCreationDate,UserIds,AuditData\r\n2024-05-01,\"a,\"\"b\",\"{\"\"Operation\"\":\"\"Send\"\"}\"\r\n2024-05-02,c,\r\n"
            .to_vec();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(RECORDS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(RECORDS.as_bytes()).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.ndjson", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(RECORDS.as_bytes()).unwrap();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(RECORDS.len() as u64);
    header.set_cksum();
    tar.append_data(&mut header, "a.ndjson", RECORDS.as_bytes()).unwrap();
    let zst = zstd::encode_all(RECORDS.as_bytes(), 1).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    vec![RECORDS.as_bytes().to_vec(), json, csv, wide, gz.finish().unwrap(), zip, tar.into_inner().unwrap(), zst]
}

/// Reads a file whole, as a query over it would.
fn read(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let options = InputOptions { chunk_bytes: 64, threads: 1, ..InputOptions::default() };
    let Ok(dataset) = Dataset::open(&[file.path().to_string_lossy().into_owned()], options) else { return };
    let column = |(at, name): (u32, &str)| ScanColumn { id: ColumnId(at), column: name.to_owned(), steps: Vec::new(), ty: Type::Dynamic };
    let columns = [(0, "UserId"), (1, "AuditData"), (2, "Items"), (3, "")].map(column).to_vec();
    let scan = dataset.scan(ScanRequest { columns, ..ScanRequest::default() });
    while let Some(chunk) = scan.next_chunk() {
        let batch = scan.decode(chunk);
        assert!(batch.columns.iter().all(|c| c.len() == batch.rows));
    }
}

#[derive(Clone, Debug)]
enum Damage {
    Cut(usize),
    Set(usize, u8),
    Insert(usize, u8),
    Double(usize, usize),
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let place = |at: usize, bytes: &[u8]| at % bytes.len().max(1);
        match *damage {
            Damage::Cut(at) => bytes.truncate(place(at, &bytes)),
            Damage::Set(at, byte) if !bytes.is_empty() => {
                let at = place(at, &bytes);
                bytes[at] = byte;
            }
            Damage::Insert(at, byte) => bytes.insert(place(at, &bytes), byte),
            Damage::Double(from, length) if !bytes.is_empty() => {
                let from = place(from, &bytes);
                let part = bytes[from..(from + length % 40).min(bytes.len())].to_vec();
                bytes.splice(from..from, part);
            }
            _ => {}
        }
    }
    bytes
}

fn damage() -> impl Strategy<Value = Damage> {
    let odd = prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{}[],:\n\r\0\x1f\x8b\xff".to_vec())];
    prop_oneof![
        1 => any::<usize>().prop_map(Damage::Cut),
        4 => (any::<usize>(), odd.clone()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        3 => (any::<usize>(), odd).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(from, length)| Damage::Double(from, length)),
    ]
}

/// `KALYPSO_CASES` makes it longer, as it does for the oracle.
#[test]
fn damaged_files_are_read_as_far_as_they_go() {
    let cases = std::env::var("KALYPSO_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, rng);
    let files = files();
    files.iter().for_each(|file| read(file));
    let strategy = (0..files.len(), prop::collection::vec(damage(), 1..5));
    runner
        .run(&strategy, |(at, damages)| {
            read(&damaged(files[at].clone(), &damages));
            Ok(())
        })
        .unwrap();
}
