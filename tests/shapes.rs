//! Every shape that exports come in: the right family, the right count, and no byte that can take more than the record it stands in.

mod export;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use export::Shape;
use kalypso::input::{Account, Dataset, InputOptions, ScanRequest};
use kalypso::plan::{ColumnId, ScanColumn};
use kalypso::value::Type;
use rayon::prelude::*;
use tempfile::NamedTempFile;

/// What is asked of the records.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// All of them to their end, as an inventory does.
    Whole,
    /// A few columns.
    Columns,
    /// How many there are.
    Count,
}

fn read_as(path: &Path, chunk_bytes: usize, way: Way) -> (Dataset, Account) {
    let table_of = kalypso::tables::by_columns;
    let options = InputOptions { validate: way == Way::Whole, chunk_bytes, table_of, ..InputOptions::default() };
    let dataset = Dataset::open(&[path.to_string_lossy().into_owned()], options).expect("the input opens");
    let names: &[&str] = if way == Way::Count { &[] } else { &["CreationTime", "Id", "Operation"] };
    let column = |name: &&str| ScanColumn { id: ColumnId(0), column: (*name).to_owned(), steps: Vec::new(), ty: Type::String };
    let scan = dataset.scan(ScanRequest { columns: names.iter().map(column).collect(), ..ScanRequest::default() });
    let mut account = Account::default();
    while let Some(chunk) = scan.next_chunk() {
        account.add(scan.decode_apart(chunk).account);
    }
    account.add(scan.account());
    (dataset, account)
}

fn read(path: &Path, chunk_bytes: usize) -> (Dataset, Account) {
    read_as(path, chunk_bytes, Way::Whole)
}

fn families(dataset: &Dataset) -> Vec<&str> {
    let mut families: Vec<&str> = dataset.layers().flat_map(|layers| layers.families.clone()).collect();
    families.sort_unstable();
    families.dedup();
    families
}

#[test]
fn our_own_records_in_every_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    for shape in export::shapes() {
        let path = folder.path().join("file");
        fs::write(&path, &shape.bytes).expect("written");
        for chunk in [1 << 20, 100] {
            let (dataset, account) = read(&path, chunk);
            assert_eq!(account.records, shape.records, "{}: {:?}", shape.name, account.skipped);
            assert!(account.is_complete(), "{}: {:?}", shape.name, account.skipped);
            assert_eq!(families(&dataset), [shape.family], "{}", shape.name);
        }
    }
}

/// One line a file: its path under `../shared`, its records, losses among them, families. The numbers are from an independent count.
const COUNTS: &str = include_str!("shapes.tsv");

