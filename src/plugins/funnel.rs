//! `funnel_sequence_completion` and `funnel_sequence`: how ids go through states in a given order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Expr, Relation, Transform};
use crate::syntax::ast;
use crate::value::{Batch, Column, Json, TimeSpan, Type, Value};

use super::call::{apply, column, cut, failed, invalid};
use super::events::{Numbers, bin, bind_constants, check_timeline, point, position};
use super::{Call, Lowering, Plugin};

pub static FUNNEL_SEQUENCE_COMPLETION: Plugin = Plugin {
    name: "funnel_sequence_completion",
    syntax: "T | evaluate funnel_sequence_completion(IdColumn, TimelineColumn, Start, End, BinSize, StateColumn, Sequence, MaxSequenceStepWindows)",
    summary: "Counts, for each period, the ids that came to each state of a sequence within the period after its first state.",
    lowering: Lowering::Bind(bind_completion),
    examples: &[(
        "datatable(u:string, t:datetime, s:string)['A', datetime(2020-01-01), 'in', 'A', datetime(2020-01-01 02:00), 'buy', 'B', datetime(2020-01-01), 'in'] | evaluate funnel_sequence_completion(u, t, datetime(2020-01-01), datetime(2020-01-02), 1d, s, dynamic(['in','buy']), dynamic([1h, 1d])) | project s, Period, dcount",
        "in | 01:00:00 | 2\nin | 1.00:00:00 | 2\nbuy | 1.00:00:00 | 1",
    )],
    differs: "",
};

pub static FUNNEL_SEQUENCE: Plugin = Plugin {
    name: "funnel_sequence",
    syntax: "T | evaluate funnel_sequence(IdColumn, TimelineColumn, Start, End, MaxSequenceStepWindow, Step, StateColumn, Sequence)",
    summary: "Counts the ids that went through a sequence of states: by the states before and after it, by those before, by those after.",
    lowering: Lowering::Tables(bind_sequence),
    examples: &[(
        "datatable(u:string, t:datetime, s:string)['A', datetime(2020-01-01), 'a', 'A', datetime(2020-01-02), 'b', 'A', datetime(2020-01-03), 'c'] | evaluate funnel_sequence(u, t, datetime(2020-01-01), datetime(2020-01-31), 2d, 31d, s, dynamic(['b'])) | project prev, next, dcount",
        "a | c | 1",
    )],
    differs: "",
};

/// What both plugins read: the columns id, time and state, and the constants.
struct Funnel {
    input: Relation,
    timeline: (String, Type),
    state: (String, Type),
    constants: Vec<i64>,
    sequence: Vec<String>,
}

fn bind_funnel(binder: &mut Binder, call: &mut Call<'_>, names: &[&str]) -> Result<Funnel> {
    let input = call.table(binder)?;
    let id = column(binder, &input, call.required(0, "the column of ids")?)?;
    let timeline_expr = call.required(1, "the column of the timeline")?;
    let timeline = column(binder, &input, timeline_expr)?;
    check_timeline(timeline_expr, timeline.1.ty())?;
    let constants = bind_constants(binder, call, 2, names, timeline.1.ty())?;
    if let Some(at) = (2..constants.len()).find(|at| constants[*at] <= 0) {
        return Err(invalid(call.required(2 + at, "")?, format!("{} must be positive", names[at])));
    }
    let state_at = 2 + names.len();
    let state = column(binder, &input, call.required(state_at, "the column of states")?)?;
    let sequence = array(binder, call.required(state_at + 1, "the sequence of states")?)?;
    let sequence = sequence.iter().map(|v| v.to_text().into_owned()).collect();
    let typed = |(name, expr): &(String, Expr)| (name.clone(), expr.ty());
    let (timeline_column, state_column) = (typed(&timeline), typed(&state));
    let input = cut(binder, input, vec![id, timeline, state]);
    Ok(Funnel { input, timeline: timeline_column, state: state_column, constants, sequence })
}

fn array(binder: &mut Binder, expr: &ast::Expr) -> Result<Vec<Value<'static>>> {
    let value = binder.constant(expr)?;
    let elements = value.as_dynamic().and_then(|d| d.elements().map(|e| e.into_iter().map(|v| scalar(v).into_owned()).collect()));
    elements.ok_or_else(|| invalid(expr, "an array is expected here"))
}

