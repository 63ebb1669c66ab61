//! Comparing in any case with a constant that has no letters.

use crate::syntax::ast::{BinaryOp, ExprKind, InOp};

use super::fact::literal;
use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let (span, exact, constants) = match &seen.written.kind {
        ExprKind::Binary { op: BinaryOp::EqualTilde, op_span, right, .. } => (*op_span, "==", vec![&**right]),
        ExprKind::Binary { op: BinaryOp::NotEqualTilde, op_span, right, .. } => (*op_span, "!=", vec![&**right]),
        ExprKind::In { op: InOp::In { case_sensitive: false, negated }, op_span, items, .. } => {
            (*op_span, if *negated { "!in" } else { "in" }, items.iter().collect())
        }
        _ => return None,
    };
    let caseless = |text: &str| text.chars().all(|c| c.to_lowercase().eq(c.to_uppercase()));
    let all = !constants.is_empty() && constants.iter().all(|c| literal(c).is_some_and(caseless));
    all.then(|| {
        Finding::new(
            span,
            format!("there are no letters to compare in any case: `{exact}` is the same, and faster"),
            format!("write: {}", seen.replaced(span, exact)),
        )
    })
}
