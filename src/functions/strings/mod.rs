//! String functions.

mod strlen;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[&strlen::STRLEN];
