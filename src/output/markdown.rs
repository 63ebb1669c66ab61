//! `markdown`: a table for a report. Text from logs cannot become markup.

use std::io::{self, Write};

use crate::value::{Batch, Schema};

use super::layout::{plain, right_aligned};
use super::visible::push_visible;
use super::{Format, Sink, Style, Writer};

pub const FORMAT: Format = Format {
    name: "markdown",
    extensions: &["md"],
    summary: "A Markdown table; text is escaped",
    binary: false,
    make: |sink, _: &Style| Box::new(Markdown { sink, tables: 0 }),
};

struct Markdown {
    sink: Sink,
    tables: usize,
}

/// Appends text that shows as itself between two bars of a table.
fn push_escaped(out: &mut String, text: &str) {
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push_str("<br>");
        }
        let mut shown = String::new();
        push_visible(&mut shown, line.strip_suffix('\r').unwrap_or(line));
        for c in shown.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
                c => out.push(c),
            }
        }
    }
}

impl Writer for Markdown {
    fn title(&mut self, name: &str) -> io::Result<()> {
        let mut head = String::from(if self.tables > 0 { "\n**" } else { "**" });
        push_escaped(&mut head, name);
        head.push_str("**\n");
        self.tables += 1;
        self.sink.write_all(head.as_bytes())
    }

    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        let mut head = String::from(if self.tables > 0 { "\n|" } else { "|" });
        for field in schema.iter() {
            head.push(' ');
            push_escaped(&mut head, &field.name);
            head.push_str(" |");
        }
        head.push_str("\n|");
        for field in schema.iter() {
            head.push_str(if right_aligned(field.ty) { " ---: |" } else { " --- |" });
        }
        head.push('\n');
        self.tables += 1;
        self.sink.write_all(head.as_bytes())
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows {
            let mut line = String::from("|");
            for column in &batch.columns {
                line.push(' ');
                let value = column.value(row);
                if !value.is_null() {
                    push_escaped(&mut line, &plain(&value));
                }
                line.push_str(" |");
            }
            line.push('\n');
            self.sink.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
