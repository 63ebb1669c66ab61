//! A batch: columns of equal length under a schema.

use std::sync::Arc;

use arrow::array::{BooleanArray, UInt32Array};

use super::{Column, Type};

/// A column's name and type. Names are case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub ty: Type,
}

impl Field {
    pub fn new(name: impl Into<String>, ty: Type) -> Field {
        Field { name: name.into(), ty }
    }
}

pub type Schema = Arc<[Field]>;

/// Some rows of a table.
#[derive(Clone, Debug)]
pub struct Batch {
    pub columns: Vec<Column>,
    /// Kept beside the columns: a batch may have none and still count rows.
    pub rows: usize,
}

impl Batch {
    pub fn new(columns: Vec<Column>, rows: usize) -> Batch {
        debug_assert!(columns.iter().all(|c| c.len() == rows));
        Batch { columns, rows }
    }

    pub fn empty(types: impl IntoIterator<Item = Type>) -> Batch {
        Batch { columns: types.into_iter().map(|ty| Column::nulls(ty, 0)).collect(), rows: 0 }
    }

    pub fn filter(&self, mask: &BooleanArray) -> Batch {
        Batch { columns: self.columns.iter().map(|c| c.filter(mask)).collect(), rows: mask.true_count() }
    }

    pub fn take(&self, indices: &UInt32Array) -> Batch {
        Batch { columns: self.columns.iter().map(|c| c.take(indices)).collect(), rows: indices.len() }
    }

    pub fn slice(&self, offset: usize, length: usize) -> Batch {
        Batch { columns: self.columns.iter().map(|c| c.slice(offset, length)).collect(), rows: length }
    }

    /// Batches of the same types end to end.
    pub fn concat(types: &[Type], parts: &[Batch]) -> Batch {
        if let [one] = parts {
            return one.clone();
        }
        let columns = types.iter().enumerate().map(|(i, ty)| Column::concat(*ty, &parts.iter().map(|b| &b.columns[i]).collect::<Vec<_>>()));
        Batch { columns: columns.collect(), rows: parts.iter().map(|b| b.rows).sum() }
    }

    pub fn memory(&self) -> usize {
        self.columns.iter().map(Column::memory).sum()
    }
}
