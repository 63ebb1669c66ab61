//! What the executor asks of the input: a table's records as tasks that yield batches.

use crate::diagnostic::Result;
use crate::value::{Batch, Column, Type};

use super::{Expr, ScanColumn};

/// Work that yields the wanted columns of one chunk of records. Heavy; runs on any thread.
pub type ChunkTask<'a> = Box<dyn FnOnce() -> Result<Batch> + Send + 'a>;

/// The chunks of one table, in input order.
pub trait ScanStream: Send + Sync {
    /// The next chunk's work; cheap. `None` at the end.
    fn next_chunk(&self) -> Option<ChunkTask<'_>>;

    /// How many rows there are at most, where they are at hand already.
    fn rows_at_hand(&self) -> Option<usize> {
        None
    }
}

/// Where tables come from.
pub trait Source: Sync {
    /// `predicate` is a hint: records that cannot satisfy it may be left out.
    fn scan(&self, table: &str, columns: &[ScanColumn], predicate: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>>;

    /// Whether scans of a table cost enough that those of one plan should be one.
    fn is_costly(&self, _table: &str) -> bool {
        false
    }

    /// The columns by which `fetch` finds a table's records again; none where it does not.
    fn places(&self, _table: &str) -> &'static [(&'static str, Type)] {
        &[]
    }

    /// Columns of the records that such columns tell, a row for each in order.
    fn fetch(&self, _table: &str, _columns: &[ScanColumn], _places: &[Column]) -> Result<Batch> {
        Ok(Batch::empty([]))
    }
}

/// Columns of audit records that are arrays of names and values, in the order in which a property is looked for.
pub const PROPERTY_ARRAYS: [&str; 5] =
    ["ExtendedProperties", "DeviceProperties", "Parameters", "ModifiedProperties", "OperationProperties"];
