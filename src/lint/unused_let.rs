//! A `let` that nothing uses.

use crate::syntax::ast::{ExprKind, Query, Statement, StatementKind};
use crate::syntax::last_mentions;

use super::Finding;

pub fn look(tree: &Query, text: &str) -> Vec<Finding> {
    let mentions = last_mentions(text);
    let mut found = Vec::new();
    let mut blocks: Vec<&[Statement]> = vec![&tree.statements];
    while let Some(statements) = blocks.pop() {
        for statement in statements {
            let StatementKind::Let { name, value } = &statement.kind else { continue };
            if let ExprKind::Function { body, .. } = &value.kind {
                blocks.push(body);
            }
            if mentions.get(&name.name).is_none_or(|last| *last < statement.span.end) {
                found.push(Finding::new(name.span, format!("nothing uses `{}`", name.name), "leave the statement out, or use the name"));
            }
        }
    }
    found
}
