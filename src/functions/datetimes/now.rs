//! now() and ago(): times relative to the start of the run.

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::{DateTime, TimeSpan, Value};

fn shifted(now: DateTime, offset: Option<TimeSpan>) -> Value<'static> {
    offset.and_then(|offset| now.checked_add(offset)).map_or(Value::Null, Value::DateTime)
}

fn prepare_now(context: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    let now = context.now;
    if arguments.types.is_empty() {
        return Ok(Box::new(move |_| Value::DateTime(now)));
    }
    Ok(Box::new(move |row| shifted(now, row[0].as_timespan())))
}

fn prepare_ago(context: &Context, _: &Arguments) -> Result<RowFunction, String> {
    let now = context.now;
    Ok(Box::new(move |row| shifted(now, row[0].as_timespan().and_then(TimeSpan::checked_neg))))
}

pub static AGO: Function = Function {
    name: "ago",
    category: "DateTime and timespan functions",
    signatures: &["(timespan:timespan) -> datetime"],
    summary: "The time so long before now.",
    kernel: Kernel::Prepare(prepare_ago),
    examples: &[("ago(1h) == now() - 1h", "True")],
    ..Function::NEW
};

pub static NOW: Function = Function {
    name: "now",
    category: "DateTime and timespan functions",
    signatures: &["([offset:timespan]) -> datetime"],
    summary: "The current time, the same everywhere in a query, plus the offset.",
    kernel: Kernel::Prepare(prepare_now),
    examples: &[("now(-2d) == now() - 2d", "True")],
    ..Function::NEW
};
