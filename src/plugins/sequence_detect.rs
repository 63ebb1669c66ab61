//! `sequence_detect`: occurrences of events that follow each other in time.

use std::collections::HashSet;

use crate::bind::{Binder, result_name};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expr, Relation, Transform};
use crate::value::{Batch, Column, ColumnBuilder, TimeSpan, Type, Value};

use super::call::{apply, column, cut, failed};
use super::events::{bind_constants, check_timeline, group_rows, point, position};
use super::{Call, Lowering, Plugin};

pub static SEQUENCE_DETECT: Plugin = Plugin {
    name: "sequence_detect",
    syntax: "T | evaluate sequence_detect(TimelineColumn, MaxSequenceStepWindow, MaxSequenceSpan, Expr1, Expr2, … [, Dimension, …])",
    summary: "Finds sequences of rows that meet the conditions one after the other, within a time per step and a time for all.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(t:datetime, e:string)[datetime(2020-01-01), 'a', datetime(2020-01-02), 'b'] | evaluate sequence_detect(t, 2d, 5d, first=(e == 'a'), second=(e == 'b'))",
        "2020-01-01T00:00:00.0000000Z | 2020-01-02T00:00:00.0000000Z | 1.00:00:00",
    )],
    differs: "",
};

/// More sequences than this are refused.
const MAX_SEQUENCES: usize = 1_000_000;

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let timeline_expr = call.required(0, "the column of the timeline")?;
    let timeline = column(binder, &input, timeline_expr)?;
    let ty = timeline.1.ty();
    check_timeline(timeline_expr, ty)?;
    let windows = bind_constants(binder, &call, 1, &["MaxSequenceStepWindow", "MaxSequenceSpan"], ty)?;
    let mut columns: Vec<(String, Expr)> = vec![timeline.clone()];
    let mut steps = Vec::new();
    let mut dimensions = Vec::new();
    for (i, argument) in call.arguments.iter().enumerate().skip(3) {
        let bound = column(binder, &input, &argument.value)?;
        if bound.1.ty() == Type::Bool && dimensions.is_empty() {
            let name = argument.name.as_ref().map(|n| n.name.clone()).or_else(|| result_name(&argument.value)).filter(|n| !n.is_empty());
            let name = name.unwrap_or_else(|| format!("Expr{}", i - 2));
            steps.push(format!("{name}_{}", timeline.0));
            columns.push(bound);
        } else {
            dimensions.push(bound);
        }
    }
    if steps.is_empty() {
        return Err(Diagnostic::error(Code::ARGUMENT_COUNT, call.span, "a sequence needs at least one condition"));
    }
    let mut result: Vec<(String, Type)> = dimensions.iter().map(|(name, expr)| (name.clone(), expr.ty())).collect();
    let transform = Sequences { steps: steps.len(), step_window: windows[0], span: windows[1] };
    result.extend(steps.into_iter().map(|name| (name, ty)));
    result.push(("Duration".to_owned(), Type::TimeSpan));
    columns.extend(dimensions);
    let input = cut(binder, input, columns);
    Ok(apply(binder, vec![input], result, transform))
}

#[derive(Debug)]
struct Sequences {
    steps: usize,
    step_window: i64,
    span: i64,
}

impl Transform for Sequences {
    fn name(&self) -> &str {
        "sequence_detect"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let dimensions = &batch.columns[1 + self.steps..];
        let mut groups: Vec<(u32, Vec<(i64, u32)>)> = Vec::new();
        for (row, group) in group_rows(dimensions, batch.rows).into_iter().enumerate() {
            if group == groups.len() {
                groups.push((row as u32, Vec::new()));
            }
            if let Some(at) = position(&batch.columns[0].value(row)) {
                groups[group].1.push((at, row as u32));
            }
        }
        let mut found: Vec<(u32, Vec<i64>)> = Vec::new();
        for (first, mut points) in groups {
            points.sort();
            for times in self.group(batch, &points, MAX_SEQUENCES.saturating_sub(found.len()))? {
                found.push((first, times));
            }
        }
        found.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        Ok(self.assemble(batch, &found))
    }
}

impl Sequences {
    /// The times of every sequence among rows in order: each step lies after the one before.
    fn group(&self, batch: &Batch, points: &[(i64, u32)], limit: usize) -> Result<HashSet<Vec<i64>>> {
        let meets = |step: usize, row: u32| matches!(batch.columns[1 + step].value(row as usize), Value::Bool(true));
        let mut found = HashSet::new();
        // (the place of the last row, the times so far)
        let mut open: Vec<(usize, Vec<i64>)> =
            points.iter().enumerate().filter(|(_, (_, row))| meets(0, *row)).map(|(i, (at, _))| (i, vec![*at])).collect();
        while let Some((last, times)) = open.pop() {
            if times.len() == self.steps {
                found.insert(times);
                if found.len() > limit {
                    return Err(failed("sequence_detect", format!("more than {MAX_SEQUENCES} sequences: narrow the windows")));
                }
                continue;
            }
            let latest = points[last].0.saturating_add(self.step_window).min(times[0].saturating_add(self.span));
            for (i, (at, row)) in points.iter().enumerate().skip(last + 1).take_while(|(_, (at, _))| *at <= latest) {
                if meets(times.len(), *row) {
                    let mut longer = times.clone();
                    longer.push(*at);
                    open.push((i, longer));
                }
            }
            if open.len() > 4 * MAX_SEQUENCES {
                return Err(failed("sequence_detect", "too many sequences: narrow the windows"));
            }
        }
        Ok(found)
    }

    fn assemble(&self, batch: &Batch, found: &[(u32, Vec<i64>)]) -> Batch {
        let firsts = arrow::array::UInt32Array::from_iter_values(found.iter().map(|(row, _)| *row));
        let ty = batch.columns[0].ty();
        let mut columns: Vec<Column> = batch.columns[1 + self.steps..].iter().map(|c| c.take(&firsts)).collect();
        for step in 0..self.steps {
            columns.push(Column::from_values(ty, found.iter().map(|(_, times)| point(ty, times[step]))));
        }
        let mut duration = ColumnBuilder::new(Type::TimeSpan, found.len());
        for (_, times) in found {
            let length = times.last().unwrap_or(&0).saturating_sub(times.first().copied().unwrap_or(0));
            duration.push(Value::TimeSpan(TimeSpan::from_ticks(length)));
        }
        columns.push(duration.finish());
        Batch { columns, rows: found.len() }
    }
}
