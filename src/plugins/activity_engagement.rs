//! `activity_engagement`: the ids of a short window as a share of those of a longer window (daily of monthly users).

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::Relation;
use crate::value::{Type, Value};

use super::events::{Constants, Event, EventPlugin, between, bins, count, ids, ratio};
use super::{Call, Lowering, Plugin};

pub static ACTIVITY_ENGAGEMENT: Plugin = Plugin {
    name: "activity_engagement",
    syntax: "T | evaluate activity_engagement(IdColumn, TimelineColumn, [Start, End,] InnerActivityWindow, OuterActivityWindow [, Dimension, …])",
    summary: "Relates the distinct ids of each inner window to those of the outer window that ends with it.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'B',2, 'A',3] | evaluate activity_engagement(u, t, 1, 3, 1, 2)",
        "1 | 1 | 1 | 1.0\n2 | 1 | 2 | 0.5\n3 | 1 | 2 | 0.5",
    )],
    differs: "",
};

const ENGAGEMENT: EventPlugin = EventPlugin {
    name: "activity_engagement",
    constants: &["Start", "End", "InnerActivityWindow", "OuterActivityWindow"],
    lengths: &[2, 3],
    columns: &[("dcount_activities_inner", Type::Long), ("dcount_activities_outer", Type::Long), ("activity_ratio", Type::Real)],
    compute,
};

const WITHOUT_RANGE: EventPlugin =
    EventPlugin { constants: &["InnerActivityWindow", "OuterActivityWindow"], lengths: &[0, 1], compute: compute_all, ..ENGAGEMENT };

fn bind(binder: &mut Binder, call: Call<'_>) -> Result<Relation> {
    let plugin = if call.arguments.len() < 6 { WITHOUT_RANGE } else { ENGAGEMENT };
    plugin.bind(binder, call)
}

fn compute_all(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    match (events.first(), events.last()) {
        (Some(first), Some(last)) => compute(events, &[first.time, last.time, constants[0], constants[1]]),
        _ => Ok(Vec::new()),
    }
}

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let [start, end, inner, outer] = [constants[0], constants[1], constants[2], constants[3]];
    let rows = bins(between(events, start, end), start, inner).map(|(at, in_bin)| {
        let last = at.saturating_add(inner).saturating_sub(1);
        let inside = ids(in_bin).len();
        let around = ids(between(events, last.saturating_sub(outer).saturating_add(1), last.min(end))).len();
        (at, vec![count(inside), count(around), ratio(inside, around)])
    });
    Ok(rows.collect())
}
