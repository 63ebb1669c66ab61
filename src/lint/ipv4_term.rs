//! `has` and its kin looking for an IPv4 address.

use crate::syntax::ast::{BinaryOp, ExprKind, InOp, TextOp};

use super::fact::literal;
use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    if let ExprKind::In { op: InOp::HasAny, op_span, left, items } = &seen.written.kind {
        let all = !items.is_empty() && items.iter().all(|item| literal(item).is_some_and(is_ipv4));
        let list: Vec<&str> = items.iter().map(|item| seen.source(item)).collect();
        let rewrite = format!("has_any_ipv4({}, {})", seen.source(left), list.join(", "));
        return (all && seen.is_text_column(left)).then(|| finding(seen.text(*op_span), *op_span, rewrite));
    }
    let (BinaryOp::Text { op, negated: false, .. }, op_span, left, right) = seen.binary()? else { return None };
    let text = literal(right)?;
    let function = match op {
        TextOp::Has | TextOp::Contains if is_ipv4(text) => "has_ipv4",
        TextOp::HasPrefix if is_prefix(text) => "has_ipv4_prefix",
        _ => return None,
    };
    let rewrite = format!("{function}({}, {})", seen.source(left), seen.source(right));
    seen.is_text_column(left).then(|| finding(seen.text(op_span), op_span, rewrite))
}

fn finding(operator: &str, span: crate::diagnostic::Span, rewrite: String) -> Finding {
    Finding::new(
        span,
        format!("`{operator}` takes an IPv4 address for a text: 10.0.0.1 is in 110.0.0.15 too, and its parts are words of their own"),
        format!("write: {rewrite}"),
    )
}

pub(super) fn is_ipv4(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(is_octet)
}

/// `10.` or `10.1.` or `192.168.7.`: what `has_ipv4_prefix` takes.
fn is_prefix(text: &str) -> bool {
    let parts = text.strip_suffix('.').map(|whole| whole.split('.').collect::<Vec<_>>());
    parts.is_some_and(|parts| parts.len() <= 3 && parts.into_iter().all(is_octet))
}

fn is_octet(part: &str) -> bool {
    (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok()
}
