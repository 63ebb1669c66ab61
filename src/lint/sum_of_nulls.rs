//! `sum(a + b)`, which loses `a` wherever `b` is null.

use crate::syntax::ast::{BinaryOp, ExprKind};

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let argument = seen.call_of_one(&["sum"])?;
    let ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract, op_span, left, right } = &argument.kind else { return None };
    if seen.is_constant(left) || seen.is_constant(right) {
        return None;
    }
    let (left, operator, right) = (seen.source(left), seen.text(*op_span), seen.source(right));
    Some(Finding::new(
        argument.span,
        format!("a row counts for nothing where either `{left}` or `{right}` is null"),
        format!("write: sum({left}) {operator} sum({right})"),
    ))
}
