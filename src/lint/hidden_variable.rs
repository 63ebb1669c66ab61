//! A variable that a column of the same name hides.

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let name = seen.source(seen.written);
    seen.hides.then(|| {
        Finding::new(
            seen.written.span,
            format!("`{name}` is the column here: the variable of the same name is not seen"),
            "give the variable a name that no column has",
        )
    })
}
