//! Rebuilds an expression with its parts replaced.

use crate::diagnostic::Result;
use crate::syntax::ast::{Argument, Expr, ExprKind};

/// The expression with `change` applied to each of its direct parts.
pub fn parts(expr: &Expr, change: &mut dyn FnMut(&Expr) -> Result<Expr>) -> Result<Expr> {
    let mut inner = |e: &Expr| change(e).map(Box::new);
    let kind = match &expr.kind {
        ExprKind::Member { object, name } => ExprKind::Member { object: inner(object)?, name: name.clone() },
        ExprKind::Element { object, index } => ExprKind::Element { object: inner(object)?, index: inner(index)? },
        ExprKind::Unary { op, operand } => ExprKind::Unary { op: *op, operand: inner(operand)? },
        ExprKind::Binary { op, op_span, left, right } => {
            ExprKind::Binary { op: *op, op_span: *op_span, left: inner(left)?, right: inner(right)? }
        }
        ExprKind::Between { negated, value, low, high } => {
            ExprKind::Between { negated: *negated, value: inner(value)?, low: inner(low)?, high: inner(high)? }
        }
        ExprKind::Call { name, arguments } => {
            let arguments = arguments.iter().map(|a| Ok(Argument { name: a.name.clone(), value: change(&a.value)? }));
            ExprKind::Call { name: name.clone(), arguments: arguments.collect::<Result<_>>()? }
        }
        ExprKind::In { op, op_span, left, items } => {
            let left = inner(left)?;
            let items = items.iter().map(change).collect::<Result<_>>()?;
            ExprKind::In { op: *op, op_span: *op_span, left, items }
        }
        other => other.clone(),
    };
    Ok(Expr { kind, span: expr.span })
}

/// The direct parts of an expression.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Member { object, .. } => vec![object],
        ExprKind::Element { object, index } => vec![object, index],
        ExprKind::Unary { operand, .. } => vec![operand],
        ExprKind::Binary { left, right, .. } => vec![left, right],
        ExprKind::Between { value, low, high, .. } => vec![value, low, high],
        ExprKind::Call { arguments, .. } => arguments.iter().map(|a| &a.value).collect(),
        ExprKind::In { left, items, .. } => std::iter::once(left.as_ref()).chain(items).collect(),
        _ => Vec::new(),
    }
}
