//! `Sort`: stable, by any number of keys; with a limit only the first rows are kept.

use std::cmp::Ordering;

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, UInt32Array};
use arrow::compute::SortOptions;
use arrow::row::{RowConverter, Rows, SortField};

use crate::diagnostic::Result;
use crate::plan::{Context, SortKey};
use crate::value::{Batch, Column, Type};

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
        let columns: Vec<Column> = self.keys.iter().map(|(key, _, _)| key.column(batch)).collect();
        let rows = match self.encoded(&columns) {
            Some(keys) => self.ordered(batch.rows, |a, b| keys.row(a as usize).cmp(&keys.row(b as usize))),
            None => self.ordered(batch.rows, |a, b| self.compare(&columns, a as usize, b as usize)),
        };
        batch.take(&UInt32Array::from(rows))
    }

    fn ordered(&self, count: usize, compare: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..count as u32).collect();
        // Rows of equal keys keep their order.
        let order = |a: &u32, b: &u32| compare(*a, *b).then(a.cmp(b));
        if let Some(limit) = self.limit.filter(|l| *l < rows.len()) {
            if limit > 0 {
                rows.select_nth_unstable_by(limit - 1, order);
            }
            rows.truncate(limit);
        }
        rows.sort_unstable_by(order);
        rows
    }

    /// All keys of a row as bytes that compare like the keys. Decimals and dynamics have no such form.
    fn encoded(&self, columns: &[Column]) -> Option<Rows> {
        let field = |(column, (_, descending, nulls_first)): (&Column, &(Compiled, bool, bool))| match column.ty() {
            Type::Decimal | Type::Dynamic => None,
            ty => {
                let options = SortOptions { descending: *descending, nulls_first: *nulls_first };
                Some(SortField::new_with_options(Column::data_type(ty), options))
            }
        };
        let fields = columns.iter().zip(&self.keys).map(field).collect::<Option<Vec<_>>>()?;
        let arrays: Vec<_> = columns.iter().map(sortable).collect();
        RowConverter::new(fields).ok()?.convert_columns(&arrays).ok()
    }

    fn compare(&self, columns: &[Column], a: usize, b: usize) -> Ordering {
        let one =
            |(column, (_, descending, nulls_first)): (&Column, &(Compiled, bool, bool))| compare(column, a, b, *descending, *nulls_first);
        columns.iter().zip(&self.keys).map(one).find(|o| *o != Ordering::Equal).unwrap_or(Ordering::Equal)
    }
}

/// Reals with every NaN as the one that sorts before all numbers, and one zero.
fn sortable(column: &Column) -> ArrayRef {
    match column.ty() {
        Type::Real => {
            let values = column.reals().iter().map(|v| v.map(|v| if v.is_nan() { -f64::NAN.abs() } else { v + 0.0 }));
            Arc::new(Float64Array::from_iter(values))
        }
        _ => column.array().clone(),
    }
}

fn compare(column: &Column, a: usize, b: usize, descending: bool, nulls_first: bool) -> Ordering {
    let (x, y) = (column.value(a), column.value(b));
    match (x.is_null(), y.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ if descending => y.compare(&x),
        _ => x.compare(&y),
    }
}
