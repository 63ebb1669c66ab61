//! `join` without a kind.

use crate::operators::join::Join;
use crate::syntax::ast::Operator;

use super::Finding;

pub fn look(operator: &Operator) -> Option<Finding> {
    let Join(join) = operator.node.as_any().downcast_ref::<Join>()?;
    if join.on.is_empty() || join.parameters.iter().any(|p| p.name.name == "kind") {
        return None;
    }
    Some(Finding::new(
        operator.name.span,
        "without a kind, `join` keeps one row of the left side for each key and drops the others (innerunique)",
        "write: join kind=inner … for all pairs, or join kind=innerunique … where one is meant",
    ))
}
