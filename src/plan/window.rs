//! The shape of a window function's entry: it sees all rows in order.

use std::fmt;

use crate::value::{Column, Type};

use super::Example;

/// A function over ordered rows (`prev`, `next`, `row_number`, `row_cumsum` …).
pub struct WindowFunction {
    pub name: &'static str,
    pub signatures: &'static [&'static str],
    pub summary: &'static str,
    /// All rows' arguments, the number of rows, and the result's type.
    pub evaluate: fn(&[Column], usize, Type) -> Column,
    pub examples: &'static [Example],
}

impl fmt::Debug for WindowFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
