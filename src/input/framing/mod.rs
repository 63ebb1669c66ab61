//! How records follow one another in a text: lines, CSV rows, JSON values inside of arrays and pages.

pub mod csv;
mod ends;
mod header;
pub mod known;
pub mod lines;
pub mod parts;
pub mod restart;
pub mod salvage;
pub mod splitter;
pub mod table;
mod translated;
pub mod values;

use std::sync::Arc;

pub use header::Header;

/// The framing of a file, decided by its head.
#[derive(Clone, Debug)]
pub enum Framing {
    /// One JSON object per line.
    Lines,
    /// JSON values in any arrangement: arrays, pretty print, back to back. In `pages` the records stand in an array of an outer object.
    Values {
        pages: bool,
    },
    /// Records somewhere in a JSON text whose beginning is damaged.
    Hidden,
    Csv(Arc<Header>),
    /// Column names first, then rows that are arrays.
    Table,
}

impl Framing {
    /// A number for each kind of framing.
    pub fn kind(&self) -> u8 {
        match self {
            Framing::Lines => 0,
            Framing::Values { .. } | Framing::Hidden => 1,
            Framing::Csv(_) => 2,
            Framing::Table => 3,
        }
    }
}
