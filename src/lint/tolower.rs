//! `tolower(x) == "…"`, where `=~` says the same, or where nothing can be equal.

use crate::syntax::ast::{BinaryOp, Expr, ExprKind, InOp};

use super::fact::literal;
use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let (left, constants, instead) = match &seen.written.kind {
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => (left, vec![&**right], "=~"),
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right, .. } => (left, vec![&**right], "!~"),
        ExprKind::In { op: InOp::In { case_sensitive: true, negated }, left, items, .. } => {
            (left, items.iter().collect(), if *negated { "!in~" } else { "in~" })
        }
        _ => return None,
    };
    let (name, inner) = folded(left)?;
    let texts: Vec<&str> = constants.iter().map(|c| literal(c)).collect::<Option<_>>()?;
    let fold = |text: &str| if name == "tolower" { text.to_lowercase() } else { text.to_uppercase() };
    let reason = match texts.iter().find(|text| fold(text) != **text) {
        Some(text) => format!("`{name}` gives no text that is equal to \"{text}\""),
        None if texts.is_empty() => return None,
        None => format!("`{name}` makes a copy of every text to compare it; `{instead}` compares in any case"),
    };
    let list: Vec<&str> = constants.iter().map(|c| seen.source(c)).collect();
    let right = if instead.starts_with("in") || instead.starts_with("!in") { format!("({})", list.join(", ")) } else { list.concat() };
    Some(Finding::new(left.span, reason, format!("write: {} {instead} {right}", seen.source(inner))))
}

/// The name of the function and what it folds.
fn folded(expr: &Expr) -> Option<(&str, &Expr)> {
    match &expr.kind {
        ExprKind::Call { name, arguments } if matches!(name.name.as_str(), "tolower" | "toupper") => match arguments.as_slice() {
            [argument] => Some((&name.name, &argument.value)),
            _ => None,
        },
        _ => None,
    }
}
