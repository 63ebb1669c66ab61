//! Shapes inside of containers.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::*;

fn lines(records: &[String]) -> Vec<u8> {
    records.iter().flat_map(|record| (record.clone() + "\n").into_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum, as the tool writes it.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn parquet() -> Vec<u8> {
    let column = |values: Vec<String>| Arc::new(StringArray::from(values)) as ArrayRef;
    let columns = [
        ("CreationDate", column(vec!["2024-06-03T07:58:11Z".to_owned(); 3])),
        ("Operations", column(vec!["Op".to_owned(); 3])),
        ("AuditData", column(records())),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

pub fn shapes() -> Vec<Shape> {
    let records = records();
    let all = lines(&records);
    let members = [gzip(&lines(&records[..1])), gzip(&lines(&records[1..]))].concat();
    let zipped =
        zip(&[("export/a.ndjson", &lines(&records[..2])), ("__MACOSX/._a.ndjson", b"junk"), ("export/b.ndjson", &lines(&records[2..]))]);
    let tree = tar(&[("logs/a.ndjson", &lines(&records[..2])), ("logs/b.ndjson", &lines(&records[2..]))]);
    let mut shapes = vec![
        Shape::new("l1 gzip", RECORD, 3, gzip(&all)),
        Shape::new("l1 gzip of several members", RECORD, 3, members),
        Shape::new("l2 zstd", RECORD, 3, zstd(&all)),
        Shape::new("l3 zip", RECORD, 3, zipped),
        Shape::new("l5 tar in gzip", RECORD, 3, gzip(&tree)),
        Shape::new("l6 parquet", EXPORT, 3, parquet()),
    ];
    shapes.iter_mut().for_each(|shape| shape.packed = true);
    shapes
}
