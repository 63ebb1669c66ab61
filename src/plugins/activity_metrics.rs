//! `activity_metrics`: per window the ids, the new ids, and how many of the window before stayed or left.

use std::collections::HashSet;

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::Relation;
use crate::value::{Type, Value};

use super::events::{Constants, Event, EventPlugin, between, bins, count, ids, next, ratio};
use super::{Call, Lowering, Plugin};

pub static ACTIVITY_METRICS: Plugin = Plugin {
    name: "activity_metrics",
    syntax: "T | evaluate activity_metrics(IdColumn, TimelineColumn, [Start, End,] Window [, Dimension, …])",
    summary: "Counts distinct and new ids per window (a length, or \"week\", \"month\" or \"year\"), and the share of the window before that stayed (retention) or left (churn).",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'B',1, 'A',2, 'C',2] | evaluate activity_metrics(u, t, 1, 2, 1)",
        "1 | 2 | 2 | NaN | NaN\n2 | 2 | 1 | 0.5 | 0.5",
    )],
    differs: "",
};

const METRICS: EventPlugin = EventPlugin {
    name: "activity_metrics",
    constants: &["Start", "End", "Window"],
    lengths: &[2],
    columns: &[("dcount_values", Type::Long), ("dcount_newvalues", Type::Long), ("retention_rate", Type::Real), ("churn_rate", Type::Real)],
    compute,
};

const WITHOUT_RANGE: EventPlugin = EventPlugin { constants: &["Window"], lengths: &[0], compute: compute_all, ..METRICS };

fn bind(binder: &mut Binder, call: Call<'_>) -> Result<Relation> {
    let plugin = if call.arguments.len() < 5 { WITHOUT_RANGE } else { METRICS };
    plugin.bind(binder, call)
}

fn compute_all(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    match (events.first(), events.last()) {
        (Some(first), Some(last)) => compute(events, &[first.time, last.time, constants[0]]),
        _ => Ok(Vec::new()),
    }
}

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let mut seen: HashSet<u32> = HashSet::new();
    let mut previous: Option<(i64, HashSet<u32>)> = None;
    let mut rows = Vec::new();
    for (start, events) in bins(between(events, constants[0], constants[1]), constants[0], constants[2]) {
        let current = ids(events);
        let new = current.iter().filter(|id| !seen.contains(id)).count();
        seen.extend(&current);
        // After a window without events nobody is left who could stay.
        let before = previous.take().filter(|(at, _)| next(*at, constants[2]) == start).map(|(_, ids)| ids).unwrap_or_default();
        let stayed = before.intersection(&current).count();
        rows.push((start, vec![count(current.len()), count(new), ratio(stayed, before.len()), ratio(before.len() - stayed, before.len())]));
        previous = Some((start, current));
    }
    Ok(rows)
}
