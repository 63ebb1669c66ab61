//! `Sort`: stable, by any number of keys; with a limit only the first rows are kept.

use std::cmp::Ordering;

use arrow::array::UInt32Array;

use crate::diagnostic::Result;
use crate::plan::{Context, SortKey};
use crate::value::{Batch, Column, Value};

use super::expression::{Compiled, Layout};

/// The keys of one sort, ready to run.
pub struct SortPlan {
    keys: Vec<(Compiled, bool, bool)>,
    limit: Option<usize>,
}

impl SortPlan {
    pub fn new(keys: &[SortKey], limit: Option<usize>, layout: &Layout, context: &Context) -> Result<SortPlan> {
        let keys =
            keys.iter().map(|k| Ok((Compiled::new(&k.expr, layout, context)?, k.descending, k.nulls_first))).collect::<Result<_>>()?;
        Ok(SortPlan { keys, limit })
    }

    /// The batch's rows in order, cut to the limit.
    pub fn apply(&self, batch: &Batch) -> Batch {
        let columns: Vec<(Column, bool, bool)> = self.keys.iter().map(|(key, desc, first)| (key.column(batch), *desc, *first)).collect();
        let mut rows: Vec<u32> = (0..batch.rows as u32).collect();
        let order = |a: &u32, b: &u32| {
            columns
                .iter()
                .map(|(column, descending, nulls_first)| compare(column, *a as usize, *b as usize, *descending, *nulls_first))
                .find(|o| *o != Ordering::Equal)
                .unwrap_or_else(|| a.cmp(b))
        };
        match self.limit {
            Some(limit) if limit < rows.len() => {
                if limit > 0 {
                    rows.select_nth_unstable_by(limit - 1, order);
                }
                rows.truncate(limit);
                rows.sort_unstable_by(order);
            }
            _ => rows.sort_unstable_by(order),
        }
        batch.take(&UInt32Array::from(rows))
    }
}

fn compare(column: &Column, a: usize, b: usize, descending: bool, nulls_first: bool) -> Ordering {
    let (x, y) = (column.value(a), column.value(b));
    let lacks = |v: &Value<'_>| v.is_null();
    match (lacks(&x), lacks(&y)) {
        (true, true) => Ordering::Equal,
        (true, false) => {
            if nulls_first {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if nulls_first {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        _ if descending => y.compare(&x),
        _ => x.compare(&y),
    }
}
