//! Rows of two tables that belong together: what the lookups find.

use arrow::array::UInt32Array;

use crate::value::{Batch, Column, Value};

/// Rows of the left table, each with one of the right table, or with none.
#[derive(Default)]
pub struct Pairs(Vec<(u32, Option<u32>)>);

impl Pairs {
    /// Adds what was found for a row on the left; a row without partners only where unmatched rows stay.
    pub fn add(&mut self, left: usize, found: impl IntoIterator<Item = u32>, outer: bool) {
        let before = self.0.len();
        self.0.extend(found.into_iter().map(|right| (left as u32, Some(right))));
        if outer && self.0.len() == before {
            self.0.push((left as u32, None));
        }
    }

    pub fn rows(&self) -> usize {
        self.0.len()
    }

    /// The columns of the left table.
    pub fn left(&self, left: &Batch) -> Vec<Column> {
        let rows = UInt32Array::from_iter_values(self.0.iter().map(|(l, _)| *l));
        left.columns.iter().map(|column| column.take(&rows)).collect()
    }

    /// Some columns of the right table; null (empty for text) where there is no partner.
    pub fn right(&self, right: &Batch, kept: &[usize]) -> Vec<Column> {
        kept.iter().map(|at| self.partner(&right.columns[*at])).collect()
    }

    fn partner(&self, column: &Column) -> Column {
        if self.0.iter().all(|(_, r)| r.is_some()) {
            return column.take(&UInt32Array::from_iter_values(self.0.iter().filter_map(|(_, r)| *r)));
        }
        Column::from_values(column.ty(), self.0.iter().map(|(_, r)| r.map_or(Value::Null, |r| column.value(r as usize))))
    }
}
