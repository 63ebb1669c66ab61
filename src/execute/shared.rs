//! One scan for many: the union of the columns that branches want, and what each of them takes of it. A plan that scans the same records
//! several times (a join of a table with itself, a view over several families) goes through them once, where that costs less.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::diagnostic::Result;
use crate::functions;
use crate::plan::{ColumnId, Expr, Relation, RelationKind, ScanColumn};
use crate::value::{Batch, Type};

use super::fragment::{Fragment, FragmentPartial, FragmentState, is_fragment};
use super::late::Late;
use super::memory::MemoryStep;
use super::pipeline::{Step, in_order};
use super::{Executor, guarded};

/// The union of what was asked for.
#[derive(Default)]
pub struct Shared {
    /// Empty for all records.
    table: String,
    columns: Vec<ScanColumn>,
    predicates: Vec<Option<Expr>>,
}

/// Where the columns of one branch stand in the shared batch.
pub struct Projection(Vec<usize>);

impl Projection {
    /// The branch's own batch. Costs no copy of values.
    pub fn of(&self, batch: &Batch) -> Batch {
        Batch { columns: self.0.iter().filter_map(|at| batch.columns.get(*at).cloned()).collect(), rows: batch.rows }
    }

    /// Where each of the branch's columns stands.
    pub fn places(&self) -> &[usize] {
        &self.0
    }
}

impl Shared {
    /// Adds what a branch wants.
    pub fn add(&mut self, columns: &[ScanColumn], predicate: Option<&Expr>) -> Projection {
        let places: Vec<usize> = columns.iter().map(|column| self.place(column)).collect();
        let predicate = predicate.cloned().map(|mut predicate| {
            predicate.renumber(&mut |id| {
                let at = columns.iter().position(|c| c.id == id).and_then(|at| places.get(at));
                at.map_or(ColumnId(u32::MAX), |at| ColumnId(*at as u32))
            });
            predicate
        });
        self.predicates.push(predicate);
        Projection(places)
    }

    fn place(&mut self, wanted: &ScanColumn) -> usize {
        let same = |c: &ScanColumn| c.column == wanted.column && c.steps == wanted.steps && c.ty == wanted.ty;
        self.columns.iter().position(same).unwrap_or_else(|| {
            let id = ColumnId(self.columns.len() as u32);
            self.columns.push(ScanColumn { id, ..wanted.clone() });
            self.columns.len() - 1
        })
    }

    pub fn columns(&self) -> &[ScanColumn] {
        &self.columns
    }

    /// The columns, and the predicates one of which a record must fulfil to be wanted; `None` where any may be.
    pub fn into_parts(self) -> (Vec<ScanColumn>, Option<Vec<Expr>>) {
        (self.columns, self.predicates.into_iter().collect())
    }
}

/// Bytes of rows that may wait for the end of the pass. A fragment that has more is left to a scan of its own.
const MOST_WAITING: usize = 128 << 20;

/// What a branch costs in a scan of its own, beside the pass over the bytes: reading a column of all records, in passes. Of records that a
/// predicate may leave out only some are read.
const COLUMN: f64 = 0.15;
const SOME: f64 = 0.1;

/// A fragment of a plan that takes part in the pass.
struct Taker<'p> {
    relation: &'p Relation,
    fragment: Fragment<'p>,
    /// Of each branch where its columns stand, if it reads the shared table.
    branches: Vec<Option<Projection>>,
    /// It waits with too much.
    given_up: AtomicBool,
}

