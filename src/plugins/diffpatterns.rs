//! `diffpatterns`: combinations of values whose share differs between two sets of rows.

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Relation, Transform};
use crate::value::{Batch, Type, Value};

use super::basket::{weight, wildcard, wildcards};
use super::call::{apply, column_at, columns_of, constant_or, failed, shown};
use super::patterns::{Table, longs, reals};
use super::{Call, Lowering, Plugin};

pub static DIFFPATTERNS: Plugin = Plugin {
    name: "diffpatterns",
    syntax: "T | evaluate diffpatterns(SplitColumn, SplitValueA, SplitValueB [, WeightColumn, Threshold, MaxDimensions, CustomWildcard, …])",
    summary: "Finds the combinations of values that are more common in one of two sets of rows.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(s:string, a:string)['A','x', 'A','x', 'B','y', 'B','x'] | evaluate diffpatterns(s, 'A', 'B') | project CountA, CountB, PercentDiffAB, a",
        "2 | 1 | 50.0 | x\n0 | 1 | 50.0 | y",
    )],
    differs: "Microsoft's choice among patterns is not published: here all are given that differ by the threshold, the largest difference first.",
};

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = shown(call.table(binder)?);
    let split = column_at(binder, &input, call.required(0, "the column that splits the rows")?)?;
    let a = binder.constant(call.required(1, "the value of set A")?)?.to_text().into_owned();
    let b = binder.constant(call.required(2, "the value of set B")?)?.to_text().into_owned();
    let at = |i: usize| call.arguments.get(i).map(|a| &a.value);
    let weight = weight(binder, &input, at(3))?;
    let threshold = constant_or(binder, at(4), Value::Real(0.05))?.as_f64().unwrap_or(0.05);
    let dimensions = constant_or(binder, at(5), Value::Long(5))?.as_i64().filter(|d| *d > 0).map_or(5, |d| d as usize);
    let wildcards = wildcards(binder, &call, 6)?;
    let counts = [("SegmentId", Type::Long), ("CountA", Type::Long), ("CountB", Type::Long)];
    let shares = [("PercentA", Type::Real), ("PercentB", Type::Real), ("PercentDiffAB", Type::Real)];
    let mut columns: Vec<(String, Type)> = counts.iter().chain(&shares).map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
    columns.extend(columns_of(&input));
    Ok(apply(binder, vec![input], columns, Differences { split, a, b, weight, threshold, dimensions, wildcards }))
}

#[derive(Debug)]
struct Differences {
    split: usize,
    a: String,
    b: String,
    weight: Option<usize>,
    threshold: f64,
    dimensions: usize,
    wildcards: Vec<(Type, Value<'static>)>,
}

impl Transform for Differences {
    fn name(&self) -> &str {
        "diffpatterns"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let table = Table::new(batch, self.weight, &[self.split]);
        let sides: Vec<Option<bool>> = batch.columns[self.split]
            .values()
            .map(|v| match v.to_text().as_ref() {
                text if text == self.a => Some(true),
                text if text == self.b => Some(false),
                _ => None,
            })
            .collect();
        let weigh = |rows: &[u32], side: bool| -> i64 {
            rows.iter().filter(|row| sides[**row as usize] == Some(side)).map(|row| table.weights[*row as usize]).sum()
        };
        let all: Vec<u32> = (0..batch.rows as u32).collect();
        let totals = [weigh(&all, true), weigh(&all, false)].map(|total| total.max(1) as f64);
        let shares = |rows: &[u32]| [weigh(rows, true) as f64 / totals[0], weigh(rows, false) as f64 / totals[1]];
        let enough = |rows: &[u32]| shares(rows).iter().any(|share| *share >= self.threshold && *share > 0.0);
        let mut patterns = table.frequent(self.name(), self.dimensions, &enough)?;
        let difference = |rows: &[u32]| {
            let [a, b] = shares(rows);
            (a - b).abs()
        };
        patterns.retain(|p| difference(&p.rows) >= self.threshold);
        patterns.sort_by(|x, y| difference(&y.rows).total_cmp(&difference(&x.rows)).then_with(|| x.items.cmp(&y.items)));
        let chosen: Vec<_> = patterns.iter().collect();
        let percent = |at: usize| reals(chosen.iter().map(|p| shares(&p.rows)[at] * 100.0).collect::<Vec<_>>().into_iter());
        let mut columns = vec![
            longs(0..chosen.len() as i64),
            longs(chosen.iter().map(|p| weigh(&p.rows, true))),
            longs(chosen.iter().map(|p| weigh(&p.rows, false))),
            percent(0),
            percent(1),
            reals(chosen.iter().map(|p| difference(&p.rows) * 100.0)),
        ];
        for (at, source) in batch.columns.iter().enumerate() {
            columns.push(table.column(source, at, &chosen, &wildcard(&self.wildcards, source.ty())));
        }
        Ok(Batch { columns, rows: chosen.len() })
    }
}
