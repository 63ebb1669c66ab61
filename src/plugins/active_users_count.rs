//! `active_users_count`: per bin the ids that were seen in enough periods of the time before.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Result;
use crate::value::{Type, Value};

use super::events::{Constants, Event, EventPlugin, between, bin, bins, count};
use super::{Lowering, Plugin};

pub static ACTIVE_USERS_COUNT: Plugin = Plugin {
    name: "active_users_count",
    syntax: "T | evaluate active_users_count(IdColumn, TimelineColumn, Start, End, LookbackWindow, Period, ActivePeriodsCount, Bin [, Dimension, …])",
    summary: "Counts the ids of each bin that appeared in at least a number of periods of a lookback window.",
    lowering: Lowering::Bind(|binder, call| ACTIVE.bind(binder, call)),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'A',2, 'A',3, 'B',3] | evaluate active_users_count(u, t, 1, 10, 3, 1, 3, 5)",
        "1 | 1",
    )],
    differs: "",
};

const ACTIVE: EventPlugin = EventPlugin {
    name: "active_users_count",
    constants: &["Start", "End", "LookbackWindow", "Period", "ActivePeriodsCount", "Bin"],
    lengths: &[2, 3, 5],
    columns: &[("dcount", Type::Long)],
    compute,
};

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let [start, end, lookback, period, needed, step] = [constants[0], constants[1], constants[2], constants[3], constants[4], constants[5]];
    let mut times: HashMap<u32, Vec<i64>> = HashMap::new();
    events.iter().for_each(|e| times.entry(e.id).or_default().push(e.time));
    let is_active = |event: &Event| {
        let Some(times) = times.get(&event.id) else { return false };
        let from = times.partition_point(|t| *t <= event.time.saturating_sub(lookback));
        let to = times.partition_point(|t| *t <= event.time);
        let periods: HashSet<i64> = times[from.min(to)..to].iter().map(|t| bin(*t, start, period)).collect();
        periods.len() as i64 >= needed
    };
    let rows = bins(between(events, start, end), start, step).filter_map(|(at, events)| {
        let active: HashSet<u32> = events.iter().filter(|e| is_active(e)).map(|e| e.id).collect();
        (!active.is_empty()).then(|| (at, vec![count(active.len())]))
    });
    Ok(rows.collect())
}
