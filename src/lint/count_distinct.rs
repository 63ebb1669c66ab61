//! `count_distinct` where an estimate would do.

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let (name, span, _) = seen.call()?;
    let estimate = match name {
        "count_distinct" => "dcount",
        "count_distinctif" => "dcountif",
        _ => return None,
    };
    Some(Finding::new(
        span,
        format!("`{name}` keeps every distinct value in memory; Kusto stops it at 100 million"),
        format!("if an estimate will do: {}", seen.replaced(span, estimate)),
    ))
}
