//! What any rule can want of a record, told from what kind of record it is (`Operation`, `RecordType`, the table) and between which of
//! the times that rules ask for it happened.
//!
//! The filters that look at nothing else are tried once for each kind of record. Columns that only rules behind filters that fail want
//! are then never copied out of such records, and records that no rule wants are left out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::input::{Gate, INNER};
use crate::plan::ScanColumn;
use crate::value::{Batch, Column, PathStep, Type};

use super::selection::{Selection, Whole};
use super::terms::{Term, Terms, What};
use super::tree::Node;

/// Columns that tell kinds of records: they have few distinct values.
const KINDS: [&str; 15] = [
    "$family",
    "$table",
    "Operation",
    "RecordType",
    "Workload",
    "ActionType",
    "ResultStatus",
    "ResultType",
    "Category",
    "category",
    "OperationName",
    "operationName",
    "activityDisplayName",
    "UserType",
    "AzureActiveDirectoryEventType",
];

/// The rules' gate.
pub struct RuleGate {
    terms: Arc<Terms>,
    tree: Arc<Node>,
    types: Vec<Type>,
    kinds: Vec<usize>,
    /// The column of the time that filters compare with constants, and these.
    times: Option<(usize, Vec<i64>)>,
}

impl std::fmt::Debug for RuleGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleGate").field("kinds", &self.kinds).finish()
    }
}

impl RuleGate {
    /// `None` where no filter tells kinds of records apart.
    pub fn new(terms: Arc<Terms>, tree: Arc<Node>, columns: &[ScanColumn]) -> Option<RuleGate> {
        let mut tested = vec![false; columns.len()];
        tree.filters(&mut |filter| terms.columns(filter, &mut |slot| tested[slot] = true));
        let kinds: Vec<usize> = (0..columns.len()).filter(|slot| tested[*slot] && is_kind(&columns[*slot])).collect();
        let types = columns.iter().map(|column| column.ty).collect();
        let times = times(&terms, &tree, columns.len());
        (!kinds.is_empty() || times.is_some()).then_some(RuleGate { terms, tree, types, kinds, times })
    }

    /// Notes the columns that branches below a node want of a record of a kind, and says whether one wants the record.
    fn visit(&self, node: &Node, record: &Selection<'_>, wanted: &mut [bool]) -> bool {
        node.outputs.iter().for_each(|output| self.want(*output, wanted));
        let mut any = !node.takers.is_empty();
        for (filter, below) in &node.below {
            self.want(*filter, wanted);
            if !self.is_told(*filter) || record.narrow(*filter).rows() > 0 {
                any |= self.visit(below, record, wanted);
            }
        }
        any
    }

    /// Whether a term's value follows from the kind of record and its place among the times.
    fn is_told(&self, term: Term) -> bool {
        if let (Some((slot, _)), Some((time, _))) = (self.terms.points(term), &self.times) {
            return slot == *time;
        }
        match self.terms.what(term) {
            What::Column(slot) => self.kinds.contains(slot),
            What::Computed { arguments, .. } => !self.terms.is_volatile(term) && arguments.iter().all(|term| self.is_told(*term)),
        }
    }

    fn want(&self, term: Term, wanted: &mut [bool]) {
        self.terms.columns(term, &mut |slot| wanted[slot] = true);
    }
}

fn is_kind(column: &ScanColumn) -> bool {
    match column.steps.as_slice() {
        [] => KINDS.contains(&column.column.as_str()),
        // A member of the inner record.
        [PathStep::Key(key)] => column.column == INNER && KINDS.contains(&key.as_str()),
        _ => false,
    }
}

/// The column that most filters compare with points in time, and all of these in order.
fn times(terms: &Terms, tree: &Node, columns: usize) -> Option<(usize, Vec<i64>)> {
    let mut points = vec![Vec::new(); columns];
    tree.filters(&mut |filter| terms.all_points(filter, &mut |slot, more| points[slot].extend_from_slice(more)));
    let (slot, mut points) =
        points.into_iter().enumerate().max_by_key(|(_, points)| points.len()).filter(|(_, points)| !points.is_empty())?;
    points.sort_unstable();
    points.dedup();
    Some((slot, points))
}

impl Gate for RuleGate {
    fn columns(&self) -> &[usize] {
        &self.kinds
    }

    fn times(&self) -> Option<(usize, &[i64])> {
        self.times.as_ref().map(|(slot, points)| (*slot, points.as_slice()))
    }

    fn wanted(&self, values: Vec<Column>) -> Option<Arc<[bool]>> {
        let mut columns: Vec<Column> = self.types.iter().map(|ty| Column::nulls(*ty, 1)).collect();
        for (slot, value) in self.kinds.iter().chain(self.times.as_ref().map(|(slot, _)| slot)).zip(values) {
            columns[*slot] = value;
        }
        let mut wanted = vec![false; self.types.len()];
        let whole = Whole::new(&self.terms, Batch { columns, rows: 1 });
        let any = catch_unwind(AssertUnwindSafe(|| self.visit(&self.tree, &Selection::all(&whole), &mut wanted)));
        // Where a filter fails, the rule's own run will meet the same, and tell it.
        let any = any.unwrap_or_else(|_| {
            wanted.fill(true);
            true
        });
        any.then(|| wanted.into())
    }
}
