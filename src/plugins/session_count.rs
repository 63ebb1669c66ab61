//! `session_count`: how many sessions begin in each bin; a pause longer than the lookback window begins a new one.

use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::value::{Type, Value};

use super::events::{Constants, Event, EventPlugin, between, bins, count};
use super::{Lowering, Plugin};

pub static SESSION_COUNT: Plugin = Plugin {
    name: "session_count",
    syntax: "T | evaluate session_count(IdColumn, TimelineColumn, Start, End, Bin, LookBackWindow [, Dimension, …])",
    summary: "Counts the sessions that begin in each bin: an id that was not seen within the lookback window begins one.",
    lowering: Lowering::Bind(|binder, call| SESSIONS.bind(binder, call)),
    examples: &[("datatable(u:string, t:long)['A',1, 'A',2, 'A',9, 'B',2] | evaluate session_count(u, t, 1, 20, 5, 3)", "1 | 2\n6 | 1")],
    differs: "",
};

const SESSIONS: EventPlugin = EventPlugin {
    name: "session_count",
    constants: &["Start", "End", "Bin", "LookBackWindow"],
    lengths: &[2, 3],
    columns: &[("count_sessions", Type::Long)],
    compute,
};

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let mut last: HashMap<u32, i64> = HashMap::new();
    let rows = bins(between(events, constants[0], constants[1]), constants[0], constants[2]).map(|(at, events)| {
        let begins = |event: &&Event| match last.insert(event.id, event.time) {
            Some(before) => event.time.saturating_sub(before) > constants[3],
            None => true,
        };
        (at, vec![count(events.iter().filter(begins).count())])
    });
    Ok(rows.collect())
}
