//! Moves `take` below projections and into `sort`, which then keeps only the first rows.

use crate::plan::{Relation, RelationKind};

pub fn push(mut relation: Relation) -> Relation {
    for input in relation.inputs_mut() {
        replace(input, push);
    }
    let RelationKind::Limit { input, count } = relation.kind else { return relation };
    let (outputs, ordered) = (relation.outputs, relation.ordered);
    match input.kind {
        RelationKind::Sort { input, keys, limit } => {
            let limit = Some(limit.map_or(count, |l| l.min(count)));
            Relation { outputs, ordered: true, kind: RelationKind::Sort { input, keys, limit } }
        }
        RelationKind::Project { input, columns } => {
            let below = Relation { outputs: input.outputs.clone(), ordered: input.ordered, kind: RelationKind::Limit { input, count } };
            Relation { outputs, ordered, kind: RelationKind::Project { input: Box::new(push(below)), columns } }
        }
        kind => {
            let input = Box::new(Relation { outputs: input.outputs, ordered: input.ordered, kind });
            Relation { outputs, ordered, kind: RelationKind::Limit { input, count } }
        }
    }
}

/// Rewrites a relation in place.
pub(super) fn replace(relation: &mut Relation, rewrite: impl FnOnce(Relation) -> Relation) {
    let hole = Relation { kind: RelationKind::Group, outputs: Vec::new(), ordered: false };
    *relation = rewrite(std::mem::replace(relation, hole));
}
