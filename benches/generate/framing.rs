//! The shapes that an export comes in.

use std::io::{Result, Write};
use std::path::Path;

use clap::ValueEnum;
use flate2::{Compression, write::GzEncoder};

use crate::records::Record;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Framing {
    /// A record a line.
    Ndjson,
    /// All records in one array on one line.
    Array,
    /// One array, indented.
    Pretty,
    /// Objects back to back without anything between.
    Concatenated,
    /// Graph pages: `{"value":[…]}` back to back, a thousand records each.
    Pages,
    /// `Search-UnifiedAuditLog | Export-Csv`, with `AuditData` as JSON in a cell.
    Csv,
    /// The portal's CSV.
    PortalCsv,
    /// The CSV in UTF-16 with a BOM.
    Utf16Csv,
    /// NDJSON in one gz stream.
    Gz,
    /// NDJSON in one zst stream of several frames.
    Zst,
    /// A folder of gz files of 16 MB each before compression.
    GzFolder,
}

/// Writes all records as `framing`.
pub fn write(records: &mut dyn Iterator<Item = Record>, framing: Framing, out: &mut dyn Write) -> Result<()> {
    match framing {
        Framing::Ndjson => lines(records, out),
        Framing::Array => joined(records, out, "[", ",", "]"),
        Framing::Pretty => joined(records, out, "[\n  ", ",\n  ", "\n]\n"),
        Framing::Concatenated => joined(records, out, "", "", ""),
        Framing::Pages => pages(records, out),
        Framing::Csv => csv(records, out, export_row, EXPORT_HEADER),
        Framing::PortalCsv => csv(records, out, portal_row, PORTAL_HEADER),
        Framing::Utf16Csv => {
            out.write_all(&[0xff, 0xfe])?;
            csv(records, &mut Utf16(out), export_row, EXPORT_HEADER)
        }
        Framing::Gz | Framing::GzFolder => {
            let mut gz = GzEncoder::new(out, Compression::new(6));
            lines(records, &mut gz)?;
            gz.finish().map(|_| ())
        }
        Framing::Zst => {
            let mut zst = zstd::Encoder::new(out, 3)?;
            lines(records, &mut zst)?;
            zst.finish().map(|_| ())
        }
    }
}

/// A folder of gz files, each with about 16 MB of lines.
pub fn gz_folder(records: &mut dyn Iterator<Item = Record>, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for number in 0.. {
        let mut part = Vec::new();
        for record in &mut *records {
            part.extend_from_slice(record.json.as_bytes());
            part.push(b'\n');
            if part.len() > 16 << 20 {
                break;
            }
        }
        if part.is_empty() {
            break;
        }
        let mut gz = GzEncoder::new(std::fs::File::create(folder.join(format!("audit-{number:04}.json.gz")))?, Compression::new(6));
        gz.write_all(&part)?;
        gz.finish()?;
    }
    Ok(())
}

fn lines(records: &mut dyn Iterator<Item = Record>, out: &mut dyn Write) -> Result<()> {
    for record in records {
        out.write_all(record.json.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn joined(records: &mut dyn Iterator<Item = Record>, out: &mut dyn Write, open: &str, between: &str, close: &str) -> Result<()> {
    out.write_all(open.as_bytes())?;
    for (i, record) in records.enumerate() {
        if i > 0 {
            out.write_all(between.as_bytes())?;
        }
        out.write_all(record.json.as_bytes())?;
    }
    out.write_all(close.as_bytes())
}

fn pages(records: &mut dyn Iterator<Item = Record>, out: &mut dyn Write) -> Result<()> {
    loop {
        let page: Vec<String> = Iterator::take(&mut *records, 1000).map(|r| r.json).collect();
        if page.is_empty() {
            return Ok(());
        }
        write!(out, "{{\"@odata.count\":{},\"value\":[{}]}}", page.len(), page.join(","))?;
    }
}

const EXPORT_HEADER: &str = "\"RecordType\",\"CreationDate\",\"UserIds\",\"Operations\",\"AuditData\",\"ResultIndex\",\"ResultCount\",\"Identity\",\"IsValid\",\"ObjectState\"\r\n";
const PORTAL_HEADER: &str =
    "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\r\n";

fn csv(records: &mut dyn Iterator<Item = Record>, out: &mut dyn Write, row: fn(&Record, usize) -> String, header: &str) -> Result<()> {
    out.write_all(header.as_bytes())?;
    for (i, record) in records.enumerate() {
        out.write_all(row(&record, i).as_bytes())?;
    }
    Ok(())
}

fn export_row(record: &Record, index: usize) -> String {
    format!(
        "\"{}\",\"{}\",\"{}\",\"{}\",\"{}\",\"{}\",\"5000\",\"{}\",\"True\",\"Unchanged\"\r\n",
        record.record_type,
        american(&record.time),
        record.user,
        record.operation,
        record.json.replace('"', "\"\""),
        index % 5000 + 1,
        record.id,
    )
}

fn portal_row(record: &Record, _index: usize) -> String {
    format!(
        "{},{}.0000000Z,{},{},{},\"{}\",,\r\n",
        record.id,
        record.time,
        record.number,
        record.operation,
        record.user,
        record.json.replace('"', "\"\"")
    )
}

/// `6/1/2024 1:02:03 PM`, as Windows PowerShell writes it in the United States.
fn american(iso: &str) -> String {
    chrono::NaiveDateTime::parse_from_str(iso, "%Y-%m-%dT%H:%M:%S")
        .map_or_else(|_| iso.to_owned(), |t| t.format("%-m/%-d/%Y %-I:%M:%S %p").to_string())
}

/// Turns UTF-8 into UTF-16LE on the way out. Every write holds whole characters.
struct Utf16<'a>(&'a mut dyn Write);

impl Write for Utf16<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let units: Vec<u8> = String::from_utf8_lossy(bytes).encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.0.write_all(&units)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}
