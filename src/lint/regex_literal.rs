//! `matches regex` with a pattern that is plain text.

use crate::syntax::ast::BinaryOp;

use super::fact::literal;
use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let (BinaryOp::MatchesRegex, op_span, left, right) = seen.binary()? else { return None };
    let pattern = literal(right).filter(|p| !p.is_empty())?;
    let plain = !pattern.chars().any(|c| r"\.+*?()|[]{}^$".contains(c));
    plain.then(|| {
        Finding::new(
            op_span,
            "the pattern is plain text: `contains_cs` finds the same without a regular expression",
            format!("write: {} contains_cs {}", seen.source(left), seen.source(right)),
        )
    })
}
