//! `table`: aligned columns for a screen, cut to its width, with what was cut said below.

use std::io::{self, Write};

use crate::value::{Batch, Schema};

use super::layout::{Cell, GAP, Wanted, cut, fit, right_aligned};
use super::{Format, Sink, Style, Writer};

pub const FORMAT: Format = Format {
    name: "table",
    extensions: &["txt"],
    summary: "Aligned columns, cut to the terminal's width; the default on a terminal",
    binary: false,
    make: |sink, style: &Style| Box::new(Table { sink, style: style.clone(), ..Table::empty() }),
};

/// Rows that are looked at before the widths are fixed. Later rows stream.
const SAMPLE: usize = 1000;

struct Table {
    sink: Sink,
    style: Style,
    schema: Schema,
    pending: Vec<Vec<Cell>>,
    /// Of the columns shown, once they are fixed.
    widths: Option<Vec<usize>>,
    /// Which columns had a cell cut.
    cut: Vec<bool>,
    rows: usize,
    tables: usize,
    /// A name was just written.
    titled: bool,
}

impl Table {
    fn empty() -> Table {
        Table {
            sink: Box::new(io::sink()),
            style: Style::default(),
            schema: Schema::default(),
            pending: Vec::new(),
            widths: None,
            cut: Vec::new(),
            rows: 0,
            tables: 0,
            titled: false,
        }
    }

    /// An empty line between tables.
    fn gap(&mut self) -> io::Result<()> {
        if self.tables > 0 && !self.titled { self.sink.write_all(b"\n") } else { Ok(()) }
    }

    /// Fixes the widths and writes the head and what was pending.
    fn open(&mut self) -> io::Result<Vec<usize>> {
        let names: Vec<Cell> = self.schema.iter().map(|field| Cell::name(&field.name)).collect();
        let cells = |i: usize| self.pending.iter().map(|row| row[i].width).max().unwrap_or(0);
        let fields = names.iter().zip(self.schema.iter()).enumerate();
        let wanted: Vec<Wanted> = fields.map(|(i, (name, field))| Wanted::new(field.ty, name.width, cells(i))).collect();
        let widths = match self.style.width {
            Some(available) => fit(&wanted, available),
            None => wanted.iter().map(|column| column.full).collect(),
        };
        self.line(&widths, &names, "1")?;
        let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join(&" ".repeat(GAP));
        let rule = self.paint(&rule, "2");
        writeln!(self.sink, "{rule}")?;
        for row in std::mem::take(&mut self.pending) {
            self.line(&widths, &row, "")?;
        }
        self.widths = Some(widths.clone());
        Ok(widths)
    }

    /// Writes one line. `paint` is the escape code of all cells (nulls have their own).
    fn line(&mut self, widths: &[usize], cells: &[Cell], paint: &str) -> io::Result<()> {
        let mut line = String::new();
        for (i, (width, cell)) in widths.iter().zip(cells).enumerate() {
            let fits = cell.width <= *width || self.style.width.is_none();
            let text = if fits { cell.text.clone() } else { cut(&cell.text, *width) };
            let used = if fits { cell.width } else { unicode_width::UnicodeWidthStr::width(text.as_str()) };
            self.cut[i] |= !fits;
            let padding = " ".repeat(width.saturating_sub(used));
            let text = self.paint(&text, if cell.null { "2" } else { paint });
            if i > 0 {
                line.push_str("  ");
            }
            match self.schema.get(i).is_some_and(|field| right_aligned(field.ty)) {
                true => line.extend([padding.as_str(), &text]),
                false if i + 1 == widths.len() => line.push_str(&text),
                false => line.extend([text.as_str(), &padding]),
            }
        }
        line.push('\n');
        self.sink.write_all(line.as_bytes())
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.style.color && !code.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn footer(&self, shown: usize) -> Option<String> {
        let names = |wanted: &dyn Fn(usize) -> bool| {
            let names = self.schema.iter().enumerate().filter(|(i, _)| wanted(*i)).map(|(_, field)| field.name.as_str());
            super::visible(&names.collect::<Vec<_>>().join(", "))
        };
        let cut = names(&|i| i < shown && self.cut[i]);
        let hidden = names(&|i| i >= shown);
        let mut parts = Vec::new();
        if self.rows == 0 {
            parts.push("no rows".to_owned());
        }
        if !cut.is_empty() {
            parts.push(format!("cut to fit: {cut}"));
        }
        if !hidden.is_empty() {
            parts.push(format!("no room for {} more: {hidden}", self.schema.len() - shown));
        }
        if !cut.is_empty() || !hidden.is_empty() {
            parts.push("-f vertical shows all".to_owned());
        }
        (!parts.is_empty()).then(|| format!("({})", parts.join("; ")))
    }
}

impl Writer for Table {
    fn title(&mut self, name: &str) -> io::Result<()> {
        self.gap()?;
        self.titled = true;
        let name = self.paint(&super::visible(name), "1;4");
        writeln!(self.sink, "{name}")
    }

    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        self.gap()?;
        self.titled = false;
        self.tables += 1;
        self.rows = 0;
        self.schema = schema.clone();
        self.cut = vec![false; schema.len()];
        self.widths = None;
        Ok(())
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        // A column is never wider than the screen.
        let limit = self.style.width.unwrap_or(usize::MAX);
        for row in 0..batch.rows {
            self.rows += 1;
            let cells: Vec<Cell> = batch.columns.iter().map(|column| Cell::new(&column.value(row), limit)).collect();
            match self.widths.take() {
                Some(widths) => {
                    self.line(&widths, &cells, "")?;
                    self.widths = Some(widths);
                }
                None => self.pending.push(cells),
            }
            if self.widths.is_none() && self.pending.len() >= SAMPLE {
                self.open()?;
            }
        }
        Ok(())
    }

    /// The widths are then those of the rows so far.
    fn show(&mut self) -> io::Result<()> {
        if self.widths.is_none() && !self.pending.is_empty() {
            self.open()?;
        }
        self.sink.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        let widths = match self.widths.take() {
            Some(widths) => widths,
            None => self.open()?,
        };
        match self.footer(widths.len()) {
            Some(footer) => {
                let footer = self.paint(&footer, "2");
                writeln!(self.sink, "{footer}")
            }
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
