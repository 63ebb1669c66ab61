//! `Partition`: runs a body over parts of the rows.
//!
//! Most bodies do not run part by part but step by step over all parts, whose rows carry the number of their part along: groups have it
//! as their first key, sorts sort by it first, limits count anew where it changes. Where the parts are the rows that elements stood in
//! (`mv-apply`), that is a streaming step, for the parts of a batch are whole.

use std::sync::Arc;

use arrow::array::{Int64Array, UInt32Array};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{ColumnId, Context, Expr, Parts, Relation, RelationKind, SortKey, WindowCall};
use crate::value::{Batch, Column, Type};

use super::aggregate::AggregatePlan;
use super::expression::{Compiled, Layout};
use super::group::{GroupTable, KeyEncoder};
use super::pipeline::Step;
use super::sort::SortPlan;
use super::steps::{FilterStep, ProjectStep};
use super::unnest::UnnestStep;
use super::{Executor, types};

/// Whether a body can run over all parts of a batch together.
pub fn runs_together(body: &Relation) -> bool {
    match &body.kind {
        RelationKind::Group => true,
        RelationKind::Filter { input, .. }
        | RelationKind::Project { input, .. }
        | RelationKind::Unnest { input, .. }
        | RelationKind::Aggregate { input, .. }
        | RelationKind::Sort { input, .. }
        | RelationKind::Limit { input, .. }
        | RelationKind::Window { input, .. } => runs_together(input),
        RelationKind::Partition { input, parts: Parts::Elements(_), body, .. } => runs_together(input) && runs_together(body),
        _ => false,
    }
}

/// The body of a partition, ready to run.
pub struct Body<'a> {
    carried: Vec<Compiled>,
    runs: Runs<'a>,
}

enum Runs<'a> {
    /// Over all parts, in stages. Where the number of the part stands in what they give, and where the columns of the result do.
    Together { stages: Vec<Stage<'a>>, number: usize, results: Vec<usize> },
    /// Over one part after the other.
    Each { executor: Executor<'a>, body: &'a Relation, types: Vec<Type> },
}

/// Parts that stand one after the other: the number of each row's part, and of each part its first row.
pub struct Split {
    numbers: Vec<i64>,
    first: Vec<u32>,
}

/// One step of a body.
enum Stage<'a> {
    /// What it does with a row depends on no other.
    Rows(Box<dyn Step + 'a>),
    /// Groups within parts. Where the groups have no keys of their own, what a part without rows gives.
    Groups(Box<AggregatePlan<'a>>, Option<Batch>),
    Sort(SortPlan),
    /// So many rows of each part, whose number stands there.
    Limit(usize, usize),
    /// Functions of neighbouring rows within a part, whose number stands there.
    Windows(Vec<(&'a WindowCall, Vec<Compiled>)>, usize),
}

impl<'a> Body<'a> {
    /// One that runs together over rows with these columns; `depth` tells partitions within each other apart.
    pub fn together(
        body: &'a Relation,
        carried: &[(ColumnId, Expr)],
        rows: &[ColumnId],
        depth: u32,
        context: &Context,
    ) -> Result<Body<'a>> {
        let mut making = Making { depth, context, columns: rows.to_vec(), stages: Vec::new() };
        let carried = compiled(carried, &making.layout(), context)?;
        making.columns.push(making.part());
        making.add(body)?;
        let after = making.layout();
        let position = |id: ColumnId| after.position(id).ok_or_else(not_together);
        let results = body.outputs.iter().map(|o| position(o.id)).collect::<Result<_>>()?;
        let number = position(making.part())?;
        Ok(Body { carried, runs: Runs::Together { stages: making.stages, number, results } })
    }

    /// Any other.
    pub fn each(executor: Executor<'a>, body: &'a Relation, carried: &[(ColumnId, Expr)], layout: &Layout) -> Result<Body<'a>> {
        let carried = compiled(carried, layout, executor.context)?;
        Ok(Body { carried, runs: Runs::Each { types: types(body), executor, body } })
    }

    /// What it gives for the rows of the parts, which stand one after the other.
    pub fn run(&self, rows: Batch, split: &Split) -> Result<Batch> {
        let carried: Vec<Column> = self.carried.iter().map(|c| c.column(&rows)).collect();
        let (owners, results) = match &self.runs {
            Runs::Together { stages, number, results } => {
                let mut rows = rows;
                rows.columns.push(longs(split.numbers.clone()));
                for stage in stages {
                    rows = stage.apply(rows, split.first.len())?;
                }
                let first = |part: &i64| split.first[*part as usize];
                let owners: Vec<u32> = rows.columns[*number].longs().values().iter().map(first).collect();
                (owners, Batch { columns: results.iter().map(|at| rows.columns[*at].clone()).collect(), rows: rows.rows })
            }
            Runs::Each { executor, body, types } => {
                let (mut owners, mut parts) = (Vec::new(), Vec::new());
                for (from, to) in split.ranges(rows.rows) {
                    let part = executor.collect_in(body, Some(&rows.slice(from, to - from)))?;
                    owners.extend(std::iter::repeat_n(from as u32, part.rows));
                    parts.push(part);
                }
                (owners, Batch::concat(types, &parts))
            }
        };
        let owners = UInt32Array::from(owners);
        let carried = carried.iter().map(|column| column.take(&owners));
        Ok(Batch { columns: carried.chain(results.columns).collect(), rows: results.rows })
    }
}

fn compiled(carried: &[(ColumnId, Expr)], layout: &Layout, context: &Context) -> Result<Vec<Compiled>> {
    carried.iter().map(|(_, e)| Compiled::new(e, layout, context)).collect()
}

impl Split {
    /// Of rows of which it is told which element of their part they are.
    pub fn by_elements(index: &Column) -> Split {
        let mut first = Vec::new();
        let number = |(row, index): (usize, &i64)| {
            if *index == 0 || row == 0 {
                first.push(row as u32);
            }
            first.len() as i64 - 1
        };
        let numbers = index.longs().values().iter().enumerate().map(number).collect();
        Split { numbers, first }
    }

    /// Rows with the same keys, brought together.
    pub fn by_keys(keys: &[Column], rows: &Batch) -> (Batch, Split) {
        let mut table = GroupTable::new(Arc::new(KeyEncoder::new(keys.iter().map(Column::ty).collect())));
        let numbers = table.insert(keys, rows.rows);
        let mut order: Vec<u32> = (0..rows.rows as u32).collect();
        order.sort_by_key(|row| numbers[*row as usize]);
        let numbers: Vec<i64> = order.iter().map(|row| i64::from(numbers[*row as usize])).collect();
        let first = (0..order.len()).filter(|at| *at == 0 || numbers[*at] != numbers[at - 1]).map(|at| at as u32).collect();
        (rows.take(&UInt32Array::from(order)), Split { numbers, first })
    }

    fn ranges(&self, rows: usize) -> impl Iterator<Item = (usize, usize)> {
        let ends = self.first.iter().skip(1).map(|to| *to as usize).chain([rows]);
        self.first.iter().map(|from| *from as usize).zip(ends)
    }
}

/// Runs a body over the elements of each row.
pub struct ElementsStep<'a> {
    index: Compiled,
    body: Body<'a>,
}

