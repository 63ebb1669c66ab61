//! Rewrites a plan into one with the same answer that touches less.

mod empty;
mod filters;
mod limits;
mod paths;
mod prune;

use crate::plan::{ColumnId, Expr, Relation};

pub use empty::without;
pub use filters::{filter, substitute};

/// All rewrites, in order.
pub fn optimize(relation: Relation) -> Relation {
    let relation = empty::without(relation, &|_| false);
    let relation = limits::push(relation);
    let relation = filters::push(relation);
    let relation = paths::push(relation);
    prune::exactly(relation)
}

/// The columns that an expression reads.
fn columns_of(expr: &Expr, into: &mut std::collections::HashSet<ColumnId>) {
    expr.walk(&mut |e| {
        if let Expr::Column { id, .. } = e {
            into.insert(*id);
        }
    });
}
