//! Drops the columns that nothing above needs, down to the scans.

use std::collections::{HashMap, HashSet};

use crate::plan::{ColumnId, Expr, Output, Relation, RelationKind};

use super::columns_of;
use super::limits::replace;

/// Keeps at least all outputs.
fn prune(relation: Relation) -> Relation {
    let wanted: HashSet<ColumnId> = relation.outputs.iter().map(|o| o.id).collect();
    narrow(relation, &wanted)
}

/// The relation with at least the wanted columns; streaming relations may pass more on.
fn narrow(mut relation: Relation, wanted: &HashSet<ColumnId>) -> Relation {
    let mut below = wanted.clone();
    match &mut relation.kind {
        RelationKind::Values(_) | RelationKind::Series(_) => return relation,
        RelationKind::Group => {
            relation.outputs.retain(|o| wanted.contains(&o.id));
            return relation;
        }
        RelationKind::Scan { columns, .. } => {
            columns.retain(|c| wanted.contains(&c.id));
            relation.outputs.retain(|o| wanted.contains(&o.id));
            return relation;
        }
        RelationKind::Project { input, columns } => {
            let mut missing = wanted.clone();
            columns.retain(|(id, _)| missing.remove(id));
            relation.outputs.retain(|o| wanted.contains(&o.id));
            // A path that a scan now reads itself passes through the projections between.
            for output in provided(input, &missing) {
                columns.push((output.id, Expr::Column { id: output.id, ty: output.ty }));
                relation.outputs.push(output);
            }
            below = HashSet::new();
            columns.iter().for_each(|(_, e)| columns_of(e, &mut below));
        }
        RelationKind::Filter { predicate, .. } => columns_of(predicate, &mut below),
        RelationKind::Sort { keys, .. } => keys.iter().for_each(|k| columns_of(&k.expr, &mut below)),
        RelationKind::Limit { .. } => {}
        RelationKind::Unnest { columns, index, .. } => {
            if index.is_some_and(|index| !wanted.contains(&index)) {
                *index = None;
            }
            columns.iter().for_each(|c| columns_of(&c.source, &mut below));
        }
        RelationKind::Window { calls, .. } => calls.iter().for_each(|c| c.arguments.iter().for_each(|a| columns_of(a, &mut below))),
        RelationKind::Join { on, .. } => on.iter().for_each(|(l, r)| {
            columns_of(l, &mut below);
            columns_of(r, &mut below);
        }),
        RelationKind::Aggregate { keys, calls, .. } => {
            calls.retain(|c| c.outputs.iter().any(|(id, _)| wanted.contains(id)));
            let kept: HashSet<ColumnId> =
                keys.iter().map(|(id, _)| *id).chain(calls.iter().flat_map(|c| c.outputs.iter().map(|(id, _)| *id))).collect();
            relation.outputs.retain(|o| kept.contains(&o.id));
            below = HashSet::new();
            keys.iter().for_each(|(_, e)| columns_of(e, &mut below));
            calls.iter().for_each(|c| c.arguments.iter().chain(&c.filter).for_each(|e| columns_of(e, &mut below)));
        }
        RelationKind::Partition { .. } => return partition(relation, wanted),
        RelationKind::Union { inputs } => {
            // Columns go by their places, which must stay the same in all inputs.
            let places: Vec<usize> = (0..relation.outputs.len()).filter(|at| wanted.contains(&relation.outputs[*at].id)).collect();
            for input in inputs {
                replace(input, |input| exactly(only(input, &places)));
            }
            relation.outputs.retain(|o| wanted.contains(&o.id));
            return relation;
        }
        // A function over whole tables reads them by position: all columns stay.
        RelationKind::Apply { .. } => {
            for input in relation.inputs_mut() {
                replace(input, exactly);
            }
            return relation;
        }
    }
    for input in relation.inputs_mut() {
        replace(input, |input| narrow(input, &below));
    }
    repair(&mut relation);
    relation
}

/// A partition's input needs its keys, the carried columns, and what the body reads of the group.
fn partition(mut relation: Relation, wanted: &HashSet<ColumnId>) -> Relation {
    let RelationKind::Partition { input, parts, carried, body } = &mut relation.kind else { return relation };
    carried.retain(|(id, _)| wanted.contains(id));
    // The body's own result stays as it is; only the group below it gets narrower.
    replace(body, exactly);
    let mut below = HashSet::new();
    parts.expressions().iter().chain(carried.iter().map(|(_, e)| e)).for_each(|e| columns_of(e, &mut below));
    read_of_group(body, &mut below);
    replace(input, |input| narrow(input, &below));
    let outputs = input.outputs.clone();
    regroup(body, &outputs);
    let carried: HashSet<ColumnId> = carried.iter().map(|(id, _)| *id).collect();
    let of_body: HashSet<ColumnId> = body.outputs.iter().map(|o| o.id).collect();
    relation.outputs.retain(|o| carried.contains(&o.id) || of_body.contains(&o.id));
    relation
}

/// The columns that a body still wants of its group.
fn read_of_group(relation: &Relation, into: &mut HashSet<ColumnId>) {
    match &relation.kind {
        RelationKind::Group => into.extend(relation.outputs.iter().map(|o| o.id)),
        RelationKind::Partition { input, .. } => read_of_group(input, into),
        _ => relation.inputs().into_iter().for_each(|input| read_of_group(input, into)),
    }
}

