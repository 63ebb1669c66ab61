//! JSON read in place: structural skipping, unescaping and compaction over the bytes, without a tree.

mod skip;
mod text;
mod whole;

pub use skip::{members, scalar_end, skip_space, skip_value, string, string_end};
pub use text::{compact, quote, unescape};
pub use whole::{End, whole_value};