fn scalar(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Dynamic(d) => d.into_scalar().unwrap_or(Value::Null),
        other => other,
    }
}

fn bind_completion(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let funnel = bind_funnel(binder, &mut call, &["Start", "End", "BinSize"])?;
    let periods_expr = call.required(7, "the periods")?;
    let mut periods = Vec::new();
    for value in array(binder, periods_expr)? {
        let period = position(&value).or_else(|| position(&value.convert(Type::TimeSpan)));
        periods.push(period.ok_or_else(|| invalid(periods_expr, "an array of timespans is expected here"))?);
    }
    let columns =
        [funnel.timeline, (funnel.state.0, Type::String), ("Period".to_owned(), Type::TimeSpan), ("dcount".to_owned(), Type::Long)];
    let transform = Completion { constants: funnel.constants, sequence: funnel.sequence, periods };
    Ok(apply(binder, vec![funnel.input], columns, transform))
}

fn bind_sequence(binder: &mut Binder, mut call: Call<'_>) -> Result<Vec<Relation>> {
    let funnel = bind_funnel(binder, &mut call, &["Start", "End", "MaxSequenceStepWindow", "Step"])?;
    let input = binder.shared(funnel.input)?;
    let mut tables = Vec::new();
    for sides in [[true, true], [true, false], [false, true]] {
        let around = ["prev", "next"].into_iter().zip(sides).filter(|(_, asked)| *asked);
        let mut columns = vec![funnel.timeline.clone()];
        columns.extend(around.map(|(name, _)| (name.to_owned(), funnel.state.1)));
        columns.extend([("dcount".to_owned(), Type::Long), ("samples".to_owned(), Type::Dynamic)]);
        let transform = Around { constants: funnel.constants.clone(), sequence: funnel.sequence.clone(), sides };
        let rows = binder.freshen(&input);
        tables.push(apply(binder, vec![rows], columns, transform));
    }
    Ok(tables)
}

/// One thing that an id did: when, in which row, into which state.
struct Visit {
    time: i64,
    row: u32,
    state: String,
}

/// What each id did between two times, in order.
fn visits(batch: &Batch, start: i64, end: i64) -> Vec<Vec<Visit>> {
    let mut numbers = Numbers::default();
    let mut visits: Vec<Vec<Visit>> = Vec::new();
    for row in 0..batch.rows {
        let Some(time) = position(&batch.columns[1].value(row)).filter(|t| (start..=end).contains(t)) else { continue };
        let id = numbers.of(&batch.columns[0].value(row)) as usize;
        if visits.len() <= id {
            visits.resize_with(id + 1, Vec::new);
        }
        visits[id].push(Visit { time, row: row as u32, state: batch.columns[2].value(row).to_text().into_owned() });
    }
    visits.iter_mut().for_each(|v| v.sort_by_key(|visit| visit.time));
    visits
}

#[derive(Debug)]
struct Completion {
    /// Start, end, size of a bin.
    constants: Vec<i64>,
    sequence: Vec<String>,
    periods: Vec<i64>,
}

impl Transform for Completion {
    fn name(&self) -> &str {
        "funnel_sequence_completion"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let [start, end, size] = [self.constants[0], self.constants[1], self.constants[2]];
        // By bin, step of the sequence and period: the ids.
        let mut reached: BTreeMap<(i64, usize, usize), HashSet<usize>> = BTreeMap::new();
        for (id, visits) in visits(batch, start, end).iter().enumerate() {
            for (first, visit) in visits.iter().enumerate().filter(|(_, v)| self.sequence.first() == Some(&v.state)) {
                for (at, period) in self.periods.iter().enumerate() {
                    for step in 0..self.steps(&visits[first..], *period) {
                        reached.entry((bin(visit.time, start, size), step, at)).or_default().insert(id);
                    }
                }
            }
        }
        let ty = batch.columns[1].ty();
        let columns = vec![
            Column::from_values(ty, reached.keys().map(|(at, ..)| point(ty, *at))),
            Column::from_values(Type::String, reached.keys().map(|(_, step, _)| Value::string(self.sequence[*step].as_str()))),
            Column::from_values(
                Type::TimeSpan,
                reached.keys().map(|(.., period)| Value::TimeSpan(TimeSpan::from_ticks(self.periods[*period]))),
            ),
            Column::from_values(Type::Long, reached.values().map(|ids| Value::Long(ids.len() as i64))),
        ];
        Ok(Batch { columns, rows: reached.len() })
    }
}

