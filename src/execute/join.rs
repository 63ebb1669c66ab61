//! `Join`: the right side is held and indexed by its key, the left side streams past it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::UInt32Array;

use crate::diagnostic::Result;
use crate::plan::{ColumnId, Context, Expr, JoinKind};
use crate::value::{Batch, Column, Type};

use super::expression::{Compiled, Layout};
use super::group::{GroupTable, KeyEncoder};
use super::pipeline::Step;
use super::residual::{Pairs, Residual};

/// The held side of a join and what probing it needs.
pub struct JoinTable {
    kind: JoinKind,
    probe_keys: Vec<Compiled>,
    groups: GroupTable,
    /// The rows of each group, in order.
    rows: Vec<Vec<u32>>,
    build: Batch,
    left_types: Vec<Type>,
    /// Which rows of the held side found a partner; only kept where the kind asks.
    matched: Vec<AtomicBool>,
    /// The filter above the join, where it is asked while the pairs are made.
    residual: Option<Residual>,
}

impl JoinTable {
    pub fn new(
        kind: JoinKind,
        on: &[(Expr, Expr)],
        left: (&Layout, Vec<Type>),
        right: &Layout,
        build: Batch,
        context: &Context,
    ) -> Result<JoinTable> {
        let probe_keys = on.iter().map(|(l, _)| Compiled::new(l, left.0, context)).collect::<Result<Vec<_>>>()?;
        let build_keys = on.iter().map(|(_, r)| Compiled::new(r, right, context)).collect::<Result<Vec<_>>>()?;
        let mut groups = GroupTable::new(Arc::new(KeyEncoder::new(on.iter().map(|(_, r)| r.ty()).collect())));
        let keys: Vec<Column> = build_keys.iter().map(|k| k.column(&build)).collect();
        let numbers = groups.insert(&keys, build.rows);
        let mut rows = vec![Vec::new(); groups.len()];
        for (row, group) in numbers.iter().enumerate() {
            rows[*group as usize].push(row as u32);
        }
        let matched = (0..build.rows).map(|_| AtomicBool::new(false)).collect();
        Ok(JoinTable { kind, probe_keys, groups, rows, build, left_types: left.1, matched, residual: None })
    }

    /// With a filter on the pairs. Of inner joins only: elsewhere a row without a pair is a row of the result.
    pub fn with_residual(mut self, predicate: &Expr, sides: [&[ColumnId]; 2], context: &Context) -> Result<JoinTable> {
        let residual = Residual::new(predicate, sides, &self.build, context)?;
        self.rows.iter_mut().for_each(|rows| residual.order(rows));
        self.residual = Some(residual);
        Ok(self)
    }

    fn inner(&self, left: &Batch, partners: &[&[u32]]) -> Result<Batch> {
        let Some(residual) = &self.residual else { return Ok(pairs(left, &self.build, partners, false)) };
        let Pairs { left: lefts, right: rights } = residual.pairs(left, &self.build, partners)?;
        Ok(beside(left.take(&UInt32Array::from(lefts)).columns, self.build.take(&UInt32Array::from(rights))))
    }

    fn partners(&self, batch: &Batch) -> Vec<&[u32]> {
        let keys: Vec<Column> = self.probe_keys.iter().map(|k| k.column(batch)).collect();
        let found = self.groups.lookup(&keys);
        found.iter().map(|group| group.map_or(&[] as &[u32], |group| self.rows[group as usize].as_slice())).collect()
    }

    /// The held side's rows without a partner, beside an empty left side; after all probing.
    pub fn unmatched(&self) -> Batch {
        let rows: Vec<u32> = (0..self.build.rows as u32).filter(|r| !self.matched[*r as usize].load(Ordering::Relaxed)).collect();
        let right = self.build.take(&UInt32Array::from(rows));
        match self.kind {
            JoinKind::RightAnti => right,
            _ => beside(self.left_types.iter().map(|ty| Column::nulls(*ty, right.rows)).collect(), right),
        }
    }

    /// The held side's rows with a partner, for `rightsemi`.
    pub fn matched(&self) -> Batch {
        let rows: Vec<u32> = (0..self.build.rows as u32).filter(|r| self.matched[*r as usize].load(Ordering::Relaxed)).collect();
        self.build.take(&UInt32Array::from(rows))
    }
}

