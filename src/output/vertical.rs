//! `vertical`: a line per cell, a block per row. Nothing is cut.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::value::{Batch, Schema, Value};

use super::layout::plain;
use super::{Format, Sink, Style, Writer, visible};

pub const FORMAT: Format = Format {
    name: "vertical",
    extensions: &[],
    summary: "A line per cell and a block per row: for wide records",
    binary: false,
    make: |sink, style: &Style| Box::new(Vertical { sink, color: style.color, names: Vec::new(), width: 0, rows: 0 }),
};

struct Vertical {
    sink: Sink,
    color: bool,
    names: Vec<String>,
    width: usize,
    rows: usize,
}

impl Vertical {
    fn paint(&self, text: &str, code: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The lines of a text stay lines, behind a bar that the text cannot forge.
    fn cell(&self, out: &mut String, name: &str, value: &Value<'_>) {
        let name_width = name.width();
        let text = plain(value);
        for (i, line) in text.split('\n').enumerate() {
            let shown = visible(line.strip_suffix('\r').unwrap_or(line));
            let label = if i == 0 { self.paint(name, "1") } else { String::new() };
            let padding = " ".repeat(self.width - if i == 0 { name_width } else { 0 });
            let shown = if value.is_null() { self.paint(&shown, "2") } else { shown };
            out.push_str(&format!("{label}{padding} {} {shown}\n", self.paint("│", "2")));
        }
    }
}

impl Writer for Vertical {
    fn title(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.sink, "{}", self.paint(&format!("═══ {} ═══", visible(name)), "1"))
    }

    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        self.names = schema.iter().map(|field| visible(&field.name)).collect();
        self.width = self.names.iter().map(|name| name.width()).max().unwrap_or(0);
        self.rows = 0;
        Ok(())
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows {
            self.rows += 1;
            let mut out = self.paint(&format!("─── {} ───", self.rows), "2") + "\n";
            for (name, column) in self.names.iter().zip(&batch.columns) {
                self.cell(&mut out, name, &column.value(row));
            }
            self.sink.write_all(out.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.rows == 0 { writeln!(self.sink, "{}", self.paint("(no rows)", "2")) } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
