//! `tobool` of a number.

use crate::value::Type;

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let argument = seen.call_of_one(&["tobool", "toboolean"])?;
    let (_, span, _) = seen.call()?;
    let source = seen.source(argument);
    let instead = match seen.ty(argument)? {
        ty if ty.is_numeric() => format!("write: {source} != 0"),
        Type::DateTime | Type::TimeSpan | Type::Guid => format!("if it matters whether there is one: isnotnull({source})"),
        _ => return None,
    };
    Some(Finding::new(span, "`tobool` is meant for text; a comparison says what counts as true", instead))
}
