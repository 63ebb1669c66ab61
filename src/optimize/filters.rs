//! Moves filters towards the scans, which use them to skip records unread.

use std::collections::{HashMap, HashSet};

use crate::functions;
use crate::plan::{ColumnId, Expr, JoinKind, Parts, Relation, RelationKind};
use crate::value::Type;

use super::columns_of;
use super::limits::replace;

pub fn push(relation: Relation) -> Relation {
    sink(relation, Vec::new(), Vec::new())
}

/// The relation with the conjuncts applied, each as deep as it goes.
///
/// `hints` are never evaluated: scans derive from them which texts a record must contain, no more. So a conjunct on an element of an
/// array becomes a hint on the array.
fn sink(mut relation: Relation, mut conjuncts: Vec<Expr>, hints: Vec<Expr>) -> Relation {
    match relation.kind {
        RelationKind::Filter { input, predicate } => {
            let mut all = split(predicate);
            all.append(&mut conjuncts);
            sink(*input, all, hints)
        }
        RelationKind::Project { input, columns } => {
            let mut read = HashSet::new();
            conjuncts.iter().chain(&hints).for_each(|e| columns_of(e, &mut read));
            let meanings: HashMap<ColumnId, Expr> = columns.iter().filter(|(id, _)| read.contains(id)).cloned().collect();
            let (below, above): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(|c| movable(c, &meanings));
            let below = below.into_iter().map(|c| substitute(c, &meanings)).collect();
            let told = hints.into_iter().chain(above.iter().cloned()).filter(|c| is_told(c, &meanings));
            let hints = told.map(|hint| substitute(hint, &meanings)).collect();
            relation.kind = RelationKind::Project { input: Box::new(sink(*input, below, hints)), columns };
            filter(relation, above)
        }
        RelationKind::Sort { input, keys, limit: None } => {
            relation.kind = RelationKind::Sort { input: Box::new(sink(*input, conjuncts, hints)), keys, limit: None };
            relation
        }
        RelationKind::Union { inputs } => {
            let outputs = &relation.outputs;
            let inputs = inputs
                .into_iter()
                .map(|input| {
                    let meanings = outputs.iter().zip(&input.outputs).map(|(o, i)| (o.id, Expr::Column { id: i.id, ty: i.ty })).collect();
                    let own = |exprs: &[Expr]| exprs.iter().map(|e| substitute(e.clone(), &meanings)).collect();
                    sink(input, own(&conjuncts), own(&hints))
                })
                .collect();
            relation.kind = RelationKind::Union { inputs };
            relation
        }
        RelationKind::Unnest { ref input, ref columns, .. } => {
            let own: HashSet<ColumnId> = input.outputs.iter().map(|o| o.id).collect();
            let arrays: HashMap<ColumnId, Expr> = columns.iter().map(|c| (c.output, c.source.clone())).collect();
            let (below, above): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(|c| reads_only(c, &own));
            // What asks for an element's place says nothing of the records below.
            let hints = above.iter().chain(&hints).map(|c| of_array(c.clone(), &arrays)).filter(|hint| reads_only(hint, &own));
            let hints: Vec<Expr> = hints.collect();
            for input in relation.inputs_mut() {
                replace(input, |input| sink(input, below.clone(), hints.clone()));
            }
            filter(relation, above)
        }
        RelationKind::Aggregate { ref keys, .. } if !keys.is_empty() => {
            let meanings: HashMap<ColumnId, Expr> = keys.iter().cloned().collect();
            let own: HashSet<ColumnId> = meanings.keys().copied().collect();
            let (below, above): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(|c| reads_only(c, &own) && movable(c, &meanings));
            let below: Vec<Expr> = below.into_iter().map(|c| substitute(c, &meanings)).collect();
            for input in relation.inputs_mut() {
                replace(input, |input| sink(input, below.clone(), Vec::new()));
            }
            filter(relation, above)
        }
        RelationKind::Partition { ref carried, parts: Parts::Elements(_), .. } => {
            // All rows of a part have the same carried values: it is kept whole, or left out whole.
            let meanings: HashMap<ColumnId, Expr> = carried.iter().cloned().collect();
            let own: HashSet<ColumnId> = meanings.keys().copied().collect();
            let (below, above): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(|c| reads_only(c, &own) && movable(c, &meanings));
            let mut below: Vec<Expr> = below.into_iter().map(|c| substitute(c, &meanings)).collect();
            // The input, and then the body.
            for input in relation.inputs_mut() {
                let conjuncts = std::mem::take(&mut below);
                replace(input, |input| sink(input, conjuncts, Vec::new()));
            }
            filter(relation, above)
        }
        RelationKind::Join { left, right, kind, on } => {
            let sides = [&left, &right].map(|side| side.outputs.iter().map(|o| o.id).collect::<HashSet<_>>());
            let left_ok = matches!(kind, JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti);
            let right_ok =
                matches!(kind, JoinKind::Inner | JoinKind::InnerUnique | JoinKind::RightOuter | JoinKind::RightSemi | JoinKind::RightAnti);
            let (to_left, rest): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(|c| left_ok && reads_only(c, &sides[0]));
            let (to_right, above): (Vec<Expr>, Vec<Expr>) = rest.into_iter().partition(|c| right_ok && reads_only(c, &sides[1]));
            let (left, right) = (Box::new(sink(*left, to_left, Vec::new())), Box::new(sink(*right, to_right, Vec::new())));
            relation.kind = RelationKind::Join { left, right, kind, on };
            filter(relation, above)
        }
        RelationKind::Scan { table, columns, predicate } => {
            let predicate = conjuncts.iter().cloned().chain(hints).chain(predicate).reduce(and);
            relation.kind = RelationKind::Scan { table, columns, predicate };
            filter(relation, conjuncts)
        }
        _ => {
            for input in relation.inputs_mut() {
                replace(input, push);
            }
            filter(relation, conjuncts)
        }
    }
}

