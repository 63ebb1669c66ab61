//! The tables that published queries are written for: their columns, and how exported records become their rows. All data.
//!
//! `schemas/NAME.txt` declares one table of Microsoft 365; `schemas/others.txt` declares all others, one a line. `mappings/NAME.map`
//! says which records are the table's rows, and where each column comes from.

mod embedded;
mod guess;
mod mapping;
mod schema;

pub use guess::by_columns;
pub use mapping::{Confidence, MappedColumn, Section, mapped, sections};
pub use schema::{TableColumns, find, names, time_alias};
