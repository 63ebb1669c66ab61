//! Lets scans look into dynamics themselves: `Column.a[0].b` becomes a column of the scan, so that the rest is never read.

use std::collections::HashMap;

use crate::plan::{ColumnId, Expr, Output, Relation, RelationKind, ScanColumn};
use crate::value::{PathStep, Type};

/// Dynamic columns of scans: where each comes from.
type Sources = HashMap<ColumnId, (String, Vec<PathStep>)>;
/// Paths that were asked for: the column that each becomes.
type Wanted = HashMap<(ColumnId, Vec<PathStep>), ColumnId>;

pub fn push(mut relation: Relation) -> Relation {
    let mut next = 0;
    greatest(&relation, &mut next);
    let mut wanted = Wanted::new();
    let mut all = Sources::new();
    visit(&mut relation, &mut all, &mut wanted, &mut next);
    if !wanted.is_empty() {
        extend_scans(&mut relation, &all, &wanted);
    }
    relation
}

/// Rewrites bottom up; returns the scan columns that a new column can still reach this relation from.
fn visit(relation: &mut Relation, all: &mut Sources, wanted: &mut Wanted, next: &mut u32) -> Sources {
    let mut reachable = Sources::new();
    if let RelationKind::Partition { input, body, .. } = &mut relation.kind {
        visit(input, all, wanted, next);
        visit(body, all, wanted, next);
        return reachable;
    }
    for input in relation.inputs_mut() {
        reachable.extend(visit(input, all, wanted, next));
    }
    own_exprs(relation, &mut |expr| rewrite(expr, &reachable, wanted, next));
    match &relation.kind {
        RelationKind::Scan { columns, .. } => {
            let dynamics = columns.iter().filter(|c| c.ty == Type::Dynamic).map(|c| (c.id, (c.column.clone(), c.steps.clone())));
            reachable.extend(dynamics);
            all.extend(reachable.clone());
            let own = reachable.clone();
            own_exprs(relation, &mut |expr| rewrite(expr, &own, wanted, next));
            reachable
        }
        RelationKind::Aggregate { .. } | RelationKind::Union { .. } | RelationKind::Apply { .. } => Sources::new(),
        _ => reachable,
    }
}

/// The greatest identity in use.
fn greatest(relation: &Relation, next: &mut u32) {
    let mut see = |id: ColumnId| *next = (*next).max(id.0);
    relation.outputs.iter().for_each(|o| see(o.id));
    match &relation.kind {
        RelationKind::Scan { columns, .. } => columns.iter().for_each(|c| see(c.id)),
        RelationKind::Aggregate { calls, keys, .. } => {
            keys.iter().for_each(|(id, _)| see(*id));
            calls.iter().flat_map(|c| &c.outputs).for_each(|(id, _)| see(*id));
        }
        RelationKind::Window { calls, .. } => calls.iter().for_each(|c| see(c.output)),
        RelationKind::Unnest { columns, index, .. } => columns.iter().map(|c| &c.output).chain(index).for_each(|id| see(*id)),
        _ => {}
    }
    relation.inputs().into_iter().for_each(|input| greatest(input, next));
}

fn rewrite(expr: Expr, sources: &Sources, wanted: &mut Wanted, next: &mut u32) -> Expr {
    expr.transform(&mut |e| match e {
        Expr::Path { base, steps } => match *base {
            Expr::Column { id, .. } if sources.contains_key(&id) => {
                let new = *wanted.entry((id, steps)).or_insert_with(|| {
                    *next += 1;
                    ColumnId(*next)
                });
                Expr::Column { id: new, ty: Type::Dynamic }
            }
            base => Expr::Path { base: Box::new(base), steps },
        },
        other => other,
    })
}

fn extend_scans(relation: &mut Relation, sources: &Sources, wanted: &Wanted) {
    if let RelationKind::Scan { columns, .. } = &mut relation.kind {
        let mut added: Vec<(&ColumnId, &Vec<PathStep>, &ColumnId)> = wanted
            .iter()
            .filter(|((base, _), _)| columns.iter().any(|c| c.id == *base))
            .map(|((base, steps), id)| (base, steps, id))
            .collect();
        added.sort_by_key(|(_, _, id)| **id);
        for (base, steps, id) in added {
            let Some((column, before)) = sources.get(base) else { continue };
            let mut steps: Vec<PathStep> = before.iter().chain(steps).cloned().collect();
            let mut column = column.clone();
            // A step into the whole record is a column of its own.
            if column.is_empty()
                && let Some(PathStep::Key(key)) = steps.first()
            {
                column = key.clone();
                steps.remove(0);
            }
            columns.push(ScanColumn { id: *id, column, steps, ty: Type::Dynamic });
            relation.outputs.push(Output { id: *id, name: String::new(), ty: Type::Dynamic });
        }
    }
    relation.inputs_mut().into_iter().for_each(|input| extend_scans(input, sources, wanted));
}

/// Applies a rewrite to the expressions of one relation.
fn own_exprs(relation: &mut Relation, rewrite: &mut impl FnMut(Expr) -> Expr) {
    let mut apply = |expr: &mut Expr| {
        let taken = std::mem::replace(expr, Expr::null(Type::Dynamic));
        *expr = rewrite(taken);
    };
    match &mut relation.kind {
        RelationKind::Scan { predicate, .. } => predicate.iter_mut().for_each(&mut apply),
        RelationKind::Filter { predicate, .. } => apply(predicate),
        RelationKind::Project { columns, .. } => columns.iter_mut().for_each(|(_, e)| apply(e)),
        RelationKind::Aggregate { keys, calls, .. } => {
            keys.iter_mut().for_each(|(_, e)| apply(e));
            calls.iter_mut().for_each(|c| c.arguments.iter_mut().chain(&mut c.filter).for_each(&mut apply));
        }
        RelationKind::Sort { keys, .. } => keys.iter_mut().for_each(|k| apply(&mut k.expr)),
        RelationKind::Join { on, .. } => on.iter_mut().for_each(|(l, r)| {
            apply(l);
            apply(r);
        }),
        RelationKind::Unnest { columns, .. } => columns.iter_mut().for_each(|c| apply(&mut c.source)),
        RelationKind::Window { calls, .. } => calls.iter_mut().for_each(|c| c.arguments.iter_mut().for_each(&mut apply)),
        RelationKind::Partition { parts, carried, .. } => {
            parts.expressions_mut().iter_mut().chain(carried.iter_mut().map(|(_, e)| e)).for_each(&mut apply);
        }
        _ => {}
    }
}