impl<'a> ElementsStep<'a> {
    /// `index` tells which element of its row each is.
    pub fn new(index: &Expr, body: Body<'a>, layout: &Layout, context: &Context) -> Result<ElementsStep<'a>> {
        Ok(ElementsStep { index: Compiled::new(index, layout, context)?, body })
    }
}

impl Step for ElementsStep<'_> {
    fn apply(&self, batch: Batch) -> Result<Batch> {
        let split = Split::by_elements(&self.index.column(&batch));
        self.body.run(batch, &split)
    }
}

/// The stages that were made so far, and the columns of what they give.
struct Making<'c, 'a> {
    depth: u32,
    context: &'c Context,
    columns: Vec<ColumnId>,
    stages: Vec<Stage<'a>>,
}

impl<'a> Making<'_, 'a> {
    /// The column with the number of the part: no plan has so many columns.
    fn part(&self) -> ColumnId {
        ColumnId(u32::MAX - 1 - self.depth)
    }

    fn number(&self) -> Expr {
        Expr::Column { id: self.part(), ty: Type::Long }
    }

    fn layout(&self) -> Layout {
        Layout::new(self.columns.iter().copied())
    }

    /// Adds what a relation does.
    fn add(&mut self, relation: &'a Relation) -> Result<()> {
        if let Some(input) = relation.inputs().first() {
            self.add(input)?;
        }
        let (layout, context) = (self.layout(), self.context);
        let stage = match &relation.kind {
            RelationKind::Group => return Ok(()),
            RelationKind::Filter { predicate, .. } => Stage::Rows(Box::new(FilterStep::new(predicate, &layout, context)?)),
            RelationKind::Project { columns, .. } => {
                let columns: Vec<_> = columns.iter().cloned().chain([(self.part(), self.number())]).collect();
                self.columns = columns.iter().map(|(id, _)| *id).collect();
                Stage::Rows(Box::new(ProjectStep::new(&columns, &layout, context)?))
            }
            RelationKind::Unnest { columns, kind, limit, index, .. } => {
                self.columns.extend(columns.iter().map(|c| c.output).chain(*index));
                Stage::Rows(Box::new(UnnestStep::new(columns, *kind, *limit, index.is_some(), &layout, context)?))
            }
            RelationKind::Aggregate { keys, calls, .. } => {
                let of_none = || {
                    let plan = AggregatePlan::new(&[], calls, &layout, context)?;
                    plan.empty().map(|none| plan.finish(none))
                };
                let of_none = keys.is_empty().then(of_none).transpose()?;
                let keys: Vec<_> = [(self.part(), self.number())].into_iter().chain(keys.iter().cloned()).collect();
                let results = calls.iter().flat_map(|call| &call.outputs).map(|(id, _)| *id);
                self.columns = keys.iter().map(|(id, _)| *id).chain(results).collect();
                Stage::Groups(Box::new(AggregatePlan::new(&keys, calls, &layout, context)?), of_none)
            }
            RelationKind::Sort { keys, limit, .. } => {
                let first = SortKey { expr: self.number(), descending: false, nulls_first: true };
                let keys: Vec<_> = [first].into_iter().chain(keys.iter().cloned()).collect();
                self.stages.push(Stage::Sort(SortPlan::new(&keys, None, &layout, context)?));
                match *limit {
                    Some(limit) => Stage::Limit(limit, self.place(&layout)?),
                    None => return Ok(()),
                }
            }
            RelationKind::Limit { count, .. } => Stage::Limit(*count, self.place(&layout)?),
            RelationKind::Window { calls, .. } => {
                let number = self.place(&layout)?;
                let mut compiled = Vec::new();
                for call in calls {
                    let layout = self.layout();
                    let arguments = call.arguments.iter().map(|a| Compiled::new(a, &layout, context)).collect::<Result<_>>()?;
                    compiled.push((call, arguments));
                    self.columns.push(call.output);
                }
                Stage::Windows(compiled, number)
            }
            RelationKind::Partition { parts: Parts::Elements(index), carried, body, .. } => {
                // The number of the part around is carried along.
                let carried: Vec<_> = carried.iter().cloned().chain([(self.part(), self.number())]).collect();
                let inner = Body::together(body, &carried, &self.columns, self.depth + 1, context)?;
                let step = ElementsStep::new(index, inner, &layout, context)?;
                self.columns = carried.iter().map(|(id, _)| *id).chain(body.outputs.iter().map(|o| o.id)).collect();
                Stage::Rows(Box::new(step))
            }
            _ => return Err(not_together()),
        };
        self.stages.push(stage);
        Ok(())
    }

    fn place(&self, layout: &Layout) -> Result<usize> {
        layout.position(self.part()).ok_or_else(not_together)
    }
}

