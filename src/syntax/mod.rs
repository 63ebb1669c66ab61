//! From text to a syntax tree with spans kept, and back.

pub mod ast;

/// Writes a syntax tree back as KQL text that parses to the same tree.
#[derive(Default)]
pub struct Printer {
    pub text: String,
}
