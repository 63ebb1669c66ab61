//! Result tables as bytes: one file per format and one row in the table below.

mod arrow_ipc;
mod columnar;
mod delimited;
pub mod figures;
mod file;
mod json;
mod json_text;
mod kusto;
mod layout;
mod markdown;
mod parquet;
mod table;
mod text;
mod vertical;
mod visible;

use std::io::{self, Write};

use crate::value::{Batch, Schema};

pub use file::{OutputFile, discard_unfinished};
pub use json_text::{push_json, push_string};
pub use visible::{VisibleWriter, visible};

/// Where the bytes go.
pub type Sink = Box<dyn Write + Send>;

/// What a writer has to know besides the rows.
#[derive(Clone, Debug)]
pub struct Style {
    /// Escape sequences for colour are wanted.
    pub color: bool,
    /// The width to fit into; `None` outside of a terminal.
    pub width: Option<usize>,
    /// csv and tsv: write the line of names.
    pub header: bool,
    /// csv and tsv: keep spreadsheets from reading cells as formulas.
    pub csv_safe: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { color: false, width: None, header: true, csv_safe: false }
    }
}

/// Writes result tables: `begin`, any number of `batch`, `end`, for each table; then `finish` once.
pub trait Writer: Send {
    /// Whether the format can hold several tables.
    fn holds_several(&self) -> bool {
        true
    }
    /// The name of the table that begins next, where there are several.
    fn title(&mut self, _name: &str) -> io::Result<()> {
        Ok(())
    }
    fn begin(&mut self, schema: &Schema) -> io::Result<()>;
    fn batch(&mut self, batch: &Batch) -> io::Result<()>;
    fn end(&mut self) -> io::Result<()>;
    /// Lets rows out that are only kept for company: somebody waits for them. For formats that are read while they are written.
    fn show(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// Writes what closes the whole and flushes.
    fn finish(&mut self) -> io::Result<()>;
    /// What the format could not carry, for standard error.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An output format's entry.
pub struct Format {
    pub name: &'static str,
    /// File name endings that stand for the format, without the dot.
    pub extensions: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    /// No text: kept from terminals.
    pub binary: bool,
    pub make: fn(Sink, &Style) -> Box<dyn Writer>,
}

/// Every format, in the order of the help.
pub const FORMATS: &[Format] = &[
    table::FORMAT,
    vertical::FORMAT,
    json::JSON,
    json::NDJSON,
    delimited::CSV,
    delimited::TSV,
    markdown::FORMAT,
    parquet::FORMAT,
    arrow_ipc::FILE,
    arrow_ipc::STREAM,
    kusto::FORMAT,
];

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format that a file's name ends in.
pub fn by_extension(path: &std::path::Path) -> Option<&'static Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    FORMATS.iter().find(|format| format.extensions.contains(&extension.as_str()))
}
