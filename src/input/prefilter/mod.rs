//! Filter before parse: from a predicate, byte strings of which every matching record must contain one; searched for in the raw text,
//! so that only records that hit are parsed. (Palkar et al., "Filter Before You Parse", VLDB 2018.)
//!
//! It must never lose a record. The same text can be written in many ways: a quote doubled in CSV, a character escaped in JSON, once or
//! (JSON inside of a JSON string) twice. So needles consist only of characters that no writer changes except as `\u0041`, and
//! a record that holds such an escape of one of the needles' characters counts as a hit.

mod derive;
mod frequencies;
mod search;

pub use derive::{Needles, candidates, together};
pub use frequencies::Frequencies;
pub use search::{Hits, Prefilter};
