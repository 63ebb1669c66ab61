//! Reads the collected shapes and real exports, where they are at hand, and compares counts with an independent reading.

use std::path::{Path, PathBuf};

use kalypso::diagnostic::Span;
use kalypso::input::{Dataset, InputOptions, ScanRequest};
use kalypso::plan::{ColumnId, Expr, Function, ScanColumn};
use kalypso::value::{Batch, PathStep, Type, Value};

fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    root.exists().then_some(root)
}

fn column(name: &str, steps: &[&str], ty: Type) -> ScanColumn {
    let steps = steps.iter().map(|s| s.parse().map_or_else(|_| PathStep::Key((*s).to_owned()), PathStep::Index)).collect();
    ScanColumn { id: ColumnId(0), column: name.to_owned(), steps, ty }
}

fn read(path: &Path, columns: Vec<ScanColumn>, chunk_bytes: usize) -> (Vec<Batch>, kalypso::input::Account) {
    let options = InputOptions { chunk_bytes, ..InputOptions::default() };
    let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], options).expect("the input opens");
    let scan = dataset.scan(ScanRequest { columns, ..ScanRequest::default() });
    let mut batches = Vec::new();
    while let Some(chunk) = scan.next_chunk() {
        batches.push(scan.decode(chunk));
    }
    (batches, scan.account())
}

fn values(batches: &[Batch], column: usize) -> Vec<String> {
    batches.iter().flat_map(|b| b.columns[column].values().map(|v| format!("{v:?}")).collect::<Vec<_>>()).collect()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => found.push(path),
            }
        }
    }
    found.sort();
    found
}

fn wanted() -> Vec<ScanColumn> {
    vec![
        column("CreationTime", &[], Type::DateTime),
        column("UserId", &[], Type::String),
        column("Operation", &[], Type::String),
        column("RecordType", &[], Type::String),
        column("AuditData", &["ExtendedProperties", "0", "Value"], Type::Dynamic),
        column("", &[], Type::Dynamic),
    ]
}

/// Every file reads without a panic, and the same in chunks of any size.
#[test]
fn every_shape_in_any_chunks() {
    for folder in ["formats/shapes", "data"] {
        let Some(root) = shared(folder) else { return };
        for path in files(&root).into_iter().filter(|p| p.metadata().is_ok_and(|m| m.len() < 2_000_000)) {
            let (whole, account) = read(&path, wanted(), 1 << 20);
            println!("{} {} {:?} {:?}", account.records, path.display(), account.families.keys(), account.skipped);
            // Without the whole record most of a record stays unread: the values must be the same.
            let (few, _) = read(&path, wanted().into_iter().take(4).collect(), 1 << 20);
            for column in 0..4 {
                assert_eq!(values(&whole, column), values(&few, column), "{}", path.display());
            }
            for chunk in [700, 4096] {
                let (parts, other) = read(&path, wanted(), chunk);
                assert_eq!(account.records, other.records, "{} in chunks of {chunk}", path.display());
                for column in 0..wanted().len() {
                    assert_eq!(values(&whole, column), values(&parts, column), "{} in chunks of {chunk}", path.display());
                }
            }
        }
    }
}

