//! `json` and `ndjson`: an object per row.

use std::io::{self, Write};

use crate::value::{Batch, Schema};

use super::json_text::{push_json, push_string};
use super::{Format, Sink, Style, Writer};

pub const JSON: Format = Format {
    name: "json",
    extensions: &["json"],
    summary: "An array of objects; a further result table is a further array",
    binary: false,
    make: |sink, _: &Style| Objects::boxed(sink, true),
};

pub const NDJSON: Format = Format {
    name: "ndjson",
    extensions: &["ndjson", "jsonl"],
    summary: "An object a line; of several tables each object begins with `$table`",
    binary: false,
    make: |sink, _: &Style| Objects::boxed(sink, false),
};

struct Objects {
    sink: Sink,
    /// In an array, with commas between.
    array: bool,
    /// `"name":` of each column.
    keys: Vec<String>,
    rows: usize,
    buffer: String,
    /// Of several tables in lines, the pair that says which.
    table: String,
}

impl Objects {
    fn boxed(sink: Sink, array: bool) -> Box<dyn Writer> {
        Box::new(Objects { sink, array, keys: Vec::new(), rows: 0, buffer: String::new(), table: String::new() })
    }

    fn row(&mut self, batch: &Batch, row: usize) {
        self.buffer.push('{');
        self.buffer.push_str(&self.table);
        for (i, (key, column)) in self.keys.iter().zip(&batch.columns).enumerate() {
            if i > 0 || !self.table.is_empty() {
                self.buffer.push(',');
            }
            self.buffer.push_str(key);
            push_json(&mut self.buffer, &column.value(row));
        }
        self.buffer.push('}');
    }
}

impl Writer for Objects {
    fn title(&mut self, name: &str) -> io::Result<()> {
        if !self.array {
            self.table = key("$table");
            push_string(&mut self.table, name);
        }
        Ok(())
    }

    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        self.keys = schema.iter().map(|field| key(&field.name)).collect();
        self.rows = 0;
        if self.array { self.sink.write_all(b"[") } else { Ok(()) }
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows {
            if self.array {
                self.buffer.push_str(if self.rows == 0 { "\n" } else { ",\n" });
            }
            self.row(batch, row);
            if !self.array {
                self.buffer.push('\n');
            }
            self.rows += 1;
        }
        self.sink.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        match (self.array, self.rows) {
            (false, _) => Ok(()),
            (true, 0) => self.sink.write_all(b"]\n"),
            (true, _) => self.sink.write_all(b"\n]\n"),
        }
    }

    fn show(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

fn key(name: &str) -> String {
    let mut key = String::new();
    push_string(&mut key, name);
    key.push(':');
    key
}
