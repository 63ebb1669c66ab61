//! `csv` (RFC 4180, with line feeds) and `tsv`: a line per row, quoted where needed.

use std::io::{self, Write};

use crate::value::{Batch, Schema, Type, Value};

use super::text::push_text;
use super::{Format, Sink, Style, Writer};

pub const CSV: Format = Format {
    name: "csv",
    extensions: &["csv"],
    summary: "Comma-separated values (RFC 4180); the default in a pipe; an empty line between several tables",
    binary: false,
    make: |sink, style: &Style| Delimited::boxed(sink, b',', style),
};

pub const TSV: Format = Format {
    name: "tsv",
    extensions: &["tsv", "tab"],
    summary: "Tab-separated values, quoted like csv",
    binary: false,
    make: |sink, style: &Style| Delimited::boxed(sink, b'\t', style),
};

struct Delimited {
    sink: Sink,
    separator: u8,
    header: bool,
    safe: bool,
    tables: usize,
    buffer: String,
}

impl Delimited {
    fn boxed(sink: Sink, separator: u8, style: &Style) -> Box<dyn Writer> {
        Box::new(Delimited { sink, separator, header: style.header, safe: style.csv_safe, tables: 0, buffer: String::new() })
    }

    /// Quotes what stands in the buffer from `start`, if it must be.
    fn close_cell(&mut self, start: usize, text: bool) {
        if self.safe && text && self.buffer[start..].starts_with(['=', '+', '-', '@', '\t', '\r']) {
            self.buffer.insert(start, '\'');
        }
        let cell = &self.buffer[start..];
        let special = |b: u8| b == self.separator || matches!(b, b'"' | b'\n' | b'\r');
        if cell.bytes().any(special) || cell.starts_with(' ') || cell.ends_with(' ') {
            let quoted = format!("\"{}\"", cell.replace('"', "\"\""));
            self.buffer.replace_range(start.., &quoted);
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.buffer.push(self.separator as char);
        }
    }

    /// A line of one empty cell would read as no record.
    fn close_line(&mut self, start: usize, columns: usize) {
        if columns == 1 && self.buffer.len() == start {
            self.buffer.push_str("\"\"");
        }
        self.buffer.push('\n');
    }
}

impl Writer for Delimited {
    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        if self.tables > 0 {
            self.buffer.push('\n');
        }
        self.tables += 1;
        if self.header {
            for (i, field) in schema.iter().enumerate() {
                self.separate(i);
                let start = self.buffer.len();
                self.buffer.push_str(&field.name);
                self.close_cell(start, true);
            }
            self.buffer.push('\n');
        }
        self.flush()
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows {
            let line = self.buffer.len();
            for (i, column) in batch.columns.iter().enumerate() {
                self.separate(i);
                let start = self.buffer.len();
                let value = column.value(row);
                push_text(&mut self.buffer, &value);
                self.close_cell(start, is_text(&value, column.ty()));
            }
            self.close_line(line, batch.columns.len());
        }
        self.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn show(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Text that comes from data; a negative number or timespan is no formula.
fn is_text(value: &Value<'_>, ty: Type) -> bool {
    match ty {
        Type::String => true,
        // A number inside a dynamic stays a number.
        Type::Dynamic => !value.as_dynamic().is_some_and(|d| d.text().starts_with(|c: char| c.is_ascii_digit() || c == '-')),
        _ => false,
    }
}
