//! `stdev` of timespans, which is a number of ticks.

use crate::value::Type;

use super::{Finding, Seen};

pub fn look(seen: &Seen) -> Option<Finding> {
    let argument = seen.call_of_one(&["stdev"])?;
    let (_, span, _) = seen.call()?;
    let before = seen.query.get(..seen.written.span.start as usize).unwrap_or_default();
    let converted = before.trim_end().strip_suffix('(').is_some_and(|b| b.trim_end().ends_with("totimespan"));
    (seen.ty(argument)? == Type::TimeSpan && !converted).then(|| {
        Finding::new(
            span,
            "`stdev` of timespans is a plain number of ticks",
            format!("for a timespan, write: totimespan({})", seen.source(seen.written)),
        )
    })
}