impl Completion {
    /// How many states of the sequence come in order within the period after the first visit, which has the first state.
    fn steps(&self, visits: &[Visit], period: i64) -> usize {
        let latest = visits.first().map_or(0, |v| v.time.saturating_add(period));
        let mut done = 0;
        for visit in visits.iter().take_while(|v| v.time <= latest) {
            if self.sequence.get(done) == Some(&visit.state) {
                done += 1;
            }
        }
        done
    }
}

#[derive(Debug)]
struct Around {
    /// Start, end, the longest time between steps, size of a bin.
    constants: Vec<i64>,
    sequence: Vec<String>,
    /// Whether ids are counted by the state before the sequence, and by the one after it.
    sides: [bool; 2],
}

/// So many ids are shown of each row.
const SAMPLES: usize = 128;

impl Transform for Around {
    fn name(&self) -> &str {
        "funnel_sequence"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let [start, end, window, size] = [self.constants[0], self.constants[1], self.constants[2], self.constants[3]];
        // By bin and the states around: a row of each state and the ids.
        type Found = (Option<u32>, Option<u32>, BTreeSet<usize>);
        let mut found: BTreeMap<(i64, String, String), Found> = BTreeMap::new();
        let mut names: HashMap<usize, u32> = HashMap::new();
        for (id, visits) in visits(batch, start, end).iter().enumerate() {
            for first in 0..visits.len() {
                let Some(last) = self.ends(visits, first, window) else { continue };
                let near = |a: &Visit, b: &Visit| b.time.saturating_sub(a.time) <= window;
                let before = first.checked_sub(1).map(|i| &visits[i]).filter(|v| self.sides[0] && near(v, &visits[first]));
                let after = visits.get(last + 1).filter(|v| self.sides[1] && near(&visits[last], v));
                let state = |v: Option<&Visit>| v.map_or_else(String::new, |v| v.state.clone());
                let key = (bin(visits[first].time, start, size), state(before), state(after));
                let entry = found.entry(key).or_insert_with(|| (before.map(|v| v.row), after.map(|v| v.row), BTreeSet::new()));
                entry.2.insert(id);
                names.insert(id, visits[first].row);
            }
        }
        let (ty, state) = (batch.columns[1].ty(), &batch.columns[2]);
        let value = |row: Option<u32>| row.map_or(Value::Null, |row| state.value(row as usize));
        let samples = |ids: &BTreeSet<usize>| {
            let id = |id: &usize| names.get(id).map(|row| Json::from_value(&batch.columns[0].value(*row as usize)));
            Json::Array(ids.iter().take(SAMPLES).filter_map(id).collect()).into_dynamic()
        };
        let mut columns = vec![Column::from_values(ty, found.keys().map(|(at, ..)| point(ty, *at)))];
        if self.sides[0] {
            columns.push(Column::from_values(state.ty(), found.values().map(|(before, ..)| value(*before))));
        }
        if self.sides[1] {
            columns.push(Column::from_values(state.ty(), found.values().map(|(_, after, _)| value(*after))));
        }
        columns.push(Column::from_values(Type::Long, found.values().map(|(.., ids)| Value::Long(ids.len() as i64))));
        columns.push(Column::from_values(Type::Dynamic, found.values().map(|(.., ids)| samples(ids))));
        Ok(Batch { columns, rows: found.len() })
    }
}

impl Around {
    /// The place of the visit that ends the sequence which begins at `first`.
    fn ends(&self, visits: &[Visit], first: usize, window: i64) -> Option<usize> {
        let mut at = first;
        for (step, state) in self.sequence.iter().enumerate() {
            if step > 0 {
                at += 1;
                let gap = visits.get(at)?.time.saturating_sub(visits[at - 1].time);
                if gap > window {
                    return None;
                }
            }
            if visits.get(at)?.state != *state {
                return None;
            }
        }
        (!self.sequence.is_empty()).then_some(at)
    }
}
