//! `activity_counts_metrics`: per bin the events, the ids, the ids never seen before, and the ids seen so far.

use std::collections::HashSet;

use crate::diagnostic::Result;
use crate::value::{Type, Value};

use super::events::{Constants, Event, EventPlugin, between, bins, count, ids};
use super::{Lowering, Plugin};

pub static ACTIVITY_COUNTS_METRICS: Plugin = Plugin {
    name: "activity_counts_metrics",
    syntax: "T | evaluate activity_counts_metrics(IdColumn, TimelineColumn, Start, End, Step [, Dimension, …])",
    summary: "Counts events, distinct ids, new ids and all ids so far, for each step of a timeline.",
    lowering: Lowering::Bind(|binder, call| METRICS.bind(binder, call)),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'B',1, 'A',2, 'C',2, 'A',9] | evaluate activity_counts_metrics(u, t, 1, 3, 1)",
        "1 | 2 | 2 | 2 | 2\n2 | 2 | 2 | 1 | 3",
    )],
    differs: "",
};

const METRICS: EventPlugin = EventPlugin {
    name: "activity_counts_metrics",
    constants: &["Start", "End", "Step"],
    lengths: &[2],
    columns: &[("count", Type::Long), ("dcount", Type::Long), ("new_dcount", Type::Long), ("aggregated_dcount", Type::Long)],
    compute,
};

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let mut seen: HashSet<u32> = HashSet::new();
    let rows = bins(between(events, constants[0], constants[1]), constants[0], constants[2]).map(|(start, events)| {
        let before = seen.len();
        let distinct = ids(events);
        seen.extend(&distinct);
        (start, vec![count(events.len()), count(distinct.len()), count(seen.len() - before), count(seen.len())])
    });
    Ok(rows.collect())
}
