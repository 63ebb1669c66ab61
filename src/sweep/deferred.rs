//! Rules whose subqueries share the pass with them.
//!
//! Until the subqueries have run, their values are not known (`Expr::deferred`), so the rule is bound twice. Before the pass, to see what
//! of it does not depend on them (`parts`): whole fragments, and of other fragments the records that the known filters let through, which
//! wait. After the pass it is bound as it is; its fragments are found among those (`leaves`), or run over the records that waited, chunk by
//! chunk as in the pass, so that what they give is the same. Nothing is taken on trust: a fragment is the same only where all of it is,
//! and records are all that a fragment can want only where its own filters hold each of theirs. Where that fails, the rule is read for
//! in another pass.

use std::collections::HashMap;
use std::path::Path;

use crate::execute::{Fragment, Projection, Shared, conjuncts, is_fragment};
use crate::optimize::{filter, substitute};
use crate::plan::{ColumnId, Context, Expr, Relation, RelationKind, ScanColumn};

use super::control::{Control, Limits, Seed};
use super::key::canonical;
use super::leaf::{Gathering, Leaf};
use super::prepare::Prepared;
use super::terms::Terms;
use super::tree::Wish;

/// A filter that is greater than this, in expressions, holds nothing back.
const MOST: usize = 2000;

/// What of a rule waits for its subqueries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferred {
    /// What its fragments give.
    Fragments,
    /// Records, which may be many.
    Records,
}

/// What of a plan can run before its subqueries have. `None` where nothing holds back records that may never be wanted, and where the
/// plan draws random numbers, which depend on where it draws them.
pub fn parts(plan: &Relation) -> Option<(Vec<Relation>, Deferred)> {
    if plan.any_expression(&Expr::is_volatile) {
        return None;
    }
    let (mut parts, mut deferred) = (Vec::new(), Deferred::Fragments);
    collect(plan, &mut parts, &mut deferred)?;
    Some((parts, deferred))
}

fn collect(relation: &Relation, parts: &mut Vec<Relation>, deferred: &mut Deferred) -> Option<()> {
    if !is_fragment(relation) {
        return relation.inputs().into_iter().try_for_each(|input| collect(input, parts, deferred));
    }
    if relation.any_expression(&Expr::is_deferred) {
        *deferred = Deferred::Records;
        return records(relation, Vec::new(), parts);
    }
    parts.push(relation.clone());
    Some(())
}

/// Adds the records that each scan below a relation may have to give; `filters` stand above it.
fn records(relation: &Relation, mut filters: Vec<Expr>, parts: &mut Vec<Relation>) -> Option<()> {
    match &relation.kind {
        RelationKind::Filter { input, predicate } => {
            let mut all = Vec::new();
            conjuncts(predicate, &mut all);
            filters.extend(all.into_iter().filter(|filter| !filter.is_deferred()).cloned());
            records(input, filters, parts)
        }
        RelationKind::Project { input, columns } => {
            let meanings: HashMap<ColumnId, Expr> = columns.iter().cloned().collect();
            filters.retain(|filter| size(filter, &meanings) <= MOST);
            let mut below: Vec<Expr> = filters.into_iter().map(|filter| substitute(filter, &meanings)).collect();
            below.retain(|filter| !filter.is_deferred());
            records(input, below, parts)
        }
        RelationKind::Scan { table, .. } if !table.is_empty() => Some(()),
        RelationKind::Scan { .. } if filters.is_empty() => None,
        RelationKind::Scan { .. } => {
            let mut waiting = filter(relation.clone(), filters);
            if let RelationKind::Filter { input, predicate } = &mut waiting.kind
                && let RelationKind::Scan { predicate: hint, .. } = &mut input.kind
            {
                *hint = Some(predicate.clone());
            }
            parts.push(waiting);
            Some(())
        }
        _ => relation.inputs().into_iter().try_for_each(|input| records(input, Vec::new(), parts)),
    }
}

