//! What any rule can want of a record, told from what kind of record it is (`Operation`, `RecordType`, the table) and between which of
//! the times that rules ask for it happened.
//!
//! The filters that look at nothing else are tried once for each kind of record: a row brings the number of its kind, and goes where these
//! filters let it. Columns that only rules behind filters that fail want
//! are then never copied out of such records, and records that no rule wants are left out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use crate::input::{Gate, INNER, Kind};
use crate::plan::ScanColumn;
use crate::value::{Batch, Column, PathStep, Type};

use super::selection::{Selection, Whole};
use super::terms::{Term, Terms, What};
use super::tree::{ROOT, Tree};

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

/// What follows from the kind of record.
#[derive(Default)]
pub struct Told {
    /// The columns that tell kinds.
    kinds: Vec<usize>,
    /// The column of the time that filters compare with constants, and these.
    times: Option<(usize, Vec<i64>)>,
    /// The filters that look at nothing else.
    filters: HashSet<Term>,
}

impl Told {
    /// What is told of these filters over these columns.
    pub fn of(terms: &Terms, filters: impl Iterator<Item = Term> + Clone, columns: &[ScanColumn]) -> Told {
        let mut tested = vec![false; columns.len()];
        filters.clone().for_each(|filter| terms.columns(filter, &mut |slot| tested[slot] = true));
        let kinds = (0..columns.len()).filter(|slot| tested[*slot] && is_kind(&columns[*slot])).collect();
        let mut told = Told { kinds, times: times(terms, filters.clone(), columns.len()), filters: HashSet::new() };
        told.filters = filters.filter(|filter| told.is_told(terms, *filter)).collect();
        told
    }

    /// Whether a filter follows from the kind of record.
    pub fn holds(&self, filter: Term) -> bool {
        self.filters.contains(&filter)
    }

    /// Whether a term's value follows from the kind of record and its place among the times.
    fn is_told(&self, terms: &Terms, term: Term) -> bool {
        if let (Some((slot, _)), Some((time, _))) = (terms.points(term), &self.times) {
            return slot == *time;
        }
        match terms.what(term) {
            What::Column(slot) => self.kinds.contains(slot),
            What::Computed { arguments, .. } => !terms.is_volatile(term) && arguments.iter().all(|term| self.is_told(terms, *term)),
        }
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
fn times(terms: &Terms, filters: impl Iterator<Item = Term>, columns: usize) -> Option<(usize, Vec<i64>)> {
    let mut points = vec![Vec::new(); columns];
    filters.for_each(|filter| terms.all_points(filter, &mut |slot, more| points[slot].extend_from_slice(more)));
    let (slot, mut points) =
        points.into_iter().enumerate().max_by_key(|(_, points)| points.len()).filter(|(_, points)| !points.is_empty())?;
    points.sort_unstable();
    points.dedup();
    Some((slot, points))
}

/// The rules' gate.
pub struct RuleGate {
    terms: Arc<Terms>,
    tree: Arc<Tree>,
    told: Told,
    types: Vec<Type>,
    /// Of each kind so far the nodes that its records reach by filters that are told, where there is something to do with them.
    reached: RwLock<Vec<Arc<[usize]>>>,
}

/// So many kinds are numbered.
const NUMBERED: usize = 1 << 16;

impl std::fmt::Debug for RuleGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleGate").field("kinds", &self.told.kinds).finish()
    }
}

impl RuleGate {
    /// `None` where no filter tells kinds of records apart.
    pub fn new(terms: Arc<Terms>, tree: Arc<Tree>, told: Told, columns: &[ScanColumn]) -> Option<RuleGate> {
        let types = columns.iter().map(|column| column.ty).collect();
        (!told.filters.is_empty()).then_some(RuleGate { terms, tree, told, types, reached: RwLock::default() })
    }

    /// Whether a filter follows from the kind of record.
    pub fn tells(&self, filter: Term) -> bool {
        self.told.holds(filter)
    }

    /// Of each kind so far, by its number, the nodes that its records reach by filters that are told.
    pub fn reached(&self) -> Vec<Arc<[usize]>> {
        self.reached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes the columns that branches below a node want of a record of a kind, and the nodes that it reaches.
    fn visit(&self, number: usize, record: &Selection<'_>, wanted: &mut [bool], reached: &mut Vec<usize>) {
        let node = self.tree.node(number);
        node.outputs.iter().for_each(|output| self.want(*output, wanted));
        if !node.takers.is_empty() || node.below.iter().any(|(filter, _)| !self.tells(*filter)) {
            reached.push(number);
        }
        for (filter, below) in &node.below {
            match self.tells(*filter) {
                // It is tried here, and never again.
                true if record.narrow(*filter).rows() > 0 => self.visit(*below, record, wanted, reached),
                true => {}
                false => {
                    self.want(*filter, wanted);
                    self.want_below(*below, wanted);
                }
            }
        }
    }

    /// Notes the columns that branches at and below a node want, which a record may reach. All filters that are told stand above.
    fn want_below(&self, number: usize, wanted: &mut [bool]) {
        let node = self.tree.node(number);
        node.outputs.iter().for_each(|output| self.want(*output, wanted));
        for (filter, below) in &node.below {
            self.want(*filter, wanted);
            self.want_below(*below, wanted);
        }
    }

    fn want(&self, term: Term, wanted: &mut [bool]) {
        self.terms.columns(term, &mut |slot| wanted[slot] = true);
    }

    /// The kind of records whose way is not told: all filters are tried on each of them.
    fn untold(&self) -> Kind {
        Kind { columns: vec![true; self.types.len()].into(), number: None }
    }

    /// A number for a kind whose records reach these nodes; `None` where there are too many kinds.
    fn number(&self, nodes: Vec<usize>) -> Option<u32> {
        let mut reached = self.reached.write().unwrap_or_else(PoisonError::into_inner);
        if reached.len() >= NUMBERED {
            return None;
        }
        reached.push(nodes.into());
        Some(reached.len() as u32 - 1)
    }
}

impl Gate for RuleGate {
    fn columns(&self) -> &[usize] {
        &self.told.kinds
    }

    fn times(&self) -> Option<(usize, &[i64])> {
        self.told.times.as_ref().map(|(slot, points)| (*slot, points.as_slice()))
    }

    fn wanted(&self, values: Vec<Column>) -> Option<Kind> {
        let mut columns: Vec<Column> = self.types.iter().map(|ty| Column::nulls(*ty, 1)).collect();
        for (slot, value) in self.told.kinds.iter().chain(self.told.times.as_ref().map(|(slot, _)| slot)).zip(values) {
            columns[*slot] = value;
        }
        let whole = Whole::new(&self.terms, Batch { columns, rows: 1 });
        let visited = catch_unwind(AssertUnwindSafe(|| {
            let (mut wanted, mut reached) = (vec![false; self.types.len()], Vec::new());
            self.visit(ROOT, &Selection::all(&whole), &mut wanted, &mut reached);
            (wanted, reached)
        }));
        match visited {
            Ok((_, reached)) if reached.is_empty() => None,
            Ok((wanted, reached)) => match self.number(reached) {
                Some(number) => Some(Kind { columns: wanted.into(), number: Some(number) }),
                None => Some(self.untold()),
            },
            // Where a filter fails, the rule's own run will meet the same, and tell it.
            Err(_) => Some(self.untold()),
        }
    }
}
