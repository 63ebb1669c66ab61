//! `format_datetime` in a comparison: text is compared where time is meant.

use crate::syntax::ast::{Argument, BinaryOp, Expr, ExprKind, InOp};

use super::fact::literal;
use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let sides: Vec<&Expr> = match &seen.written.kind {
        ExprKind::Binary { op, left, right, .. } if compares(*op) => vec![left, right],
        ExprKind::In { op: InOp::In { .. }, left, items, .. } => std::iter::once(&**left).chain(items).collect(),
        ExprKind::Between { value, low, high, .. } => vec![value, low, high],
        _ => return None,
    };
    let call = sides.into_iter().find_map(find)?;
    let ExprKind::Call { name, arguments } = &call.kind else { return None };
    Some(Finding::new(
        name.span,
        "`format_datetime` makes text of every row's time to compare it",
        arguments.first().map(|time| advice(seen, time, arguments.get(1))).unwrap_or_default(),
    ))
}

fn compares(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Equal | NotEqual | EqualTilde | NotEqualTilde | Less | LessEqual | Greater | GreaterEqual)
}

/// A call of `format_datetime` in a comparison's side; other comparisons inside it speak for themselves.
fn find(side: &Expr) -> Option<&Expr> {
    let mut rest = vec![side];
    while let Some(expr) = rest.pop() {
        match &expr.kind {
            ExprKind::Call { name, .. } if name.name == "format_datetime" => return Some(expr),
            ExprKind::Call { arguments, .. } => rest.extend(arguments.iter().map(|a| &a.value)),
            ExprKind::Binary { op, left, right, .. } if !compares(*op) => rest.extend([&**left, &**right]),
            ExprKind::Unary { operand, .. } => rest.push(operand),
            _ => {}
        }
    }
    None
}

fn advice(seen: &Seen, time: &Argument, format: Option<&Argument>) -> String {
    let time = seen.source(&time.value);
    let part = match format.and_then(|f| literal(&f.value)).unwrap_or_default() {
        "d" | "dd" => "dayofmonth",
        "H" | "HH" => "hourofday",
        "M" | "MM" => "monthofyear",
        "y" | "yy" | "yyyy" => "getyear",
        "m" | "mm" => return format!("write: datetime_part('minute', {time}), and compare it to a number"),
        "s" | "ss" => return format!("write: datetime_part('second', {time}), and compare it to a number"),
        "fff" | "FFF" => return format!("write: datetime_part('millisecond', {time}), and compare it to a number"),
        _ => return format!("compare times: startofday({time}) or bin({time}, 1h) against a datetime"),
    };
    format!("write: {part}({time}), and compare it to a number")
}
