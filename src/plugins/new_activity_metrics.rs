//! `new_activity_metrics`: follows each window's new ids through the later windows.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Expr, Relation, Transform};
use crate::syntax::ast::ExprKind;
use crate::value::{Batch, Column, Type, Value};

use super::call::{apply, column, cut, failed, invalid};
use super::events::{self, Event, between, bins, check_timeline, count, ids, ratio};
use super::{Call, Lowering, Plugin};

pub static NEW_ACTIVITY_METRICS: Plugin = Plugin {
    name: "new_activity_metrics",
    syntax: "T | evaluate new_activity_metrics(IdColumn, TimelineColumn, Start, End, Window [, Cohort] [, Dimension, …] [, Lookback])",
    summary: "For the new ids of each window (a length, or \"week\", \"month\" or \"year\"), counts how many are seen again in each later window, and how many are not.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(u:string, t:long)['A',1, 'B',1, 'A',2, 'C',2] | evaluate new_activity_metrics(u, t, 1, 2, 1, 1)",
        "1 | 1 | 2 | 2 | 0 | 1.0 | 0.0\n1 | 2 | 1 | 1 | 1 | 0.5 | 0.5",
    )],
    differs: "",
};

const COLUMNS: [(&str, Type); 5] = [
    ("dcount_new_values", Type::Long),
    ("dcount_retained_values", Type::Long),
    ("dcount_churn_values", Type::Long),
    ("retention_rate", Type::Real),
    ("churn_rate", Type::Real),
];

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let id = column(binder, &input, call.required(0, "the column of ids")?)?;
    let timeline_expr = call.required(1, "the column of the timeline")?;
    let timeline = column(binder, &input, timeline_expr)?;
    let ty = timeline.1.ty();
    check_timeline(timeline_expr, ty)?;
    let constants = events::bind_constants(binder, &call, 2, &["Start", "End", "Window"], ty)?;
    let (start, end, window) = (constants[0], constants[1], constants[2]);
    if !events::is_window(window) {
        return Err(invalid(call.required(4, "the window")?, "a positive length is expected here, or \"week\", \"month\" or \"year\""));
    }
    let mut cohort = None;
    let mut lookback = None;
    let mut columns = vec![id, timeline.clone()];
    for (i, argument) in call.arguments.iter().enumerate().skip(5) {
        if let Some(table) = tabular(binder, &input, &argument.value) {
            lookback = Some(table?);
            continue;
        }
        let bound = column(binder, &input, &argument.value)?;
        match &bound.1 {
            Expr::Constant { value, .. } if i == 5 => cohort = events::position(value),
            _ => columns.push(bound),
        }
    }
    let mut result = vec![(format!("from_{}", timeline.0), ty), (format!("to_{}", timeline.0), ty)];
    result.extend(columns.iter().skip(2).map(|(name, expr)| (name.clone(), expr.ty())));
    result.extend(COLUMNS.iter().map(|(name, ty)| ((*name).to_owned(), *ty)));
    let mut inputs = vec![cut(binder, input, columns.clone())];
    if let Some(lookback) = lookback {
        let mut earlier = Vec::new();
        for (name, _) in &columns {
            match lookback.outputs.iter().find(|o| o.name == *name) {
                Some(o) => earlier.push((name.clone(), Expr::Column { id: o.id, ty: o.ty })),
                None => return Err(invalid(timeline_expr, format!("the lookback table has no column `{name}`"))),
            }
        }
        inputs.push(cut(binder, lookback, earlier));
    }
    let transform = Cohorts { start, end, window, cohort };
    Ok(apply(binder, inputs, result, transform))
}

/// The table that an argument is, if it is one.
fn tabular(binder: &mut Binder, input: &Relation, expr: &crate::syntax::ast::Expr) -> Option<Result<Relation>> {
    match &expr.kind {
        ExprKind::Pipe { .. } => Some(binder.tabular(expr)),
        ExprKind::Name(name) if !input.outputs.iter().any(|o| o.name == *name) => match binder.any(expr) {
            Ok(crate::bind::Bound::Tabular(relation)) => Some(Ok(relation)),
            _ => None,
        },
        _ => None,
    }
}