fn split(predicate: Expr) -> Vec<Expr> {
    let mut parts = Vec::new();
    let mut stack = vec![predicate];
    while let Some(expr) = stack.pop() {
        match expr {
            Expr::Call { function, arguments, .. } if function.name == "and" => stack.extend(arguments.into_iter().rev()),
            other => parts.push(other),
        }
    }
    parts
}

fn and(left: Expr, right: Expr) -> Expr {
    match functions::find("and") {
        Some(function) => Expr::Call { function, arguments: vec![left, right], ty: Type::Bool, span: Default::default() },
        None => left,
    }
}

/// The rows of a relation where all conjuncts are true.
pub fn filter(relation: Relation, conjuncts: Vec<Expr>) -> Relation {
    match conjuncts.into_iter().reduce(and) {
        None => relation,
        Some(predicate) => Relation {
            outputs: relation.outputs.clone(),
            ordered: relation.ordered,
            kind: RelationKind::Filter { input: Box::new(relation), predicate },
        },
    }
}

/// Whether it says the same below, where only these columns are: what is random is drawn for each row anew.
fn reads_only(expr: &Expr, own: &HashSet<ColumnId>) -> bool {
    let mut read = HashSet::new();
    columns_of(expr, &mut read);
    !expr.is_volatile() && read.is_subset(own)
}

/// Whether the columns that a conjunct reads are the same when computed again below, and cheap.
fn movable(conjunct: &Expr, meanings: &HashMap<ColumnId, Expr>) -> bool {
    /// So many calls may a conjunct become: where each of a row of projections reads the one below twice, it doubles with each.
    const MOST: usize = 64;
    let (mut before, mut after, mut is_movable) = (0, 0, true);
    conjunct.walk(&mut |e| match e {
        Expr::Call { .. } => before += 1,
        Expr::Column { id, .. } => {
            if let Some(meaning) = meanings.get(id) {
                is_movable &= !meaning.is_volatile() && cheap(meaning);
                after += calls(meaning);
            }
        }
        _ => {}
    });
    is_movable && (after == 0 || before + after <= MOST)
}

/// Computing an expression twice (in the filter and in the projection) should not cost more than the filter saves.
fn cheap(expr: &Expr) -> bool {
    calls(expr) <= 4
}

fn calls(expr: &Expr) -> usize {
    let mut calls = 0;
    expr.walk(&mut |e| calls += usize::from(matches!(e, Expr::Call { .. })));
    calls
}

/// A conjunct that is too much work to be tried twice may still tell which texts the records below hold.
fn is_told(conjunct: &Expr, meanings: &HashMap<ColumnId, Expr>) -> bool {
    /// A greater expression tells no more.
    const MOST: usize = 2000;
    let (mut size, mut is_fixed) = (0, true);
    conjunct.walk(&mut |e| {
        size += 1;
        if let Expr::Column { id, .. } = e
            && let Some(meaning) = meanings.get(id)
            && size < MOST
        {
            meaning.walk(&mut |_| size += 1);
            is_fixed &= !meaning.is_volatile();
        }
    });
    size < MOST && is_fixed
}

/// What a conjunct on elements says of the arrays that they stand in: whatever text it asks for is somewhere in there.
fn of_array(conjunct: Expr, arrays: &HashMap<ColumnId, Expr>) -> Expr {
    // A path into an element is first shortened to the element.
    let shortened = conjunct.transform(&mut |e| match e {
        Expr::Path { base, .. } if matches!(&*base, Expr::Column { id, .. } if arrays.contains_key(id)) => *base,
        other => other,
    });
    substitute(shortened, arrays)
}

/// The expression over what the columns that it reads mean.
pub fn substitute(expr: Expr, meanings: &HashMap<ColumnId, Expr>) -> Expr {
    expr.transform(&mut |e| match e {
        Expr::Column { id, .. } => meanings.get(&id).cloned().unwrap_or(e),
        Expr::Path { base, steps } => match *base {
            Expr::Path { base, steps: mut outer } => {
                outer.extend(steps);
                Expr::Path { base, steps: outer }
            }
            base => Expr::Path { base: Box::new(base), steps },
        },
        other => other,
    })
}