fn not_together() -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), "the parts of a partition cannot run together")
}

impl Stage<'_> {
    /// Rows of `parts` parts, those of each together and the parts in order.
    fn apply(&self, rows: Batch, parts: usize) -> Result<Batch> {
        match self {
            Stage::Rows(step) => step.apply(rows),
            Stage::Groups(plan, of_none) => {
                let groups = plan.finish(plan.partial(&rows)?);
                Ok(of_none.iter().fold(groups, |groups, none| with_all_parts(groups, none, parts)))
            }
            Stage::Sort(plan) => Ok(plan.apply(&rows)),
            Stage::Limit(count, number) => Ok(first_of_each(&rows, *number, *count)),
            Stage::Windows(calls, number) => Ok(calls.iter().fold(rows, |mut rows, (call, arguments)| {
                let arguments: Vec<Column> = arguments.iter().map(|a| a.column(&rows)).collect();
                rows.columns.push(within_parts(call, &arguments, rows.columns[*number].longs().values()));
                rows
            })),
        }
    }
}

/// One row of each part: its group, the number in front, or what a part without rows gives.
fn with_all_parts(groups: Batch, of_none: &Batch, parts: usize) -> Batch {
    if groups.rows == parts {
        return groups;
    }
    let mut found = groups.columns[0].longs().values().iter().enumerate().peekable();
    let group = |part: usize| found.next_if(|(_, number)| **number == part as i64).map_or(groups.rows, |(row, _)| row) as u32;
    let taken: UInt32Array = (0..parts).map(group).collect::<Vec<_>>().into();
    let both = |(groups, none): (&Column, &Column)| Column::concat(groups.ty(), &[groups, none]).take(&taken);
    let columns = groups.columns[1..].iter().zip(&of_none.columns).map(both);
    Batch { columns: [longs((0..parts as i64).collect())].into_iter().chain(columns).collect(), rows: parts }
}

fn first_of_each(rows: &Batch, number: usize, count: usize) -> Batch {
    let (mut part, mut seen) = (-1, 0);
    let kept = rows.columns[number].longs().values().iter().enumerate().filter(|(_, number)| {
        seen = if **number == part { seen + 1 } else { 1 };
        part = **number;
        seen <= count
    });
    let kept = UInt32Array::from_iter_values(kept.map(|(row, _)| row as u32));
    if kept.len() == rows.rows { rows.clone() } else { rows.take(&kept) }
}

/// What a function of neighbouring rows gives where each part stands alone.
fn within_parts(call: &WindowCall, arguments: &[Column], numbers: &[i64]) -> Column {
    let mut from = 0;
    let of_part = |part: &[i64]| {
        let own: Vec<Column> = arguments.iter().map(|a| a.slice(from, part.len())).collect();
        from += part.len();
        (call.function.evaluate)(&own, part.len(), call.ty)
    };
    let parts: Vec<Column> = numbers.chunk_by(|a, b| a == b).map(of_part).collect();
    Column::concat(call.ty, &parts.iter().collect::<Vec<_>>())
}

fn longs(numbers: Vec<i64>) -> Column {
    Column::new(Type::Long, Arc::new(Int64Array::from(numbers)))
}
