//! Takes out what can have no rows, because a table below has none or a condition never holds: the other side of a join with it need not
//! be read.

use std::sync::Arc;

use crate::plan::{Expr, JoinKind, Relation, RelationKind};

use super::limits::replace;

/// The plan where those scans for which `is_empty` holds have no rows.
pub fn without(mut relation: Relation, is_empty: &dyn Fn(&Relation) -> bool) -> Relation {
    for input in relation.inputs_mut() {
        replace(input, |input| without(input, is_empty));
    }
    let empty = match &mut relation.kind {
        RelationKind::Scan { .. } => is_empty(&relation),
        RelationKind::Filter { input, predicate } => is_never(predicate) || has_no_rows(input),
        RelationKind::Project { input, .. }
        | RelationKind::Sort { input, .. }
        | RelationKind::Limit { input, .. }
        | RelationKind::Unnest { input, .. }
        | RelationKind::Window { input, .. }
        | RelationKind::Partition { input, .. } => has_no_rows(input),
        RelationKind::Aggregate { input, keys, .. } => !keys.is_empty() && has_no_rows(input),
        RelationKind::Join { left, right, kind, .. } => {
            let (left, right) = (has_no_rows(left), has_no_rows(right));
            match kind {
                JoinKind::Inner | JoinKind::InnerUnique | JoinKind::LeftSemi | JoinKind::RightSemi => left || right,
                JoinKind::LeftOuter | JoinKind::LeftAnti => left,
                JoinKind::RightOuter | JoinKind::RightAnti => right,
                JoinKind::FullOuter => left && right,
            }
        }
        RelationKind::Union { inputs } => {
            let all = inputs.iter().all(has_no_rows);
            inputs.retain(|input| !has_no_rows(input));
            all
        }
        RelationKind::Values(_) | RelationKind::Group | RelationKind::Apply { .. } | RelationKind::Series(_) => false,
    };
    if empty {
        relation.kind = RelationKind::Values(Arc::default());
    }
    relation
}

/// A condition that no row fulfils, whatever it holds.
fn is_never(predicate: &Expr) -> bool {
    predicate.as_constant().is_some_and(|value| value.as_bool() != Some(true))
}

fn has_no_rows(relation: &Relation) -> bool {
    matches!(&relation.kind, RelationKind::Values(batches) if batches.iter().all(|batch| batch.rows == 0))
}
