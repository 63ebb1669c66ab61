//! Archives and arrays that are cut off or damaged: what stands before the damage is read, and the rest is told.

use std::io::Write;
use std::time::{Duration, SystemTime};

use kalypso::input::{Account, Dataset, InputOptions, ScanRequest};

const RECORDS: usize = 3000;

/// Lines that compress as badly as real ones.
fn lines(from: usize) -> Vec<u8> {
    let mut state = 1u64 + from as u64;
    let mut text = Vec::new();
    for n in from..from + RECORDS {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let line = format!(r#"{{"CreationTime":"2024-06-03T07:58:11","Id":"{state:x}-{n}","Operation":"UserLoggedIn","RecordType":15}}"#);
        writeln!(text, "{line}").unwrap();
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, from) in [("a.ndjson", 0), ("b.ndjson", RECORDS)] {
        let content = lines(from);
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(options: zip::write::SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, from) in [("a.ndjson", 0), ("b.ndjson", RECORDS)] {
        writer.start_file(name, options).unwrap();
        writer.write_all(&lines(from)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip file as streaming tools write it: sizes stand after the content.
fn streamed_zip() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    for (name, from) in [("a.ndjson", 0), ("b.ndjson", RECORDS)] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&lines(from)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(bytes: &[u8]) -> Account {
    read_by(bytes, InputOptions::default())
}

fn read_by(bytes: &[u8], options: InputOptions) -> Account {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let dataset = Dataset::open(&[file.path().to_string_lossy().into_owned()], options).unwrap();
    let scan = dataset.scan(ScanRequest::default());
    while let Some(chunk) = scan.next_chunk() {
        scan.decode(chunk);
    }
    scan.account()
}

fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let options = zip::write::SimpleFileOptions::default();
    vec![
        ("tar", tar()),
        ("tar in gzip", gzip(&tar())),
        ("zip", zip(options)),
        ("zip, stored", zip(options.compression_method(zip::CompressionMethod::Stored))),
        ("zip, streamed", streamed_zip()),
    ]
}

#[test]
fn what_stands_before_the_end_is_read() {
    for (name, bytes) in archives() {
        let whole = read(&bytes);
        assert_eq!((whole.records, whole.is_complete()), (2 * RECORDS as u64, true), "{name}: {:?}", whole.skipped);
        for (percent, least) in [(30, 1000), (75, RECORDS as u64 + 1000)] {
            let cut = read(&bytes[..bytes.len() * percent / 100]);
            assert!(cut.records >= least && cut.records < 2 * RECORDS as u64, "{name} to {percent} %: {} records", cut.records);
            assert!(!cut.is_complete(), "{name} to {percent} %");
        }
    }
    let small = gzip(&lines(0));
    let cut = read(&small[..small.len() / 2]);
    assert!(cut.records > 1000 && !cut.is_complete(), "{} records, {:?}", cut.records, cut.skipped);
    assert!(cut.losses().all(|(_, seen)| seen.places[0].offset > 1000), "{:?}", cut.skipped);
}

#[test]
fn what_is_wrong_behind_a_gzip_member_is_told_behind_its_records() {
    let (first, second) = (lines(0), lines(RECORDS));
    let members = [gzip(&first), gzip(&second)].concat();
    let mut size = members.clone();
    let last = size.len() - 1;
    size[last] ^= 1;
    let mut checksum = members.clone();
    checksum[last - 7] ^= 1;
    let garbage = [&members[..], b"no member"].concat();
    let end = (first.len() + second.len()) as u64;
    let cases = [("whole", members, None), ("size", size, Some(end)), ("checksum", checksum, Some(end)), ("garbage", garbage, Some(end))];
    for (name, bytes, lost_at) in cases {
        // Read by one task, and piece by piece.
        for chunk_bytes in [1 << 20, 700] {
            let account = read_by(&bytes, InputOptions { chunk_bytes, ..InputOptions::default() });
            let told: Vec<u64> = account.losses().flat_map(|(_, seen)| seen.places.iter().map(|place| place.offset)).collect();
            assert_eq!((account.records, told), (2 * RECORDS as u64, lost_at.into_iter().collect()), "{name}, {chunk_bytes}");
        }
    }
}

#[test]
fn one_byte_in_an_archive_is_told() {
    for (name, bytes) in archives().into_iter().filter(|(name, _)| *name != "tar") {
        for part in 1..20 {
            let mut damaged = bytes.clone();
            damaged[bytes.len() * part / 20] ^= 0x55;
            let account = read(&damaged);
            assert!(!account.is_complete(), "{name}: byte {}", bytes.len() * part / 20);
        }
    }
}

#[test]
fn an_array_that_is_not_closed_is_told() {
    let records =
        (0..200).map(|n| format!(r#"{{"Id":"{n}","Operation":"UserLoggedIn","More":[{{"a":{n}}}]}}"#)).collect::<Vec<_>>().join(",");
    let cases = [
        (format!("[{records}]"), 0),
        (format!("[{records}"), 1),
        (format!(" [{records},\n"), 1),
        (format!(r#"{{"value":[{records}],"next":"x"}}"#), 0),
        (format!(r#"{{"value":[{records}"#), 1),
        (format!(r#"{{"value":[{records}]"#), 1),
    ];
    for (text, told) in cases {
        for chunk_bytes in [1 << 20, 700] {
            let account = read_by(text.as_bytes(), InputOptions { chunk_bytes, ..InputOptions::default() });
            let skipped: u64 = account.skipped.values().map(|skipped| skipped.count).sum();
            assert_eq!((account.records, skipped), (200, told), "{chunk_bytes}: …{}", &text[text.len() - 40..]);
        }
    }
}

/// Large enough to be read in ranges, of which those of a file at rest are mapped.
#[test]
fn what_is_cut_off_after_it_was_opened_is_told() {
    const CHUNK: usize = 200_000;
    let lines = String::from_utf8([lines(0), lines(RECORDS), lines(2 * RECORDS), lines(3 * RECORDS), lines(4 * RECORDS)].concat()).unwrap();
    let records = lines.lines().count() as u64;
    let csv = lines.lines().fold("CreationDate,Operations,AuditData\n".to_owned(), |text, line| {
        text + "2024-06-03T07:58:11,UserLoggedIn,\"" + &line.replace('"', "\"\"") + "\"\n"
    });
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    let page = format!(r#"{{"value":{array}}}"#);
    for (name, text) in [("lines", lines), ("array", array), ("page", page), ("csv", csv)] {
        assert!(text.len() > 8 * CHUNK, "{name}: {}", text.len());
        for rest in [Duration::ZERO, Duration::from_secs(60)] {
            let file = tempfile::NamedTempFile::new().unwrap();
            let is_written = |file: &std::fs::File| file.set_modified(SystemTime::now() - rest).unwrap();
            std::fs::write(file.path(), &text).unwrap();
            is_written(file.as_file());
            let options = InputOptions { chunk_bytes: CHUNK, ..InputOptions::default() };
            let dataset = Dataset::open(&[file.path().to_string_lossy().into_owned()], options).unwrap();
            let read = || {
                let scan = dataset.scan(ScanRequest::default());
                while let Some(chunk) = scan.next_chunk() {
                    scan.decode(chunk);
                }
                scan.account()
            };
            let whole = read();
            assert_eq!((whole.records, whole.is_complete()), (records, true), "{name}, {rest:?}: {:?}", whole.skipped);
            let left = &text[..text.len() * 6 / 10];
            file.as_file().set_len(left.len() as u64).unwrap();
            is_written(file.as_file());
            let cut = read();
            let most = left.matches("\"Id\"").count() as u64;
            assert!(cut.records > most * 2 / 3 && cut.records <= most, "{name}, {rest:?}: {} records", cut.records);
            assert!(cut.losses().any(|(reason, _)| reason.contains("could not be read")), "{name}, {rest:?}: {:?}", cut.skipped);
        }
    }
}
