//! `isnull` of a string, which is never null.

use crate::value::Type;

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let argument = seen.call_of_one(&["isnull", "isnotnull", "notnull"])?;
    let (name, span, _) = seen.call()?;
    let (instead, always) = if name == "isnull" { ("isempty", "false") } else { ("isnotempty", "true") };
    (seen.ty(argument)? == Type::String).then(|| {
        Finding::new(span, format!("a string is never null: this is always {always}"), format!("write: {}", seen.replaced(span, instead)))
    })
}
