//! `Aggregate`: a partial per chunk, merged in input order, finished once.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::BooleanArray;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Accumulator, AggregateCall, Arguments, ColumnId, Context, Expr};
use crate::value::{Batch, Column};

use super::expression::{Compiled, Layout};
use super::group::{GroupKeys, GroupTable, KeyEncoder};
use super::pipeline::Pipeline;
use super::steps::mask;

/// The aggregates of one `summarize`, ready to run.
pub struct AggregatePlan<'a> {
    keys: Vec<Compiled>,
    encoder: Arc<KeyEncoder>,
    calls: Vec<CompiledCall<'a>>,
}

struct CompiledCall<'a> {
    call: &'a AggregateCall,
    arguments: Vec<Compiled>,
    filter: Option<Compiled>,
}

/// The state after some chunks.
pub struct Partial {
    groups: GroupTable,
    accumulators: Vec<Box<dyn Accumulator>>,
}

impl<'a> AggregatePlan<'a> {
    pub fn new(keys: &[(ColumnId, Expr)], calls: &'a [AggregateCall], layout: &Layout, context: &Context) -> Result<AggregatePlan<'a>> {
        let compile = |expr: &Expr| Compiled::new(expr, layout, context);
        Ok(AggregatePlan {
            keys: keys.iter().map(|(_, e)| compile(e)).collect::<Result<_>>()?,
            encoder: Arc::new(KeyEncoder::new(keys.iter().map(|(_, e)| e.ty()).collect())),
            calls: calls
                .iter()
                .map(|call| {
                    Ok(CompiledCall {
                        call,
                        arguments: call.arguments.iter().map(compile).collect::<Result<_>>()?,
                        filter: call.filter.as_ref().map(compile).transpose()?,
                    })
                })
                .collect::<Result<_>>()?,
        })
    }

    /// The state before any chunk.
    pub fn empty(&self) -> Result<Partial> {
        let accumulators = self.calls.iter().map(|c| make(c.call)).collect::<Result<_>>()?;
        Ok(Partial { groups: GroupTable::new(self.encoder.clone()), accumulators })
    }

    /// The state of one chunk.
    pub fn partial(&self, batch: &Batch) -> Result<Partial> {
        let mut partial = self.empty()?;
        let keys: Vec<Column> = self.keys.iter().map(|k| k.column(batch)).collect();
        let groups = partial.groups.insert(&keys, batch.rows);
        let count = partial.groups.len();
        for (call, accumulator) in self.calls.iter().zip(&mut partial.accumulators) {
            let arguments: Vec<Column> = call.arguments.iter().map(|a| a.column(batch)).collect();
            match &call.filter {
                None => accumulator.update(&arguments, &groups, count),
                Some(filter) => {
                    let mask = mask(filter, batch);
                    let arguments: Vec<Column> = arguments.iter().map(|a| a.filter(&mask)).collect();
                    accumulator.update(&arguments, &kept(&groups, &mask), count);
                }
            }
        }
        Ok(partial)
    }

    /// Runs the whole input.
    pub fn run(&self, input: &Pipeline<'_>, threads: usize) -> Result<Batch> {
        let mut total = self.empty()?;
        input.run(
            threads,
            |batch| self.partial(&batch),
            |partial| {
                total.merge(partial);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(self.finish(total))
    }

    /// The result. Without keys there is one row even for no input.
    pub fn finish(&self, total: Partial) -> Batch {
        self.groups(total).finish()
    }

    /// The groups of the result.
    pub fn groups(&self, mut total: Partial) -> Groups {
        if self.keys.is_empty() && total.groups.len() == 0 {
            total.groups.insert(&[], 1);
        }
        Groups { keys: total.groups.into_keys(), accumulators: total.accumulators }
    }
}

fn make(call: &AggregateCall) -> Result<Box<dyn Accumulator>> {
    let known = Arguments {
        types: call.arguments.iter().map(Expr::ty).collect(),
        constants: call.arguments.iter().map(|a| a.as_constant().cloned()).collect(),
    };
    (call.aggregate.make)(&known)
        .map_err(|message| Diagnostic::error(Code::INVALID_ARGUMENT, Default::default(), format!("{}(): {message}", call.aggregate.name)))
}

fn kept(groups: &[u32], mask: &BooleanArray) -> Vec<u32> {
    groups.iter().zip(mask.iter()).filter(|(_, keep)| *keep == Some(true)).map(|(group, _)| *group).collect()
}

impl Partial {
    /// Takes in the state of later chunks.
    pub fn merge(&mut self, later: Partial) {
        let groups = self.groups.absorb(&later.groups);
        let count = self.groups.len();
        for (accumulator, other) in self.accumulators.iter_mut().zip(later.accumulators) {
            accumulator.merge(other, &groups, count);
        }
    }

    /// Groups so far.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }
}

/// Groups to which nothing is added any more.
pub struct Groups {
    keys: GroupKeys,
    accumulators: Vec<Box<dyn Accumulator>>,
}

/// So many groups become rows at once. As rows they take more memory than as states, and most may be of no further use.
const PIECE: usize = 8192;

impl Groups {
    /// Their rows, all at once.
    pub fn finish(mut self) -> Batch {
        let count = self.keys.len();
        let mut columns = self.keys.columns(0..count);
        drop(self.keys);
        for accumulator in &mut self.accumulators {
            columns.extend(accumulator.finish(count));
        }
        Batch { columns, rows: count }
    }

    /// How many there are: each is a row.
    pub fn rows(&self) -> usize {
        self.keys.len()
    }

    /// Their rows are this many pieces.
    pub fn pieces(&self) -> usize {
        self.keys.len().div_ceil(PIECE)
    }

    pub fn piece(&self, number: usize) -> Batch {
        let groups = number * PIECE..self.keys.len().min((number + 1) * PIECE);
        let mut columns = self.keys.columns(groups.clone());
        columns.extend(self.accumulators.iter().flat_map(|accumulator| accumulator.rows(groups.clone())));
        Batch { columns, rows: groups.len() }
    }
}