/// Gives the group inside a body the columns that the partition's input now has.
fn regroup(relation: &mut Relation, outputs: &[Output]) {
    if let RelationKind::Group = relation.kind {
        relation.outputs = outputs.to_vec();
        return;
    }
    if let RelationKind::Partition { input, .. } = &mut relation.kind {
        return regroup(input, outputs);
    }
    relation.inputs_mut().into_iter().for_each(|input| regroup(input, outputs));
    repair(relation);
}

/// The columns of a relation at some places.
fn only(relation: Relation, places: &[usize]) -> Relation {
    if places.len() == relation.outputs.len() {
        return relation;
    }
    let outputs: Vec<Output> = places.iter().filter_map(|at| relation.outputs.get(*at)).cloned().collect();
    let columns = outputs.iter().map(|o| (o.id, Expr::Column { id: o.id, ty: o.ty })).collect();
    Relation { outputs, ordered: relation.ordered, kind: RelationKind::Project { input: Box::new(relation), columns } }
}

/// A relation whose outputs must stay as they are, in number and order.
pub fn exactly(relation: Relation) -> Relation {
    let outputs = relation.outputs.clone();
    let pruned = prune(relation);
    if pruned.outputs.len() == outputs.len() && pruned.outputs.iter().zip(&outputs).all(|(a, b)| a.id == b.id) {
        return pruned;
    }
    let columns = outputs.iter().map(|o| (o.id, Expr::Column { id: o.id, ty: o.ty })).collect();
    Relation { outputs, ordered: pruned.ordered, kind: RelationKind::Project { input: Box::new(pruned), columns } }
}

/// Makes the outputs of relations that pass columns on agree with what their inputs now have.
fn repair(relation: &mut Relation) {
    let before: HashMap<ColumnId, Output> = relation.outputs.iter().map(|o| (o.id, o.clone())).collect();
    let own = |id: &ColumnId| before.get(id).cloned();
    let named = |o: &Output| own(&o.id).unwrap_or_else(|| Output { name: String::new(), ..o.clone() });
    relation.outputs = match &relation.kind {
        RelationKind::Filter { input, .. } | RelationKind::Sort { input, .. } | RelationKind::Limit { input, .. } => {
            input.outputs.iter().map(named).collect()
        }
        RelationKind::Unnest { input, columns, index, .. } => {
            input.outputs.iter().map(named).chain(columns.iter().map(|c| &c.output).chain(index).filter_map(own)).collect()
        }
        RelationKind::Window { input, calls } => {
            input.outputs.iter().map(named).chain(calls.iter().filter_map(|c| own(&c.output))).collect()
        }
        RelationKind::Join { left, right, kind, .. } => {
            use crate::plan::JoinKind::*;
            match kind {
                LeftSemi | LeftAnti => left.outputs.iter().map(named).collect(),
                RightSemi | RightAnti => right.outputs.iter().map(named).collect(),
                _ => left.outputs.iter().chain(&right.outputs).map(named).collect(),
            }
        }
        _ => return,
    };
}

/// Those of the wanted columns that a relation could pass on, scans' hidden columns included.
fn provided(relation: &Relation, wanted: &HashSet<ColumnId>) -> Vec<Output> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let own = || relation.outputs.iter().filter(|o| wanted.contains(&o.id)).cloned();
    match &relation.kind {
        RelationKind::Filter { input, .. } | RelationKind::Sort { input, .. } | RelationKind::Limit { input, .. } => {
            provided(input, wanted)
        }
        RelationKind::Unnest { input, .. } | RelationKind::Window { input, .. } => {
            let mut all = provided(input, wanted);
            let added: Vec<Output> = own().filter(|o| !all.iter().any(|a| a.id == o.id)).collect();
            all.extend(added);
            all
        }
        RelationKind::Join { left, right, .. } => [left, right].into_iter().flat_map(|side| provided(side, wanted)).collect(),
        RelationKind::Project { input, columns } => {
            let mut below = wanted.clone();
            columns.iter().for_each(|(id, _)| _ = below.remove(id));
            provided(input, &below).into_iter().chain(own()).collect()
        }
        _ => own().collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::ScanColumn;
    use crate::value::Type;

    use super::*;

    #[test]
    fn inputs_of_a_union_lose_what_nobody_asks_for() {
        let output = |id: u32| Output { id: ColumnId(id), name: format!("c{id}"), ty: Type::String };
        let scan = |ids: [u32; 2]| {
            let column = |id: u32| ScanColumn { id: ColumnId(id), column: format!("c{id}"), steps: Vec::new(), ty: Type::String };
            let kind = RelationKind::Scan { table: String::new(), columns: ids.map(column).to_vec(), predicate: None };
            Relation { outputs: ids.map(output).to_vec(), ordered: false, kind }
        };
        let union = RelationKind::Union { inputs: vec![scan([1, 2]), scan([3, 4])] };
        let union = Relation { outputs: vec![output(5), output(6)], ordered: false, kind: union };
        let columns = vec![(ColumnId(7), Expr::Column { id: ColumnId(6), ty: Type::String })];
        let project = RelationKind::Project { input: Box::new(union), columns };
        let pruned = exactly(Relation { outputs: vec![output(7)], ordered: false, kind: project });
        fn read(relation: &Relation) -> Vec<u32> {
            match &relation.kind {
                RelationKind::Scan { columns, .. } => columns.iter().map(|c| c.id.0).collect(),
                _ => relation.inputs().into_iter().flat_map(read).collect(),
            }
        }
        assert_eq!(read(&pruned), [2, 4]);
    }
}
