//! The part of a plan that many plans can run side by side in one pass over the input: streaming steps over scans, and at most one
//! operation above them whose states over chunks merge.

use std::sync::Arc;

use crate::diagnostic::Result;
use crate::plan::{Context, Expr, Parts, Relation, RelationKind, ScanColumn};
use crate::value::{Batch, Held, Type};

use super::aggregate::{self, AggregatePlan, Groups};
use super::guard::guarded;
use super::parts::{self, Body, ElementsStep};
use super::pipeline::Step;
use super::sort::SortPlan;
use super::steps::{FilterStep, ProjectStep};
use super::unnest::UnnestStep;
use super::{ids, layout, types};

/// A fragment, ready to run. Its branches are the scans below it, in the order in which their rows come.
pub struct Fragment<'a> {
    branches: Vec<Branch<'a>>,
    end: End<'a>,
    types: Vec<Type>,
}

/// One of the scans that a fragment reads.
struct Branch<'a> {
    table: &'a str,
    columns: &'a [ScanColumn],
    /// A hint as to which records matter.
    predicate: Option<&'a Expr>,
    /// Filters and projections right above the scan.
    head: &'a Relation,
    head_steps: Vec<Arc<dyn Step + 'a>>,
    /// What follows.
    steps: Vec<Arc<dyn Step + 'a>>,
}

/// What becomes of the rows that come out of the steps.
enum End<'a> {
    Rows,
    Limit(usize),
    Top(SortPlan, usize),
    Groups(Box<AggregatePlan<'a>>),
}

/// What one chunk gives.
pub enum FragmentPartial {
    Rows(Held),
    Groups(aggregate::Partial),
}

/// What all chunks so far gave, branch by branch.
pub struct FragmentState {
    branches: Vec<BranchState>,
}

#[derive(Default)]
struct BranchState {
    rows: Vec<Held>,
    /// Rows that came, in `rows` or taken out of it.
    held: usize,
    /// Bytes of `rows`, where these only wait.
    bytes: usize,
    groups: Option<aggregate::Partial>,
}

/// What all chunks gave.
pub enum Finished {
    Rows(Vec<Batch>),
    Groups(Groups),
}

/// Whether a relation is a fragment: nothing but streaming steps over scans, below one operation that merges.
pub fn is_fragment(relation: &Relation) -> bool {
    match &relation.kind {
        RelationKind::Aggregate { input, .. } | RelationKind::Limit { input, .. } => streams(input),
        RelationKind::Sort { input, limit: Some(_), .. } => streams(input),
        _ => streams(relation),
    }
}

fn streams(relation: &Relation) -> bool {
    match &relation.kind {
        RelationKind::Scan { .. } => true,
        RelationKind::Filter { input, .. } | RelationKind::Project { input, .. } | RelationKind::Unnest { input, .. } => streams(input),
        RelationKind::Partition { input, parts: Parts::Elements(_), body, .. } => streams(input) && parts::runs_together(body),
        RelationKind::Union { inputs } => inputs.iter().all(streams),
        _ => false,
    }
}

impl<'a> Fragment<'a> {
    /// Makes a relation for which `is_fragment` holds ready.
    pub fn new(relation: &'a Relation, context: &Context) -> Result<Fragment<'a>> {
        let (input, end) = match &relation.kind {
            RelationKind::Aggregate { input, keys, calls } => {
                (&**input, End::Groups(Box::new(AggregatePlan::new(keys, calls, &layout(input), context)?)))
            }
            RelationKind::Limit { input, count } => (&**input, End::Limit(*count)),
            RelationKind::Sort { input, keys, limit: Some(limit) } => {
                (&**input, End::Top(SortPlan::new(keys, Some(*limit), &layout(input), context)?, *limit))
            }
            _ => (relation, End::Rows),
        };
        let mut branches = Vec::new();
        add_branches(input, context, &mut branches)?;
        Ok(Fragment { branches, end, types: types(input) })
    }

    /// Of each branch: the table, the columns that its batches have, and a hint as to which records matter.
    pub fn branches(&self) -> impl Iterator<Item = (&'a str, &'a [ScanColumn], Option<&'a Expr>)> {
        self.branches.iter().map(|b| (b.table, b.columns, b.predicate))
    }

    /// Of each branch the filters and projections right above its scan, for callers that run those of many fragments together.
    pub fn heads(&self) -> impl Iterator<Item = &'a Relation> {
        self.branches.iter().map(|b| b.head)
    }

