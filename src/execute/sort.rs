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
        self.apply_with(batch, 1)
    }

    /// The same, by so many threads where there are many rows.
    pub fn apply_with(&self, batch: &Batch, threads: usize) -> Batch {
        let columns: Vec<Column> = self.keys.iter().map(|(key, _, _)| key.column(batch)).collect();
        let rows = match self.encoded(&columns) {
            Some(keys) => self.ordered(batch.rows, threads, |a, b| keys.row(a as usize).cmp(&keys.row(b as usize))),
            None => self.ordered(batch.rows, threads, |a, b| self.compare(&columns, a as usize, b as usize)),
        };
        batch.take(&UInt32Array::from(rows))
    }

    fn ordered(&self, count: usize, threads: usize, compare: impl Fn(u32, u32) -> Ordering + Sync) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..count as u32).collect();
        // Rows of equal keys keep their order.
        let order = |a: &u32, b: &u32| compare(*a, *b).then(a.cmp(b));
        if let Some(limit) = self.limit.filter(|l| *l < rows.len()) {
            if limit > 0 {
                rows.select_nth_unstable_by(limit - 1, order);
            }
            rows.truncate(limit);
        }
        sort(&mut rows, threads, &order);
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

/// Fewer rows than this are sorted by one thread.
const MANY: usize = 1 << 15;

/// Sorts halves side by side. Not by rayon: a worker that waits may take up other work, which may wait for what this one holds.
fn sort(rows: &mut Vec<u32>, threads: usize, order: &(impl Fn(&u32, &u32) -> Ordering + Sync)) {
    if threads < 2 || rows.len() < MANY {
        return rows.sort_unstable_by(order);
    }
    let mut later = rows.split_off(rows.len() / 2);
    let is_shared = std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, || sort(&mut later, threads / 2, order));
        sort(rows, threads - threads / 2, order);
        other.is_ok()
    });
    // The system gives no thread any more.
    if !is_shared {
        sort(&mut later, 1, order);
    }
    let mut merged = Vec::with_capacity(rows.len() + later.len());
    let (mut left, mut right) = (rows.iter().peekable(), later.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if order(a, b).is_le() { left.next() } else { right.next() };
        merged.extend(next);
    }
    merged.extend(left.chain(right));
    *rows = merged;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_one_order_for_any_threads() {
        // Each value stands there many times: rows of equal values keep their order.
        let values: Vec<u32> = (0..100_000u32).map(|n| n.wrapping_mul(2_654_435_761) >> 20).collect();
        let order = |a: &u32, b: &u32| values[*a as usize].cmp(&values[*b as usize]).then(a.cmp(b));
        let sorted = |threads| {
            let mut rows: Vec<u32> = (0..values.len() as u32).collect();
            sort(&mut rows, threads, &order);
            rows
        };
        let one = sorted(1);
        assert!(one.is_sorted_by(|a, b| order(a, b).is_lt()));
        (2..7).for_each(|threads| assert_eq!(sorted(threads), one, "{threads}"));
    }
}
