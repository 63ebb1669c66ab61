//! String functions.

mod parse_pattern;
mod strlen;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[&parse_pattern::PARSE_PATTERN, &strlen::STRLEN];