/// Records with quotes, line feeds, separators and texts in them that look like the starts of records.
fn awkward(framing: &str) -> String {
    let record = |n: usize| {
        let text = ["plain", r#"},{\"CreationTime\":"#, r"\n, \\", r"é\u0041", "a,b;c"][n % 5];
        let nested = r#"{"CreationTime":"no"},{"CreationTime":"no"}"#;
        format!(
            r#"{{"CreationTime":"2024-01-01T00:00:{:02}","UserId":"u{n}","Operation":"{text}","More":[{nested}],"Long":"{}"}}"#,
            n % 60,
            "x".repeat(n * 7 % 400)
        )
    };
    let records: Vec<String> = (0..400).map(record).collect();
    match framing {
        "array" => format!("[{}]", records.join(",")),
        "pretty" => format!("[\n  {}\n]\n", records.join(",\n  ")),
        "back to back" => records.join(" "),
        "pages" => records.chunks(30).map(|page| format!("{{\"@odata.context\":\"x\",\"value\":[{}]}}\n", page.join(","))).collect(),
        _ => {
            let row = |(n, record): (usize, &String)| format!("\"cell\n{n}\",\"{}\"\r\n", record.replace('"', "\"\""));
            format!("CreationDate,AuditData\r\n{}", records.iter().enumerate().map(row).collect::<String>())
        }
    }
}

/// Big files are read in ranges, by many tasks in any order: the same records, wherever the cuts are.
#[test]
fn ranges_of_any_size() {
    let folder = tempfile::tempdir().expect("a folder");
    for framing in ["array", "pretty", "back to back", "pages", "csv"] {
        let path = folder.path().join("file");
        std::fs::write(&path, awkward(framing)).expect("a file");
        let columns = || vec![column("UserId", &[], Type::String), column("Operation", &[], Type::String)];
        let (whole, account) = read(&path, columns(), 1 << 20);
        assert_eq!((account.records, account.skipped.len()), (400, 0), "{framing}");
        for chunk_bytes in [97, 1000, 8192] {
            let (parts, other) = read(&path, columns(), chunk_bytes);
            assert_eq!((other.records, other.skipped.len()), (400, 0), "{framing} in chunks of {chunk_bytes}: {:?}", other.skipped);
            assert_eq!(
                (values(&whole, 0), values(&whole, 1)),
                (values(&parts, 0), values(&parts, 1)),
                "{framing} in chunks of {chunk_bytes}"
            );

            assert_eq!(account.bytes, other.bytes, "{framing} in chunks of {chunk_bytes}");

            let options = InputOptions { chunk_bytes, ..InputOptions::default() };
            let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], options).expect("the input opens");
            let scan = dataset.scan(ScanRequest { columns: columns(), ..ScanRequest::default() });
            let found = std::sync::Mutex::new(std::collections::BTreeMap::new());
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        while let Some(chunk) = scan.next_chunk() {
                            let sequence = chunk.sequence;
                            let batch = scan.decode(chunk);
                            found.lock().expect("no panic").insert(sequence, batch);
                        }
                    });
                }
            });
            let parts: Vec<Batch> = found.into_inner().expect("no panic").into_values().collect();
            assert_eq!(values(&whole, 0), values(&parts, 0), "{framing} in chunks of {chunk_bytes}, many tasks");
        }
    }
}

/// Lines that lost the line feed between two records hold both, whatever is wanted of them, duplicates or not, and beside bytes that are
/// no UTF-8.
#[test]
fn joined_lines_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let record = |id: u8, user: &[u8]| {
        let head = format!(r#"{{"CreationTime":"2024-06-01T00:00:41","Id":"{id}","RecordType":8,"Workload":"Exchange","UserId":""#);
        // The one that is joined to another lacks a member.
        let first = if id == 3 { "" } else { r#","First":1"# };
        [head.as_bytes(), user, br#"@x","Operation":"A""#, first.as_bytes(), b"}"].concat()
    };
    for (user, between) in [(&b"x"[..], &b""[..]), (b"\xff\xff", b""), (b"x", b" ")] {
        let joined = [record(2, user), record(3, b"y")].join(between);
        std::fs::write(&path, [record(1, b"x"), joined, record(4, b"x"), vec![]].join(&b'\n')).expect("a file");
        let few = |name| vec![column(name, &[], Type::String)];
        for columns in [vec![], few("Operation"), few("First"), wanted()] {
            for keep_duplicates in [true, false] {
                // A space between them is not looked for where nothing is wanted that the second has.
                let lacking = columns.first().is_none_or(|column| column.column == "First");
                if keep_duplicates && lacking && !between.is_empty() {
                    continue;
                }
                let options = InputOptions { keep_duplicates, ..InputOptions::default() };
                let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], options).expect("the input opens");
                let scan = dataset.scan(ScanRequest { columns: columns.clone(), ..ScanRequest::default() });
                let rows: usize = std::iter::from_fn(|| scan.next_chunk()).map(|chunk| scan.decode(chunk).rows).sum();
                let told: u64 = scan.account().skipped.values().map(|skipped| skipped.count).sum();
                assert_eq!((rows, scan.account().records, told), (4, 4, 1), "{user:?} {between:?} {keep_duplicates} {}", columns.len());
            }
        }
    }
}

