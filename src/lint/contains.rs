//! `contains` where `has` would do.

use crate::syntax::ast::{BinaryOp, TextOp};

use super::fact::literal;
use super::ipv4_term::is_ipv4;
use super::{Finding, Seen};

/// Kusto's index of terms does not know shorter ones.
const SHORTEST_TERM: usize = 3;

pub fn look(seen: &Seen) -> Option<Finding> {
    let (BinaryOp::Text { op: TextOp::Contains, case_sensitive, negated }, op_span, left, right) = seen.binary()? else { return None };
    let text = literal(right);
    if !seen.is_column(left) || text.is_some_and(|t| t.chars().count() < SHORTEST_TERM || is_ipv4(t)) {
        return None;
    }
    // What no row can have as a term of its own is a part of words, and `has` would not do.
    if text.is_some_and(|t| !t.starts_with(char::is_alphanumeric) || !t.ends_with(char::is_alphanumeric)) {
        return None;
    }
    let word = seen.text(op_span);
    let has = format!("{}has{}", if negated { "!" } else { "" }, if case_sensitive { "_cs" } else { "" });
    Some(Finding::new(
        op_span,
        format!("`{word}` searches every text from end to end; `{has}` looks up whole words, in an index where there is one"),
        format!("if a whole word is meant: {}", seen.replaced(op_span, &has)),
    ))
}
