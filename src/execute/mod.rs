//! Runs a plan: streaming steps over chunks in parallel, whole-input operations at the breakers between them.

mod aggregate;
mod expression;
mod fragment;
mod group;
mod group_key;
mod guard;
mod join;
mod late;
pub mod memory;
mod parts;
mod pipeline;
mod residual;
mod shared;
mod sort;
mod steps;
mod unnest;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{ColumnId, Context, Expr, JoinKind, Parts, Relation, RelationKind, Source, WindowCall};
use crate::value::{Batch, Column, Held, Type};

use aggregate::AggregatePlan;
use join::{JoinTable, ProbeStep, UniqueProbe};
use late::Late;
use memory::MemoryStep;
use parts::{Body, ElementsStep, Split};
use pipeline::{InMemory, InSteps, Part, Pipeline};
use sort::SortPlan;
use steps::{FilterStep, ProjectStep};
use unnest::UnnestStep;

pub use aggregate::Groups;
pub use expression::{Compiled, Layout, constant};
pub use fragment::{Finished, Fragment, FragmentPartial, FragmentState, is_fragment};
pub use guard::guarded;
pub use pipeline::in_order;
pub use shared::{Projection, Shared};
pub use steps::conjuncts;

/// Runs plans over one source.
pub struct Executor<'a> {
    pub context: &'a Context,
    pub source: &'a dyn Source,
    pub threads: usize,
    pub bounds: Bounds,
}

/// So many rows of the left side of a join are looked at before the right side is gathered.
const AT_HAND: usize = 1 << 18;

/// What ends a run early, with an error. Looked at between batches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    pub deadline: Option<Instant>,
    /// Rows that any relation of the plan may hold at once.
    pub rows: Option<usize>,
    /// Bytes that the process may hold.
    pub memory: Option<u64>,
}

impl Bounds {
    fn check(&self, rows: usize) -> Result<()> {
        if let Some(limit) = self.rows.filter(|limit| rows > *limit) {
            return Err(Diagnostic::error(Code::MEMORY, Default::default(), format!("it holds more than {limit} rows")));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            return Err(Diagnostic::error(Code::MEMORY, Default::default(), "it ran out of time"));
        }
        Ok(())
    }
}