    /// Sends one chunk of a branch's scan through its steps. The rows may share text with the chunk.
    pub fn rows(&self, branch: usize, batch: Batch) -> Result<Batch> {
        let steps = self.branches.get(branch).map(|b| b.head_steps.as_slice()).unwrap_or_default();
        self.rows_of_head(branch, guarded(|| apply(steps, batch))?)
    }

    /// The same from what came out of the branch's head on.
    pub fn rows_of_head(&self, branch: usize, batch: Batch) -> Result<Batch> {
        if batch.rows == 0 {
            return Ok(Batch::empty(self.types.iter().copied()));
        }
        let steps = self.branches.get(branch).map(|b| b.steps.as_slice()).unwrap_or_default();
        let batch = guarded(|| apply(steps, batch))?;
        Ok(if batch.rows == 0 { Batch::empty(self.types.iter().copied()) } else { self.reduce(batch) })
    }

    /// Keeps what can still count.
    fn reduce(&self, batch: Batch) -> Batch {
        match &self.end {
            End::Limit(count) => batch.slice(0, (*count).min(batch.rows)),
            End::Top(plan, _) => plan.apply(&batch),
            End::Rows | End::Groups(_) => batch,
        }
    }

    /// Does the heavy part of taking rows in. What is kept of them owns its text, so that the chunk can go.
    pub fn partial(&self, rows: &Batch) -> Result<FragmentPartial> {
        match &self.end {
            End::Groups(plan) => guarded(|| plan.partial(rows).map(FragmentPartial::Groups)),
            _ => Ok(FragmentPartial::Rows(Held::of(rows))),
        }
    }

    pub fn start(&self) -> FragmentState {
        FragmentState { branches: self.branches.iter().map(|_| BranchState::default()).collect() }
    }

    /// Takes in what the next chunk gave.
    pub fn merge(&self, state: &mut FragmentState, branch: usize, partial: FragmentPartial) {
        let Some(state) = state.branches.get_mut(branch) else { return };
        match partial {
            FragmentPartial::Groups(groups) => match &mut state.groups {
                Some(all) => all.merge(groups),
                none => *none = Some(groups),
            },
            FragmentPartial::Rows(rows) if rows.rows() == 0 => {}
            FragmentPartial::Rows(rows) => self.keep(state, rows),
        }
    }

    fn keep(&self, state: &mut BranchState, rows: Held) {
        let rows = match &self.end {
            End::Limit(count) if state.held + rows.rows() > *count => Held::of(&rows.batch().slice(0, count.saturating_sub(state.held))),
            _ => rows,
        };
        state.held += rows.rows();
        if let End::Rows = self.end {
            state.bytes += rows.memory();
        }
        state.rows.push(rows);
        if let End::Top(plan, limit) = &self.end
            && state.held > 4 * (*limit).max(4096)
        {
            let all: Vec<Batch> = state.rows.iter().map(Held::batch).collect();
            let best = Held::of(&plan.apply(&Batch::concat(&self.types, &all)));
            state.held = best.rows();
            state.rows = vec![best];
        }
    }

    /// Whether more rows of this branch can change nothing.
    pub fn is_full(&self, state: &FragmentState, branch: usize) -> bool {
        match &self.end {
            End::Limit(count) => state.branches.get(branch).is_some_and(|b| b.held >= *count),
            _ => false,
        }
    }