#[derive(Debug)]
struct Cohorts {
    start: i64,
    end: i64,
    window: i64,
    /// Only the ids that are new in this window.
    cohort: Option<i64>,
}

impl Transform for Cohorts {
    fn name(&self) -> &str {
        "new_activity_metrics"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let Some(batch) = inputs.first() else { return Err(failed(self.name(), "it takes a table")) };
        let known = inputs.get(1).map(earlier_ids).unwrap_or_default();
        let mut rows = Vec::new();
        for (group, old) in events::read(batch).iter().zip(old_ids(batch, &known)) {
            for (from, to, values) in self.group(&group.events, &old)? {
                let mut all = vec![events::point(batch.columns[1].ty(), to)];
                all.extend(values);
                rows.push((from, group.row, all));
            }
        }
        rows.sort_by_key(|(from, row, values)| (*from, events::position(&values[0]), *row));
        let mut types = vec![batch.columns[1].ty()];
        types.extend(COLUMNS.iter().map(|(_, ty)| *ty));
        let mut result = events::assemble(batch, 1, rows, &types);
        // The second time column stands before the dimensions.
        let to = result.columns.remove(batch.columns.len() - 1);
        result.columns.insert(1, to);
        Ok(result)
    }
}

/// The keys of ids that are known from before.
fn earlier_ids(batch: &Batch) -> HashSet<Vec<u8>> {
    batch.columns[0].values().map(|v| key(&v)).collect()
}

fn key(value: &Value<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    crate::value::encode_value(value, &mut key);
    key
}

/// The numbers that `read` gives to known ids; the same for every group.
fn old_ids(batch: &Batch, known: &HashSet<Vec<u8>>) -> impl Iterator<Item = HashSet<u32>> {
    let mut numbers = events::Numbers::default();
    let mut old = HashSet::new();
    if !known.is_empty() {
        let times: &Column = &batch.columns[1];
        for (_, value) in batch.columns[0].values().enumerate().filter(|(row, _)| events::position(&times.value(*row)).is_some()) {
            let number = numbers.of(&value);
            if known.contains(&key(&value)) {
                old.insert(number);
            }
        }
    }
    std::iter::repeat(old)
}

impl Cohorts {
    fn group(&self, events: &[Event], old: &HashSet<u32>) -> Result<Vec<(i64, i64, Vec<Value<'static>>)>> {
        let windows: BTreeMap<i64, HashSet<u32>> =
            bins(between(events, self.start, self.end), self.start, self.window).map(|(at, events)| (at, ids(events))).collect();
        let mut first: HashMap<u32, i64> = old.iter().map(|id| (*id, i64::MIN)).collect();
        for (at, present) in &windows {
            present.iter().for_each(|id| {
                first.entry(*id).or_insert(*at);
            });
        }
        let (mut rows, nobody) = (Vec::new(), HashSet::new());
        let wanted = self.cohort.map(|c| events::bin(c, self.start, self.window));
        for (from, present) in windows.iter().filter(|(from, _)| wanted.is_none_or(|w| w == **from)) {
            let cohort: HashSet<u32> = present.iter().filter(|id| first.get(*id) == Some(from)).copied().collect();
            // Up to the end, also where nobody is seen any more.
            for to in std::iter::successors(Some(*from), |at| Some(events::next(*at, self.window))).take_while(|at| *at <= self.end) {
                if rows.len() as i64 >= events::MAX_BINS {
                    return Err(failed(self.name(), format!("more than {} pairs of windows", events::MAX_BINS)));
                }
                let later = windows.get(&to).unwrap_or(&nobody);
                let stayed = cohort.intersection(later).count();
                let new = later.iter().filter(|id| first.get(*id).is_some_and(|f| if *from == to { f == from } else { f > from })).count();
                let lost = cohort.len() - stayed;
                rows.push((
                    *from,
                    to,
                    vec![count(new), count(stayed), count(lost), ratio(stayed, cohort.len()), ratio(lost, cohort.len())],
                ));
            }
        }
        Ok(rows)
    }
}