/// A file that was just written is read, and one at rest is mapped.
#[test]
fn mapped_files_give_what_read_ones_do() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (0..9000)
        .map(|n| {
            let user = if n % 50 == 7 { "\u{e9}va" } else { "eve" };
            let more = "x".repeat(n * n % 900);
            format!(
                r#"{{"CreationTime":"2024-06-01T00:00:00","Id":"{n}","Operation":"Op{}","UserId":"{user}","More":[{{"Id":1}},"{more}"]}}"#,
                n % 7
            )
        })
        .collect();
    let rows = lines.iter().enumerate().map(|(n, line)| {
        let note = if n % 11 == 3 { "\"a \"\"note\"\"\nof lines\"" } else { "none" };
        format!("{note},\"{}\"\n", line.replace('"', "\"\""))
    });
    let csv = format!("Note,AuditData\n{}", rows.collect::<String>());
    let page = |between: &str| format!("{{\"value\":[{}]}}", lines.join(between));
    for (name, text) in
        [("log.ndjson", lines.join("\n")), ("array.json", format!("[{}]", lines.join(","))), ("page.json", page(",\n ")), ("log.csv", csv)]
    {
        mapped_as_read(&folder.path().join(name), &text);
    }
}

fn mapped_as_read(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let few = || vec![column("Id", &[], Type::String), column("UserId", &[], Type::String)];
    let look = |columns, chunk| {
        let (batches, account) = read(path, columns, chunk);
        (values(&batches, 0), values(&batches, 1), account.records, account.skipped.len())
    };
    let read_ones = (look(few(), 1 << 20), look(wanted(), 1 << 20));
    assert_eq!((read_ones.0.0.len(), read_ones.0.3), (9000, 0));
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options().append(true).open(path).unwrap().set_modified(long_ago).unwrap();
    for chunk in [200_000, 256 << 10, 777_777, 1 << 20] {
        assert_eq!((look(few(), chunk), look(wanted(), chunk)), read_ones, "{}, {chunk}", path.display());
    }
}

/// Records per file, counted by other means (Python's csv and json modules).
#[test]
fn counts_of_the_shapes() {
    let Some(root) = shared("formats/shapes") else { return };
    for (file, records) in [
        ("a_search_ual_csv/a3_exo_v3_utf16le_bom.csv", 13),
        ("a_search_ual_csv/a4_with_TYPE_line.csv", 13),
        ("a_search_ual_csv/a5_semicolon_ddmmyyyy.csv", 13),
        ("a_search_ual_csv/a7_appended_twice_header_repeated_and_duplicates.csv", 18),
        ("c_convertto_json/c1_ps51_array_auditdata_string_utf16le.json", 13),
        ("d_management_activity_api/content_list_NOT_records.json", 0),
        ("d_management_activity_api/d2_single_line_array_all.json", 13),
        ("e_ndjson/e4_splunk_results_object.json", 13),
        ("e_ndjson/e7_pretty_objects_back_to_back.json", 13),
        ("f_graph_api/f5_pages_concatenated.json", 7),
        ("i_log_analytics/i1_query_api_response.json", 6),
        ("i_log_analytics/i2_portal_query_data.csv", 6),
        ("l_compressed/l1_multimember.ndjson.gz", 13),
        ("l_compressed/l2.ndjson.zst", 13),
        ("l_compressed/l3.zip", 13),
        ("l_compressed/l4.7z", 13),
        ("l_compressed/l6_auditdata_string.parquet", 13),
    ] {
        let (batches, account) = read(&root.join(file), wanted(), 1 << 20);
        assert_eq!(account.records, records, "{file}");
        assert_eq!(batches.iter().map(|b| b.rows as u64).sum::<u64>(), records, "{file}");
    }
}

/// By default a record that overlapping exports hold twice counts once, whatever the chunks.
#[test]
fn duplicates_are_left_out() {
    let Some(root) = shared("formats/shapes") else { return };
    let file = root.join("a_search_ual_csv/a7_appended_twice_header_repeated_and_duplicates.csv");
    for chunk_bytes in [1 << 20, 3000] {
        let options = InputOptions { chunk_bytes, keep_duplicates: false, ..InputOptions::default() };
        let dataset = Dataset::open(&[file.to_string_lossy().into_owned()], options).expect("the input opens");
        let scan = dataset.scan(ScanRequest { columns: vec![column("Operations", &[], Type::String)], ..ScanRequest::default() });
        let rows: usize = std::iter::from_fn(|| scan.next_chunk()).map(|chunk| scan.decode(chunk).rows).sum();
        assert_eq!((rows, scan.account().duplicates, scan.account().records), (13, 5, 18));
    }
}

