//! `sliding_window_counts`: events and ids in a window that slides over the timeline bin by bin.

use crate::diagnostic::Result;
use crate::value::{Type, Value};

use super::call::failed;
use super::events::{Constants, Event, EventPlugin, MAX_BINS, between, count, ids};
use super::{Lowering, Plugin};

pub static SLIDING_WINDOW_COUNTS: Plugin = Plugin {
    name: "sliding_window_counts",
    syntax: "T | evaluate sliding_window_counts(IdColumn, TimelineColumn, Start, End, LookbackWindow, Bin [, Dimension, …])",
    summary: "Counts events and distinct ids in the lookback window that ends with each bin.",
    lowering: Lowering::Bind(|binder, call| SLIDING.bind(binder, call)),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'B',1, 'A',2, 'C',4] | evaluate sliding_window_counts(u, t, 1, 5, 2, 1)",
        "1 | 2 | 2\n2 | 3 | 2\n3 | 1 | 1\n4 | 1 | 1\n5 | 1 | 1",
    )],
    differs: "",
};

const SLIDING: EventPlugin = EventPlugin {
    name: "sliding_window_counts",
    constants: &["Start", "End", "LookbackWindow", "Bin"],
    lengths: &[2, 3],
    columns: &[("Count", Type::Long), ("Dcount", Type::Long)],
    compute,
};

fn compute(events: &[Event], constants: &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>> {
    let [start, end, lookback, step] = [constants[0], constants[1], constants[2], constants[3]];
    if end.saturating_sub(start) / step > MAX_BINS {
        return Err(failed("sliding_window_counts", format!("more than {MAX_BINS} bins")));
    }
    let mut rows = Vec::new();
    let mut at = start;
    while at <= end {
        let last = at.saturating_add(step).saturating_sub(1);
        let window = between(events, last.saturating_sub(lookback).saturating_add(1).max(start), last.min(end));
        if !window.is_empty() {
            rows.push((at, vec![count(window.len()), count(ids(window).len())]));
        }
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Ok(rows)
}