impl Executor<'_> {
    /// All rows of a relation, in order, as one batch.
    pub fn collect(&self, relation: &Relation) -> Result<Batch> {
        let rest = guarded(|| self.in_one_pass(relation))?;
        guarded(|| self.collect_in(rest.as_ref().unwrap_or(relation), None))
    }

    /// All rows of a relation, in order, in pieces that are held small.
    pub fn hold(&self, relation: &Relation) -> Result<Vec<Held>> {
        let (mut held, mut rows) = (Vec::new(), 0);
        self.stream(relation, |batch| {
            rows += batch.rows;
            self.bounds.check(rows)?;
            if batch.rows > 0 {
                held.push(Held::of(&batch));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(held)
    }

    /// Hands the rows of a relation on in order as they come, until `sink` breaks. A batch without rows says that some were looked at.
    pub fn stream(&self, relation: &Relation, sink: impl FnMut(Batch) -> Result<ControlFlow<()>> + Send) -> Result<()> {
        let rest = guarded(|| self.in_one_pass(relation))?;
        guarded(|| self.pipeline(rest.as_ref().unwrap_or(relation), None)?.run(self.threads, Ok, sink))
    }

    fn collect_in(&self, relation: &Relation, group: Option<&Batch>) -> Result<Batch> {
        self.gather(&self.pipeline(relation, group)?, &types(relation))
    }

    /// All rows that come out of a pipeline.
    fn gather(&self, pipeline: &Pipeline<'_>, types: &[Type]) -> Result<Batch> {
        let (mut parts, mut rows) = (Vec::new(), 0);
        pipeline.run(
            self.threads,
            |batch| Ok(compact(batch)),
            |batch| {
                rows += batch.rows;
                self.bounds.check(rows)?;
                parts.push(batch);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(Batch::concat(types, &parts))
    }

    /// Runs the breakers below and sets the streaming steps up.
    fn pipeline<'p>(&'p self, relation: &'p Relation, group: Option<&Batch>) -> Result<Pipeline<'p>> {
        Ok(match &relation.kind {
            RelationKind::Scan { table, columns, predicate } => {
                let chunks = self.source.scan(table, columns, predicate.as_ref())?;
                self.watched(Pipeline { parts: vec![Part { chunks, steps: Vec::new() }] })
            }
            RelationKind::Values(batches) => self.watched(Pipeline::of(InMemory::new(batches.iter().cloned()))),
            RelationKind::Series(series) => self.watched(Pipeline::of(InSteps::new(series))),
            RelationKind::Group => Pipeline::of(InMemory::new(group.cloned())),
            RelationKind::Filter { input, predicate } => {
                if let RelationKind::Join { left, right, kind: kind @ (JoinKind::Inner | JoinKind::InnerUnique), on } = &input.kind {
                    return self.join((left, right), *kind, on, Some(predicate), group);
                }
                let step = FilterStep::new(predicate, &layout(input), self.context)?;
                self.pipeline(input, group)?.then(step)
            }
            RelationKind::Project { input, columns } => {
                let step = ProjectStep::new(columns, &layout(input), self.context)?;
                self.pipeline(input, group)?.then(step)
            }
            RelationKind::Unnest { input, columns, kind, limit, index } => {
                let step = UnnestStep::new(columns, *kind, *limit, index.is_some(), &layout(input), self.context)?;
                self.pipeline(input, group)?.then(step)
            }
            RelationKind::Union { inputs } => {
                let mut parts = Vec::new();
                for input in inputs {
                    parts.extend(self.pipeline(input, group)?.parts);
                }
                Pipeline { parts }
            }
            RelationKind::Aggregate { input, keys, calls } => {
                if let Some(late) = Late::split(input, keys, calls, |table| self.source.places(table)) {
                    return Ok(whole(self.late(&late, keys, group)?));
                }
                let plan = AggregatePlan::new(keys, calls, &layout(input), self.context)?;
                whole(plan.run(&self.pipeline(input, group)?, self.threads)?)
            }
            RelationKind::Sort { input, keys, limit } => {
                whole(self.sort(input, &SortPlan::new(keys, *limit, &layout(input), self.context)?, *limit, group)?)
            }
            RelationKind::Limit { input, count } => whole(self.limit(input, *count, group)?),
            RelationKind::Join { left, right, kind, on } => self.join((left, right), *kind, on, None, group)?,
            RelationKind::Window { input, calls } => whole(self.window(input, calls, group)?),
            RelationKind::Partition { input, parts: Parts::Elements(index), carried, body } if parts::runs_together(body) => {
                let body = Body::together(body, carried, &ids(input), 0, self.context)?;
                self.pipeline(input, group)?.then(ElementsStep::new(index, body, &layout(input), self.context)?)
            }
            RelationKind::Partition { input, parts, carried, body } => {
                let layout = layout(input);
                let body = match parts::runs_together(body) {
                    true => Body::together(body, carried, &ids(input), 0, self.context)?,
                    false => Body::each(Executor { threads: 1, ..*self }, body, carried, &layout)?,
                };
                let rows = self.collect_in(input, group)?;
                let by = parts.expressions().iter().map(|e| Ok(Compiled::new(e, &layout, self.context)?.column(&rows)));
                let by: Vec<Column> = by.collect::<Result<_>>()?;
                let (rows, split) = match parts {
                    Parts::Elements(_) => (rows, Split::by_elements(&by[0])),
                    Parts::Keys(_) => Split::by_keys(&by, &rows),
                };
                whole(body.run(rows, &split)?)
            }
            RelationKind::Apply { inputs, transform } => {
                let inputs = inputs.iter().map(|i| self.collect_in(i, group)).collect::<Result<_>>()?;
                whole(transform.apply(inputs)?)
            }
        })
    }

    /// The pipeline, with an eye on memory.
    fn watched<'p>(&self, pipeline: Pipeline<'p>) -> Pipeline<'p> {
        match self.bounds.memory {
            Some(limit) => pipeline.then(MemoryStep::new(limit)),
            None => pipeline,
        }
    }

    fn late(&self, late: &Late, keys: &[(ColumnId, Expr)], group: Option<&Batch>) -> Result<Batch> {
        let plan = AggregatePlan::new(keys, std::slice::from_ref(&late.call), &layout(&late.input), self.context)?;
        let aggregated = plan.run(&self.pipeline(&late.input, group)?, self.threads)?;
        let waited = Layout::new(late.columns().iter().map(|c| c.id));
        let compute = |expr: &Expr, batch: &Batch| Ok(Compiled::new(expr, &waited, self.context)?.column(batch));
        let Some(places) = late.places(&aggregated) else {
            // The one row of no input has no record behind it.
            let types: Vec<Type> = late.columns().iter().map(|c| c.ty).collect();
            let nulls = types.iter().map(|ty| Column::nulls(*ty, aggregated.rows)).collect();
            let rows = aggregated.rows;
            return late.assemble(keys.len(), aggregated, Batch::new(nulls, rows), compute);
        };
        let fetched = self.source.fetch(&late.table, late.columns(), places)?;
        if fetched.rows != aggregated.rows {
            let message = "a file changed while it was read: some of its records are no longer where they were";
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), message));
        }
        late.assemble(keys.len(), aggregated, fetched, compute)
    }

    fn sort(&self, input: &Relation, plan: &SortPlan, limit: Option<usize>, group: Option<&Batch>) -> Result<Batch> {
        let types = types(input);
        let mut parts: Vec<Batch> = Vec::new();
        let mut held = 0;
        self.pipeline(input, group)?.run(
            self.threads,
            |batch| Ok(compact(if limit.is_some() { plan.apply(&batch) } else { batch })),
            |batch| {
                held += batch.rows;
                parts.push(batch);
                // With a limit the rows held stay few: the best so far replace all that came before.
                if limit.is_some_and(|limit| held > limit.max(4096).saturating_mul(4)) {
                    let best = plan.apply(&Batch::concat(&types, &parts));
                    held = best.rows;
                    parts = vec![compact(best)];
                }
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(plan.apply_with(&Batch::concat(&types, &parts), self.threads))
    }

    fn limit(&self, input: &Relation, count: usize, group: Option<&Batch>) -> Result<Batch> {
        let mut parts = Vec::new();
        let mut left = count;
        if count > 0 {
            self.pipeline(input, group)?.run(self.threads, Ok, |batch| {
                let batch = batch.slice(0, left.min(batch.rows));
                left -= batch.rows;
                parts.push(compact(batch));
                Ok(if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
        }
        Ok(Batch::concat(&types(input), &parts))
    }

    fn join<'p>(
        &'p self,
        (left, right): (&'p Relation, &'p Relation),
        kind: JoinKind,
        on: &[(Expr, Expr)],
        residual: Option<&Expr>,
        group: Option<&Batch>,
    ) -> Result<Pipeline<'p>> {
        let mut input = self.pipeline(left, group)?;
        // Of rows that count only beside a row of the left side those are held that a left side at hand has a partner for.
        let narrows = !matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti);
        let build = if narrows && input.rows_at_hand().is_some_and(|rows| rows <= AT_HAND) {
            let rows = self.gather(&input, &types(left))?;
            input = Pipeline::of(InMemory::new([rows.clone()]));
            let turned: Vec<(Expr, Expr)> = on.iter().map(|(l, r)| (r.clone(), l.clone())).collect();
            let partners = JoinTable::new(JoinKind::LeftSemi, &turned, (&layout(right), types(right)), &layout(left), rows, self.context)?;
            self.gather(&self.pipeline(right, group)?.then(ProbeStep(Arc::new(partners))), &types(right))?
        } else {
            self.collect_in(right, group)?
        };
        let mut table = JoinTable::new(kind, on, (&layout(left), types(left)), &layout(right), build, self.context)?;
        if let Some(predicate) = residual {
            let [left, right] = [left, right].map(|side| side.outputs.iter().map(|o| o.id).collect::<Vec<_>>());
            table = table.with_residual(predicate, [&left, &right], self.context)?;
        }
        let table = Arc::new(table);
        if kind == JoinKind::InnerUnique {
            let mut probe = UniqueProbe::new(table.clone());
            let mut parts = Vec::new();
            input.run(
                self.threads,
                |batch| Ok(UniqueProbe::candidates(&table, &batch)),
                |candidates| {
                    parts.push(compact(probe.admit(candidates)?));
                    Ok(ControlFlow::Continue(()))
                },
            )?;
            return Ok(Pipeline::of(InMemory::new(parts)));
        }
        let probing = self.watched(input.then(ProbeStep(table.clone())));
        if !matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti) {
            return Ok(probing);
        }
        let mut parts = Vec::new();
        probing.run(
            self.threads,
            |batch| Ok(compact(batch)),
            |batch| {
                parts.push(batch);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        parts.push(if kind == JoinKind::RightSemi { table.matched() } else { table.unmatched() });
        Ok(Pipeline::of(InMemory::new(parts)))
    }

    fn window(&self, input: &Relation, calls: &[WindowCall], group: Option<&Batch>) -> Result<Batch> {
        let mut batch = self.collect_in(input, group)?;
        let mut ids: Vec<ColumnId> = input.outputs.iter().map(|o| o.id).collect();
        for call in calls {
            let layout = Layout::new(ids.iter().copied());
            let arguments: Vec<Column> =
                call.arguments.iter().map(|a| Ok(Compiled::new(a, &layout, self.context)?.column(&batch))).collect::<Result<_>>()?;
            batch.columns.push((call.function.evaluate)(&arguments, batch.rows, call.ty));
            ids.push(call.output);
        }
        Ok(batch)
    }
}

fn whole<'p>(batch: Batch) -> Pipeline<'p> {
    Pipeline::of(InMemory::new([batch]))
}

fn ids(relation: &Relation) -> Vec<ColumnId> {
    relation.outputs.iter().map(|o| o.id).collect()
}

fn layout(relation: &Relation) -> Layout {
    Layout::new(ids(relation))
}

fn types(relation: &Relation) -> Vec<Type> {
    relation.outputs.iter().map(|o| o.ty).collect()
}

fn compact(batch: Batch) -> Batch {
    Batch { columns: batch.columns.iter().map(Column::compact).collect(), rows: batch.rows }
}

/// A source without tables, for queries that need none.
pub struct NoTables;

impl Source for NoTables {
    fn scan(
        &self,
        table: &str,
        _columns: &[crate::plan::ScanColumn],
        _predicate: Option<&Expr>,
    ) -> Result<Box<dyn crate::plan::ScanStream + '_>> {
        Err(Diagnostic::error(Code::UNKNOWN_TABLE, Default::default(), format!("no input has the table `{table}`")))
    }
}
