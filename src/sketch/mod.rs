//! Summaries of many values in little space: exact while they are small, and always independent of the order of rows and of where
//! chunks are cut. Shared by the aggregates that make them and the functions that read them.

mod digest;
mod hll;

pub use digest::Digest;
pub use hll::{Hll, hash_long, hash_text, hash_value};