impl Executor<'_> {
    /// How many scans of a plan share a pass.
    pub fn sharing(&self, plan: &Relation) -> Result<usize> {
        let shared = self.takers(plan)?;
        Ok(shared.map_or(0, |(_, takers)| takers.iter().flat_map(|taker| &taker.branches).flatten().count()))
    }

    /// The plan with the fragments run that can share a scan; `None` where that is not worth while.
    pub(super) fn in_one_pass(&self, plan: &Relation) -> Result<Option<Relation>> {
        let Some((shared, takers)) = self.takers(plan)? else { return Ok(None) };
        let states = self.pass(shared, &takers)?;
        let mut values = HashMap::new();
        for (taker, state) in takers.iter().zip(states).filter(|(taker, _)| !taker.is_given_up()) {
            values.insert(std::ptr::from_ref(taker.relation), Arc::new(taker.fragment.finish(state)?.rows()?));
        }
        let mut rest = plan.clone();
        put(&values, plan, &mut rest);
        Ok(Some(rest))
    }

    /// The fragments that share a scan, where that is worth while.
    fn takers<'p>(&self, plan: &'p Relation) -> Result<Option<(Shared, Vec<Taker<'p>>)>> {
        let mut found = Vec::new();
        self.find(plan, true, &mut found);
        // Of several tables, the one that is read first.
        let tables = found.iter().flat_map(|relation| scanned(relation));
        let Some(costly) = tables.into_iter().find(|table| self.source.is_costly(table)) else { return Ok(None) };
        let mut shared = Shared { table: costly.to_owned(), ..Shared::default() };
        let (mut takers, mut apart) = (Vec::new(), Vec::new());
        for relation in found {
            let fragment = Fragment::new(relation, self.context)?;
            let mut take = |(table, columns, predicate): (&str, &[ScanColumn], Option<&Expr>)| {
                (table == costly).then(|| {
                    apart.push((columns.len(), predicate.is_some()));
                    shared.add(columns, predicate)
                })
            };
            let branches = fragment.branches().map(&mut take).collect();
            takers.push(Taker { relation, fragment, branches, given_up: AtomicBool::new(false) });
        }
        let is_worth_while = is_worth_while(&apart, shared.columns().len());
        Ok(is_worth_while.then_some((shared, takers)))
    }

    /// The fragments whose rows are held in any case, or are as few as the groups that they make.
    fn find<'p>(&self, relation: &'p Relation, streams_out: bool, into: &mut Vec<&'p Relation>) {
        if is_fragment(relation) {
            let is_taker = match &relation.kind {
                // It may be over soon.
                RelationKind::Limit { .. } => false,
                RelationKind::Aggregate { input, keys, calls } => {
                    Late::split(input, keys, calls, |table| self.source.places(table)).is_none()
                }
                RelationKind::Sort { .. } => true,
                _ => !streams_out,
            };
            into.extend(is_taker.then_some(relation));
            return;
        }
        match &relation.kind {
            RelationKind::Filter { input, .. } | RelationKind::Project { input, .. } | RelationKind::Unnest { input, .. } => {
                self.find(input, streams_out, into);
            }
            RelationKind::Union { inputs } => inputs.iter().for_each(|input| self.find(input, streams_out, into)),
            // What runs for each part is not looked into.
            RelationKind::Partition { input, .. } => self.find(input, false, into),
            _ => relation.inputs().into_iter().for_each(|input| self.find(input, false, into)),
        }
    }

    fn pass(&self, shared: Shared, takers: &[Taker<'_>]) -> Result<Vec<FragmentState>> {
        let table = shared.table.clone();
        let (columns, predicates) = shared.into_parts();
        let predicate = predicates.and_then(|all| all.into_iter().reduce(or));
        let scan = self.source.scan(&table, &columns, predicate.as_ref())?;
        let memory = self.bounds.memory.map(MemoryStep::new);
        let mut states: Vec<FragmentState> = takers.iter().map(|taker| taker.fragment.start()).collect();
        in_order(
            self.threads,
            || scan.next_chunk(),
            |task| {
                let batch = task()?;
                let batch = memory.iter().try_fold(batch, |batch, step| step.apply(batch))?;
                takers.iter().map(|taker| taker.take(&batch)).collect::<Result<Vec<_>>>()
            },
            |partials| {
                for ((taker, state), partials) in takers.iter().zip(&mut states).zip(partials) {
                    partials.into_iter().for_each(|(branch, partial)| taker.fragment.merge(state, branch, partial));
                    self.bounds.check(state.held())?;
                }
                give_up(takers, &mut states);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        takers.iter().zip(&mut states).try_for_each(|(taker, state)| self.others(taker, state))?;
        Ok(states)
    }

    /// Reads the branches that have a table of their own.
    fn others(&self, taker: &Taker<'_>, state: &mut FragmentState) -> Result<()> {
        let others = taker.fragment.branches().enumerate().filter(|(branch, _)| taker.branches[*branch].is_none());
        for (branch, (table, columns, predicate)) in others.filter(|_| !taker.is_given_up()) {
            let scan = self.source.scan(table, columns, predicate)?;
            in_order(
                self.threads,
                || scan.next_chunk(),
                |task| taker.fragment.partial(&taker.fragment.rows(branch, task()?)?),
                |partial| {
                    taker.fragment.merge(state, branch, partial);
                    self.bounds.check(state.held()).map(ControlFlow::Continue)
                },
            )?;
        }
        Ok(())
    }
}

impl Taker<'_> {
    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// What a chunk gives to each branch.
    fn take(&self, batch: &Batch) -> Result<Vec<(usize, FragmentPartial)>> {
        if self.is_given_up() {
            return Ok(Vec::new());
        }
        let branches = self.branches.iter().enumerate().filter_map(|(branch, own)| Some((branch, own.as_ref()?)));
        let rows = branches.map(|(branch, own)| {
            let rows = self.fragment.rows(branch, own.of(batch))?;
            Ok((branch, self.fragment.partial(&rows)?))
        });
        guarded(|| rows.collect())
    }

    fn waiting(&self, state: &FragmentState) -> usize {
        (0..self.branches.len()).map(|branch| state.waiting(branch)).sum()
    }
}

/// Lets those go that wait with the most, where it is too much together.
fn give_up(takers: &[Taker<'_>], states: &mut [FragmentState]) {
    let waiting = |states: &[FragmentState]| takers.iter().zip(states).map(|(taker, state)| taker.waiting(state)).collect::<Vec<_>>();
    loop {
        let all = waiting(states);
        let most = all.iter().enumerate().max_by_key(|(_, bytes)| **bytes).map(|(at, _)| at);
        let Some(most) = most.filter(|_| all.iter().sum::<usize>() > MOST_WAITING) else { return };
        takers[most].given_up.store(true, Ordering::Relaxed);
        states[most] = takers[most].fragment.start();
    }
}

/// Whether one pass that reads so many columns costs less than one for each branch, of which it is told how many columns it reads, and
/// whether a predicate may leave records out.
fn is_worth_while(branches: &[(usize, bool)], columns: usize) -> bool {
    let read = |is_some: bool| if is_some { SOME } else { 1.0 };
    let apart: f64 = branches.iter().map(|(columns, is_some)| 1.0 + read(*is_some) * *columns as f64 * COLUMN).sum();
    let all: f64 = branches.iter().map(|(_, is_some)| read(*is_some)).sum();
    branches.len() > 1 && 1.0 + all.min(1.0) * columns as f64 * COLUMN < apart
}

/// The tables that a relation scans.
fn scanned(relation: &Relation) -> Vec<&str> {
    match &relation.kind {
        RelationKind::Scan { table, .. } => vec![table],
        _ => relation.inputs().into_iter().flat_map(|input| scanned(input)).collect(),
    }
}

fn or(left: Expr, right: Expr) -> Expr {
    match functions::find("or") {
        Some(function) => Expr::Call { function, arguments: vec![left, right], ty: Type::Bool, span: Default::default() },
        None => left,
    }
}

/// Puts the rows that relations of the original gave into its copy in their place.
fn put(values: &HashMap<*const Relation, Arc<Vec<Batch>>>, original: &Relation, copy: &mut Relation) {
    match values.get(&std::ptr::from_ref(original)) {
        Some(rows) => copy.kind = RelationKind::Values(rows.clone()),
        None => copy.inputs_mut().into_iter().zip(original.inputs()).for_each(|(copy, original)| put(values, original, copy)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use crate::plan::{ChunkTask, Context, JoinKind, Output, ScanStream, Source};
    use crate::value::{Column, DateTime, Value};

    use super::super::Bounds;
    use super::*;

    /// Numbers from 0 on as the records of every scan, in two chunks, and how many scans there were.
    struct Numbers(AtomicUsize);

    struct Chunks(AtomicUsize, usize);

    fn longs(numbers: std::ops::Range<i64>) -> Column {
        Column::from_values(Type::Long, numbers.map(Value::Long))
    }

    impl Source for Numbers {
        fn scan(&self, _: &str, columns: &[ScanColumn], _: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(Chunks(AtomicUsize::new(0), columns.len())))
        }

        fn is_costly(&self, _: &str) -> bool {
            true
        }
    }

    impl ScanStream for Chunks {
        fn next_chunk(&self) -> Option<ChunkTask<'_>> {
            let start = self.0.fetch_add(5, Ordering::Relaxed) as i64;
            let numbers = move || longs(start..start + 5);
            (start < 10).then(|| Box::new(move || Ok(Batch::new(vec![numbers(); self.1], 5))) as ChunkTask<'_>)
        }
    }

    /// The numbers greater than `least`.
    fn above(least: i64, id: u32) -> Relation {
        let id = ColumnId(id);
        let outputs = vec![Output { id, name: "n".to_owned(), ty: Type::Long }];
        let column = Expr::Column { id, ty: Type::Long };
        let arguments = vec![column, Expr::constant(Type::Long, Value::Long(least))];
        let function = functions::find(">").unwrap();
        let predicate = Expr::Call { function, arguments, ty: Type::Bool, span: Default::default() };
        let columns = vec![ScanColumn { id, column: "n".to_owned(), steps: Vec::new(), ty: Type::Long }];
        let scan = RelationKind::Scan { table: String::new(), columns, predicate: Some(predicate.clone()) };
        let scan = Relation { outputs: outputs.clone(), ordered: false, kind: scan };
        Relation { outputs, ordered: false, kind: RelationKind::Filter { input: Box::new(scan), predicate } }
    }

    #[test]
    fn both_sides_of_a_join_share_a_scan() {
        let (left, right) = (above(2, 1), above(6, 2));
        let key = |side: &Relation| Expr::Column { id: side.outputs[0].id, ty: Type::Long };
        let (on, outputs) = (vec![(key(&left), key(&right))], [left.outputs.clone(), right.outputs.clone()].concat());
        let kind = RelationKind::Join { left: Box::new(left), right: Box::new(right), kind: JoinKind::Inner, on };
        let join = Relation { outputs, ordered: false, kind };
        let context = Context { now: DateTime::MIN, places: None, network: false };
        for threads in [1, 2] {
            let source = Numbers(AtomicUsize::new(0));
            let executor = Executor { context: &context, source: &source, threads, bounds: Default::default() };
            let rows = executor.collect(&join).unwrap();
            let found: Vec<String> = rows.columns.iter().map(|c| format!("{:?}", c.values().collect::<Vec<_>>())).collect();
            assert_eq!((source.0.load(Ordering::Relaxed), rows.rows), (1, 3), "{found:?}");
        }
    }

    #[test]
    fn of_the_right_side_of_a_join_those_rows_are_held_that_a_left_side_at_hand_has_partners_for() {
        let right = above(2, 2);
        let output = Output { id: ColumnId(1), name: "n".to_owned(), ty: Type::Long };
        let context = Context { now: DateTime::MIN, places: None, network: false };
        for left in [0..0, 3..5] {
            let count = left.clone().count();
            let values = RelationKind::Values(Arc::new(vec![Batch::new(vec![longs(left)], count)]));
            let left = Relation { outputs: vec![output.clone()], ordered: false, kind: values };
            let on = vec![(Expr::Column { id: output.id, ty: Type::Long }, Expr::Column { id: right.outputs[0].id, ty: Type::Long })];
            let outputs = [left.outputs.clone(), right.outputs.clone()].concat();
            let kind = RelationKind::Join { left: Box::new(left), right: Box::new(right.clone()), kind: JoinKind::Inner, on };
            let source = Numbers(AtomicUsize::new(0));
            // The right side has seven rows.
            let bounds = Bounds { rows: Some(2), ..Bounds::default() };
            let executor = Executor { context: &context, source: &source, threads: 2, bounds };
            let rows = executor.collect(&Relation { outputs, ordered: false, kind }).unwrap();
            // It is opened in any case: what cannot be read is refused whatever the left side holds.
            assert_eq!((rows.rows, source.0.load(Ordering::Relaxed)), (count, 1));
        }
    }

    #[test]
    fn what_waits_with_too_much_is_left_to_a_scan_of_its_own() {
        let relation = above(-1, 1);
        let context = Context { now: DateTime::MIN, places: None, network: false };
        let fragment = || Fragment::new(&relation, &context).unwrap();
        let taker = || Taker { relation: &relation, fragment: fragment(), branches: vec![None], given_up: AtomicBool::new(false) };
        let takers = [taker(), taker()];
        let mut states: Vec<FragmentState> = takers.iter().map(|taker| taker.fragment.start()).collect();
        let rows = |count: i64| Batch::new(vec![longs(0..count)], count as usize);
        for (taker, (state, count)) in takers.iter().zip(states.iter_mut().zip([1000, 20 << 20])) {
            let partial = taker.fragment.partial(&rows(count)).unwrap();
            taker.fragment.merge(state, 0, partial);
        }
        give_up(&takers, &mut states);
        assert_eq!(takers.map(|taker| taker.given_up.into_inner()), [false, true]);
        assert_eq!(states.iter().map(FragmentState::held).collect::<Vec<_>>(), [1000, 0]);
    }

    #[test]
    fn passes_are_shared_where_that_costs_less() {
        assert!(is_worth_while(&[(4, true), (4, true)], 4), "two sides of a join, each with a filter");
        assert!(is_worth_while(&[(2, false), (2, false)], 2), "the same columns of all records");
        assert!(!is_worth_while(&[(60, true), (2, false)], 62), "many columns of few records beside few of all");
        assert!(!is_worth_while(&[(4, true)], 4));
    }
}