/// `C0 == text` or `C0 has text`.
fn predicate(operator: &'static str, text: &str) -> Expr {
    let function: &'static Function = Box::leak(Box::new(Function { name: operator, ..Function::NEW }));
    let column = Expr::Column { id: ColumnId(0), ty: Type::String };
    let constant = Expr::constant(Type::String, Value::string(text.to_owned()));
    Expr::Call { function, arguments: vec![column, constant], ty: Type::Bool, span: Span::default() }
}

/// The filter before the parse loses no record, whatever the framing, the encoding and the escapes.
#[test]
fn the_prefilter_is_sound() {
    let mut saved = 0;
    for folder in ["formats/shapes", "data/det-eng-samples", "data/sekoia-intake-formats", "data/azure-sentinel-training-lab"] {
        let Some(root) = shared(folder) else { return };
        for path in files(&root) {
            let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], InputOptions::default()).expect("the input opens");
            let names: Vec<String> = dataset.all_records().fields.iter().map(|f| f.name.clone()).collect();
            for name in names {
                let columns = vec![column(&name, &[], Type::String)];
                let texts = |predicate: Option<Expr>| {
                    let scan = dataset.scan(ScanRequest { columns: columns.clone(), predicate, ..ScanRequest::default() });
                    let batches: Vec<Batch> = std::iter::from_fn(|| scan.next_chunk()).map(|chunk| scan.decode(chunk)).collect();
                    let all =
                        batches.iter().flat_map(|b| b.columns[0].values().map(|v| v.as_str().unwrap_or("").to_owned()).collect::<Vec<_>>());
                    (all.collect::<Vec<String>>(), scan.account().records)
                };
                let (all, records) = texts(None);
                let mut distinct = all.clone();
                distinct.sort();
                distinct.dedup();
                for text in distinct.iter().filter(|t| t.len() >= 3).take(3) {
                    let (equal, read) = texts(Some(predicate("==", text)));
                    assert_eq!(
                        all.iter().filter(|t| *t == text).count(),
                        equal.iter().filter(|t| *t == text).count(),
                        "{name} {text} {path:?}"
                    );
                    assert_eq!(records, read, "{path:?}");
                    let (folded, _) = texts(Some(predicate("=~", &text.to_uppercase())));
                    let same = |t: &&String| t.eq_ignore_ascii_case(text);
                    assert_eq!(all.iter().filter(same).count(), folded.iter().filter(same).count(), "{name} {text} {path:?}");
                    saved += all.len() - equal.len();
                }
            }
        }
    }
    assert!(saved > 1000, "the filter passes everything");
}

/// Configuration beside logs is left out, and named.
#[test]
fn what_is_no_log() {
    let Some(root) = shared("formats/shapes/k_tools") else { return };
    let dataset = Dataset::open(&[root.to_string_lossy().into_owned()], InputOptions::default()).expect("the input opens");
    let skipped: Vec<&str> = dataset.account().skipped.values().flat_map(|s| s.places.iter().map(|p| p.file.as_str())).collect();
    assert!(matches!(skipped[..], [file] if file.ends_with("crt_utf16_config_NOT_logs.json")), "{skipped:?}");
}

/// Damaged files are read as far as they go, without a panic.
#[test]
fn damaged_files() {
    let Some(root) = shared("formats/shapes") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below.max(1)
    };
    for path in files(&root) {
        let original = std::fs::read(&path).expect("a file");
        for round in 0..6 {
            let mut bytes = original.clone();
            bytes.truncate(if round % 2 == 0 { random(bytes.len() + 1) } else { bytes.len() });
            for _ in 0..random(20) {
                if bytes.is_empty() {
                    break;
                }
                let at = random(bytes.len());
                bytes[at] = [b'"', b'\\', b'{', b'}', b'[', b'\n', 0, 0xC3, b'u', b','][random(10)];
            }
            let damaged = folder.path().join(path.file_name().expect("a name"));
            std::fs::write(&damaged, &bytes).expect("written");
            read(&damaged, wanted(), [500, 1 << 20][round % 2]);
            std::fs::remove_file(&damaged).expect("removed");
        }
    }
}