/// Expressions in a filter once its columns stand for what they mean.
fn size(filter: &Expr, meanings: &HashMap<ColumnId, Expr>) -> usize {
    let mut size = 0;
    filter.walk(&mut |e| match e {
        Expr::Column { id, .. } if size < MOST => match meanings.get(id) {
            Some(meaning) => meaning.walk(&mut |_| size += 1),
            None => size += 1,
        },
        _ => size += 1,
    });
    size
}

/// What the leaves of a rule are made of.
pub struct Gathered<'g> {
    /// What took part in the pass.
    pub part: &'g Prepared,
    /// What its leaves gave.
    pub leaves: Vec<Leaf>,
}

/// How leaves are made.
#[derive(Clone, Copy)]
pub struct Making<'m> {
    pub control: &'m Control,
    pub limits: &'m Limits,
    pub context: &'m Context,
    /// Where rows may wait on disk.
    pub folder: &'m Path,
}

/// The leaves of a rule that is bound now, from what took part in the pass; `None` where they do not follow from it.
pub fn leaves(prepared: &Prepared, gathered: Gathered<'_>, making: &Making<'_>) -> Option<Vec<Leaf>> {
    let keys: Vec<u128> = gathered.part.leaves.iter().map(canonical).collect();
    let mut known: Vec<(&Relation, Option<Leaf>)> = gathered.part.leaves.iter().zip(gathered.leaves.into_iter().map(Some)).collect();
    let leaf = |(number, leaf): (usize, &Relation)| {
        let key = canonical(leaf);
        let same = known.iter_mut().zip(&keys).find(|((_, rows), other)| **other == key && rows.is_some());
        match same.and_then(|((_, rows), _)| rows.take()) {
            Some(whole) => Some(whole),
            None => replay(leaf, &known, prepared.seed.part(number as u64), making),
        }
    };
    prepared.leaves.iter().enumerate().map(leaf).collect()
}

/// Runs a leaf over records that waited.
fn replay(leaf: &Relation, known: &[(&Relation, Option<Leaf>)], seed: Seed, making: &Making<'_>) -> Option<Leaf> {
    let Making { control, limits, context, folder } = *making;
    let fragment = Fragment::new(leaf, context).ok()?;
    let mut gathering = Gathering::new(&fragment);
    for (branch, ((table, columns, _), head)) in fragment.branches().zip(fragment.heads()).enumerate() {
        if !table.is_empty() {
            continue;
        }
        let found = known.iter().find_map(|(part, rows)| Some((rows.as_ref()?, covered(part, columns, head, context)?)));
        let (rows, projection) = found?;
        for number in 0..rows.parts() {
            let take = || {
                let rows = fragment.rows(branch, projection.of(&rows.part(number)?))?;
                if rows.rows > 0 {
                    gathering.take(&fragment, branch, fragment.partial(&rows)?, Some(folder))?;
                }
                Ok(())
            };
            // Why it fails is told by the run that reads again.
            control.run(limits, seed.part(number as u64), take).ok().filter(|()| !control.is_stopped())?;
            if gathering.held() > limits.rows {
                return None;
            }
        }
    }
    control.run(limits, seed, || gathering.finish(&fragment)).ok()
}

/// Where the columns of a branch stand among those of records that waited, if these are all that it can want: its filters hold all of
/// theirs.
fn covered(part: &Relation, columns: &[ScanColumn], head: &Relation, context: &Context) -> Option<Projection> {
    let RelationKind::Filter { input, .. } = &part.kind else { return None };
    let RelationKind::Scan { columns: waiting, .. } = &input.kind else { return None };
    let (mut shared, mut terms) = (Shared::default(), Terms::default());
    let places = shared.add(waiting, None);
    let in_order = places.places().iter().copied().eq(0..waiting.len());
    let as_scanned = in_order && part.outputs.iter().map(|output| output.id).eq(waiting.iter().map(|column| column.id));
    let theirs = Wish::over(waiting, &places, part, &mut terms, context).ok()?;
    let places = shared.add(columns, None);
    let own = Wish::over(columns, &places, head, &mut terms, context).ok()?;
    let has_columns = shared.columns().len() == waiting.len();
    (as_scanned && has_columns && theirs.filters.iter().all(|filter| own.filters.contains(filter))).then_some(places)
}