#[test]
fn collected_shapes_and_real_exports() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !shared.exists() {
        println!("skipped: there is no ../shared");
        return;
    }
    let mut wrong = Vec::new();
    for line in COUNTS.lines() {
        let [path, records, losses, names] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let file: PathBuf = shared.join(path);
        if !file.exists() {
            wrong.push(format!("{path} is not there"));
            continue;
        }
        let (dataset, account) = read(&file, 1 << 20);
        let lost: u64 = account.losses().map(|(_, skipped)| skipped.count).sum();
        let got = (account.records.to_string(), lost.to_string(), families(&dataset).join(", "));
        if (got.0.as_str(), got.1.as_str(), got.2.as_str()) != (records, losses, names) {
            wrong.push(format!("{path}: {got:?}, not {:?}", (records, losses, names)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Shapes of which a query that wants a few columns counts fewer losses than an inventory, or other ones.
const SEEN_BY_INVENTORY_ONLY: [&str; 0] = [];

#[test]
fn a_query_counts_what_an_inventory_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (number, shape) in export::shapes().iter().enumerate() {
        let path = folder.path().join(number.to_string());
        fs::write(&path, &shape.bytes).expect("written");
        files.push((shape.name.to_owned(), path));
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let collected = COUNTS.lines().filter_map(|line| line.split('\t').next());
    files.extend(collected.map(|path| (path.to_owned(), shared.join(path))).filter(|(_, path)| path.exists()));
    let counts = |account: &Account| {
        let losses: Vec<String> = account.skipped.iter().map(|(reason, seen)| format!("{reason}: {}", seen.count)).collect();
        (account.records, losses)
    };
    let differ = files.iter().filter_map(|(name, path)| {
        let [all, few] = [Way::Whole, Way::Columns].map(|way| counts(&read_as(path, 1 << 20, way).1));
        (all != few && !SEEN_BY_INVENTORY_ONLY.contains(&name.as_str())).then(|| format!("{name}: {all:?}, a query {few:?}"))
    });
    let differ: Vec<String> = differ.collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// The damage that is tried: what structures text, what ends it, and bytes that are no text.
const DAMAGE: [u8; 12] = [b'"', b'\\', b'{', b'}', b'[', b']', b',', b':', b'\n', b'x', 0, 0xFF];

const WAYS: [Way; 3] = [Way::Whole, Way::Columns, Way::Count];

/// Positions of a shape that one task tries.
const PART: usize = 128;

/// Every second position of every shape is tried with one byte each, read in one of three ways. `KALYPSO_EXHAUSTIVE=1` tries each
/// of the twelve bytes at every position in all of them, which takes half an hour; `KALYPSO_SHAPE` is how the names of the shapes to try
/// begin.
#[test]
fn one_damaged_byte_costs_one_record() {
    let exhaustive = std::env::var_os("KALYPSO_EXHAUSTIVE").is_some();
    let only = std::env::var("KALYPSO_SHAPE").unwrap_or_default();
    let shapes: Vec<Shape> = export::shapes().into_iter().filter(|shape| shape.name.starts_with(&only)).collect();
    let parts: Vec<(&Shape, usize)> =
        shapes.iter().flat_map(|shape| (0..shape.bytes.len()).step_by(PART).map(move |from| (shape, from))).collect();
    let wrong: Vec<String> = parts
        .into_par_iter()
        .flat_map_iter(|(shape, from)| {
            let file = tempfile::NamedTempFile::new().expect("a file");
            fs::write(file.path(), &shape.bytes).expect("written");
            let cases = (from..shape.bytes.len().min(from + PART)).flat_map(|at| cases(at, exhaustive));
            let cases = cases.filter(|case| case.byte != shape.bytes[case.at]);
            cases.filter_map(|case| damaged(shape, &case, &file)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.iter().take(60).cloned().collect::<Vec<_>>().join("\n"));
}

/// What the exhaustive run found and was mended: a shape, what stands in it in front of a byte, and what is put in place of that byte.
const MENDED: [(&str, &[u8], u8); 18] = [
    ("a4 #TYPE line", b"#T", b'\n'),
    ("a8 joined, each with a mark", b"\xEF\xBB", b'{'),
    ("d ends of objects in texts", br#""Operation":"#, b'x'),
    ("e7 back to back", b"", b'\n'),
    ("f5 pages back to back", b"", b'x'),
    ("f5 pages back to back", br#"next"}{"@odata.context":"https://graph.example/$metadata","value":"#, b'\n'),
    ("f6 array of pages", br#"","value":"#, b'\n'),
    (
        "f6 array of pages",
        br#"07:52:11Z","userPrincipalName":"ann@x.example","appId":"a","ipAddress":"203.0.113.7","status":{"errorCode":0"#,
        b'{',
    ),
    ("g portal sign-ins", b"Username,", b'"'),
    ("j4 joined", br#"],"Ro"#, b'{'),
    ("j4 joined, each with a mark", b"\xEF", b'x'),
    ("k graph csv with line feeds", b"\"i", b'{'),
    ("o portal's sign-ins in Spanish", b"Fecha (UTC)", b'\n'),
    ("o records by their ids", b"{", b'}'),
    ("o syslog", b"", b'{'),
    ("o time and _raw", b"zo\xC3\xAB\"\"}\"", b'"'),
    ("x any envelope", br#""},"#, b'}'),
    ("x any envelope", br#"(X11)"}]},"#, b']'),
];

#[test]
fn damage_that_once_cost_more() {
    let shapes = export::shapes();
    for (name, before, byte) in MENDED {
        let shape = shapes.iter().find(|shape| shape.name == name).expect("the shape");
        let at = memchr::memmem::find(&shape.bytes, before).expect(name) + before.len();
        let file = NamedTempFile::new().expect("a file");
        fs::write(file.path(), &shape.bytes).expect("written");
        for way in WAYS {
            assert_eq!(damaged(shape, &Case { at, byte, way }, &file), None);
        }
    }
}

/// A byte that is put somewhere, and how the file is read then.
#[derive(Clone, Copy, Debug)]
struct Case {
    at: usize,
    byte: u8,
    way: Way,
}

fn cases(at: usize, exhaustive: bool) -> Vec<Case> {
    if exhaustive {
        return DAMAGE.iter().flat_map(|byte| WAYS.map(|way| Case { at, byte: *byte, way })).collect();
    }
    let seed = (at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let case = Case { at, byte: DAMAGE[seed as usize % DAMAGE.len()], way: WAYS[(seed >> 8) as usize % WAYS.len()] };
    if seed >> 16 & 1 == 0 { vec![case] } else { Vec::new() }
}

/// What is wrong with how a damaged shape is read. The file holds the shape, and does again afterwards.
fn damaged(shape: &Shape, case: &Case, file: &NamedTempFile) -> Option<String> {
    let at = case.at;
    file.as_file().write_all_at(&[case.byte], at as u64).expect("written");
    let result = std::panic::catch_unwind(|| read_as(file.path(), 1 << 20, case.way).1);
    file.as_file().write_all_at(&shape.bytes[at..=at], at as u64).expect("written");
    let around = String::from_utf8_lossy(&shape.bytes[at.saturating_sub(20)..shape.bytes.len().min(at + 20)]).into_owned();
    let what = match result {
        Err(_) => "a panic".to_owned(),
        Ok(account) => {
            let lost = shape.records.saturating_sub(account.records);
            let told: Vec<_> = account.skipped.iter().map(|(reason, seen)| (*reason, seen.count)).collect();
            // Who wants nothing of what is in lines looks at line feeds only: where one is lost, so is the line, and nobody sees it.
            let joined = case.way != Way::Whole && shape.bytes[at] == b'\n';
            let fair = lost == 0 || (lost == 1 && joined) || (!told.is_empty() && (lost == 1 || shape.packed));
            if fair {
                return None;
            }
            format!("{lost} of {} records lost, told {told:?}", shape.records)
        }
    };
    Some(format!("{}: {case:?} of {}, {around:?}: {what}", shape.name, shape.bytes.len()))
}