    /// The fragment's rows.
    pub fn finish(&self, state: FragmentState) -> Result<Finished> {
        let mut rows = Vec::new();
        let mut groups: Option<aggregate::Partial> = None;
        for branch in state.branches {
            rows.extend(branch.rows.iter().map(Held::batch));
            match (&mut groups, branch.groups) {
                (Some(all), Some(more)) => all.merge(more),
                (all @ None, more) => *all = more,
                (Some(_), None) => {}
            }
        }
        Ok(match &self.end {
            End::Rows => Finished::Rows(rows),
            End::Limit(_) | End::Top(..) => Finished::Rows(vec![self.reduce(Batch::concat(&self.types, &rows))]),
            End::Groups(plan) => {
                let total = match groups {
                    Some(total) => total,
                    None => plan.empty()?,
                };
                Finished::Groups(plan.groups(total))
            }
        })
    }
}

impl Finished {
    /// The rows, all at once.
    pub fn rows(self) -> Result<Vec<Batch>> {
        match self {
            Finished::Rows(rows) => Ok(rows),
            Finished::Groups(groups) => Ok(vec![guarded(|| Ok(groups.finish()))?]),
        }
    }
}

impl FragmentState {
    /// Rows and groups that are held.
    pub fn held(&self) -> usize {
        self.branches.iter().map(|b| b.held + b.groups.as_ref().map_or(0, aggregate::Partial::groups)).sum()
    }

    /// Bytes of rows of a branch that do nothing but wait.
    pub fn waiting(&self, branch: usize) -> usize {
        self.branches.get(branch).map_or(0, |b| b.bytes)
    }

    /// Takes these rows out: the caller keeps them, and need not give them back to `finish`, for which nothing follows from them.
    pub fn take_waiting(&mut self, branch: usize) -> Vec<Held> {
        self.branches.get_mut(branch).map_or_else(Vec::new, |b| {
            b.bytes = 0;
            std::mem::take(&mut b.rows)
        })
    }
}

fn apply(steps: &[Arc<dyn Step + '_>], mut batch: Batch) -> Result<Batch> {
    for step in steps {
        if batch.rows == 0 {
            break;
        }
        batch = step.apply(batch)?;
    }
    Ok(batch)
}

fn add_branches<'a>(relation: &'a Relation, context: &Context, into: &mut Vec<Branch<'a>>) -> Result<()> {
    let first = into.len();
    let step: Arc<dyn Step + 'a> = match &relation.kind {
        RelationKind::Scan { table, columns, predicate } => {
            let predicate = predicate.as_ref();
            into.push(Branch { table, columns, predicate, head: relation, head_steps: Vec::new(), steps: Vec::new() });
            return Ok(());
        }
        RelationKind::Filter { input, predicate } => {
            add_branches(input, context, into)?;
            Arc::new(FilterStep::new(predicate, &layout(input), context)?)
        }
        RelationKind::Project { input, columns } => {
            add_branches(input, context, into)?;
            Arc::new(ProjectStep::new(columns, &layout(input), context)?)
        }
        RelationKind::Unnest { input, columns, kind, limit, index } => {
            add_branches(input, context, into)?;
            Arc::new(UnnestStep::new(columns, *kind, *limit, index.is_some(), &layout(input), context)?)
        }
        RelationKind::Partition { input, parts: Parts::Elements(index), carried, body } => {
            add_branches(input, context, into)?;
            let body = Body::together(body, carried, &ids(input), 0, context)?;
            Arc::new(ElementsStep::new(index, body, &layout(input), context)?)
        }
        RelationKind::Union { inputs } => return inputs.iter().try_for_each(|input| add_branches(input, context, into)),
        _ => return Ok(()),
    };
    for branch in into.iter_mut().skip(first) {
        if is_head(relation) {
            branch.head = relation;
            branch.head_steps.push(step.clone());
        } else {
            branch.steps.push(step.clone());
        }
    }
    Ok(())
}

/// A scan below nothing but filters and projections.
fn is_head(relation: &Relation) -> bool {
    match &relation.kind {
        RelationKind::Scan { .. } => true,
        RelationKind::Filter { input, .. } | RelationKind::Project { input, .. } => is_head(input),
        _ => false,
    }
}
