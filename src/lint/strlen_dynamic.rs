//! `strlen` of an array or a bag.

use crate::syntax::ast::ExprKind;
use crate::value::Type;

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let argument = seen.call_of_one(&["strlen"])?;
    // What a path leads to is a plain text more often than not.
    let whole = seen.is_column(argument) || matches!(argument.kind, ExprKind::Literal { .. } | ExprKind::Call { .. });
    if seen.ty(argument)? != Type::Dynamic || !whole {
        return None;
    }
    let source = seen.source(argument);
    Some(Finding::new(
        argument.span,
        "the length of a dynamic is that of its JSON text, brackets, quotes and all",
        format!("for the number of elements: array_length({source}); for the size: strlen(tostring({source}))"),
    ))
}