fn beside(mut left: Vec<Column>, right: Batch) -> Batch {
    left.extend(right.columns);
    Batch { columns: left, rows: right.rows }
}

/// Streams the left side past a `JoinTable`.
pub struct ProbeStep(pub Arc<JoinTable>);

impl Step for ProbeStep {
    fn apply(&self, batch: Batch) -> Result<Batch> {
        let table = &*self.0;
        let partners = table.partners(&batch);
        let keep = |wanted: bool| {
            let rows: Vec<u32> = partners.iter().enumerate().filter(|(_, p)| p.is_empty() != wanted).map(|(row, _)| row as u32).collect();
            batch.take(&UInt32Array::from(rows))
        };
        if matches!(table.kind, JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti) {
            partners.iter().flat_map(|p| p.iter()).for_each(|row| table.matched[*row as usize].store(true, Ordering::Relaxed));
        }
        match table.kind {
            JoinKind::LeftSemi => Ok(keep(true)),
            JoinKind::LeftAnti => Ok(keep(false)),
            JoinKind::RightSemi | JoinKind::RightAnti => Ok(table.build.slice(0, 0)),
            JoinKind::Inner | JoinKind::InnerUnique => table.inner(&batch, &partners),
            JoinKind::RightOuter => Ok(pairs(&batch, &table.build, &partners, false)),
            JoinKind::LeftOuter | JoinKind::FullOuter => Ok(pairs(&batch, &table.build, &partners, true)),
        }
    }
}

/// Every left row beside each of its partners; a row without one beside nulls where `outer`.
fn pairs(left: &Batch, right: &Batch, partners: &[&[u32]], outer: bool) -> Batch {
    let mut left_rows = Vec::new();
    let mut right_rows: Vec<Option<u32>> = Vec::new();
    for (row, partners) in partners.iter().enumerate() {
        left_rows.extend(std::iter::repeat_n(row as u32, partners.len()));
        right_rows.extend(partners.iter().map(|p| Some(*p)));
        if outer && partners.is_empty() {
            left_rows.push(row as u32);
            right_rows.push(None);
        }
    }
    let right_rows = UInt32Array::from(right_rows);
    let right = Batch { columns: right.columns.iter().map(|c| take_or_null(c, &right_rows)).collect(), rows: right_rows.len() };
    let left = left.take(&UInt32Array::from(left_rows));
    beside(left.columns, right)
}

/// `take` with nulls for null indices; strings become empty.
fn take_or_null(column: &Column, rows: &UInt32Array) -> Column {
    if column.ty() != Type::String {
        return column.take(rows);
    }
    let texts = column.strings();
    let taken = rows.iter().map(|row| row.map_or("", |row| texts.value(row as usize)));
    Column::new(Type::String, Arc::new(arrow::array::StringViewArray::from_iter_values(taken)))
}

/// `innerunique`: of the left rows with one key only the first takes part.
pub struct UniqueProbe {
    table: Arc<JoinTable>,
    seen: Vec<bool>,
}

impl UniqueProbe {
    pub fn new(table: Arc<JoinTable>) -> UniqueProbe {
        let seen = vec![false; table.groups.len()];
        UniqueProbe { table, seen }
    }

    /// In parallel: the left rows that have partners, and which key each has.
    pub fn candidates(table: &JoinTable, batch: &Batch) -> (Batch, Vec<u32>) {
        let keys: Vec<Column> = table.probe_keys.iter().map(|k| k.column(batch)).collect();
        let found = table.groups.lookup(&keys);
        let (rows, groups): (Vec<u32>, Vec<u32>) =
            found.iter().enumerate().filter_map(|(row, group)| Some((row as u32, (*group)?))).unzip();
        (batch.take(&UInt32Array::from(rows)), groups)
    }

    /// In input order: the joined rows of those candidates whose key is new.
    pub fn admit(&mut self, (batch, groups): (Batch, Vec<u32>)) -> Result<Batch> {
        let mut rows = Vec::new();
        let mut partners = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            if !std::mem::replace(&mut self.seen[*group as usize], true) {
                rows.push(row as u32);
                partners.push(self.table.rows[*group as usize].as_slice());
            }
        }
        self.table.inner(&batch.take(&UInt32Array::from(rows)), &partners)
    }
}
