//! row_window_session(): when the session that a row belongs to began.

use crate::plan::WindowFunction;
use crate::value::{Column, ColumnBuilder, DateTime, TimeSpan, Type, Value};

use super::restart::restarts;

pub static ROW_WINDOW_SESSION: WindowFunction = WindowFunction {
    name: "row_window_session",
    signatures: &["(expr:datetime, maxDistanceFromFirst:timespan, maxDistanceBetweenNeighbors:timespan, [restart:bool]) -> Parameter0"],
    summary: "The first time of the row's session: a session ends when it lasts too long, or after too long a gap, or where the last \
              argument is true.",
    evaluate,
    examples: &[(
        "datatable(t:datetime)[datetime(2024-01-01 00:00), datetime(2024-01-01 00:01), datetime(2024-01-01 00:09)] \
         | serialize s = row_window_session(t, 1h, 5m) | summarize count() by s | project count_",
        "2\n1",
    )],
};

fn evaluate(arguments: &[Column], rows: usize, _ty: Type) -> Column {
    let mut builder = ColumnBuilder::new(Type::DateTime, rows);
    let (mut first, mut before): (Option<DateTime>, Option<DateTime>) = (None, None);
    for (row, restart) in restarts(arguments.get(3), rows).into_iter().enumerate() {
        let Value::DateTime(time) = arguments[0].value(row) else {
            builder.push_null();
            continue;
        };
        let exceeds = |since: Option<DateTime>, limit: usize| {
            let limit = arguments[limit].value(row).as_timespan().map_or(i64::MAX, TimeSpan::ticks);
            since.is_none_or(|since| time.ticks() - since.ticks() > limit)
        };
        if restart || exceeds(first, 1) || exceeds(before, 2) {
            first = Some(time);
        }
        before = Some(time);
        builder.push(first.map_or(Value::Null, Value::DateTime));
    }
    builder.finish()
}
