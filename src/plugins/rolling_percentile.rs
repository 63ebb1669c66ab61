//! `rolling_percentile`: a percentile over a window of bins that moves along an index.

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Relation, Transform};
use crate::value::{Batch, Type, Value};

use super::call::{apply, column, cut, failed, invalid};
use super::events::{assemble, bin, check_timeline, group_rows, position};
use super::{Call, Lowering, Plugin};

pub static ROLLING_PERCENTILE: Plugin = Plugin {
    name: "rolling_percentile",
    syntax: "T | evaluate rolling_percentile(ValueColumn, Percentile, IndexColumn, BinSize, BinsPerWindow [, Dimension, …])",
    summary: "Gives a percentile of the values in the last bins, for each bin of an index.",
    lowering: Lowering::Bind(bind),
    examples: &[("range i from 0 to 5 step 1 | extend v = i * 10 | evaluate rolling_percentile(v, 50, i, 2, 2)", "0 | 0\n2 | 10\n4 | 30")],
    differs: "",
};

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let value = column(binder, &input, call.required(0, "the column of values")?)?;
    let percentile_expr = call.required(1, "the percentile")?;
    let percentile = binder.constant(percentile_expr)?;
    let Some(percent) = percentile.as_f64().filter(|p| (0.0..=100.0).contains(p)) else {
        return Err(invalid(percentile_expr, "a percentile lies between 0 and 100"));
    };
    let index_expr = call.required(2, "the index column")?;
    let index = column(binder, &input, index_expr)?;
    check_timeline(index_expr, index.1.ty())?;
    let size_expr = call.required(3, "the size of a bin")?;
    let size = position(&binder.constant(size_expr)?).filter(|s| *s > 0);
    let size = size.ok_or_else(|| invalid(size_expr, "a positive size is expected here"))?;
    let bins_expr = call.required(4, "the number of bins in a window")?;
    let bins = binder.constant(bins_expr)?.as_i64().filter(|b| *b > 0);
    let bins = bins.ok_or_else(|| invalid(bins_expr, "a positive number is expected here"))?;
    let name = format!("rolling_{bins}_percentile_{}_{}", value.0, percentile.to_text());
    let ty = value.1.ty();
    let mut columns = vec![value, index];
    for argument in call.arguments.iter().skip(5) {
        columns.push(column(binder, &input, &argument.value)?);
    }
    let mut result: Vec<(String, Type)> = columns.iter().skip(1).map(|(name, expr)| (name.clone(), expr.ty())).collect();
    result.push((name, ty));
    let input = cut(binder, input, columns);
    Ok(apply(binder, vec![input], result, Rolling { percent, size, bins }))
}

#[derive(Debug)]
struct Rolling {
    percent: f64,
    size: i64,
    bins: i64,
}

impl Transform for Rolling {
    fn name(&self) -> &str {
        "rolling_percentile"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let mut groups: Vec<(u32, Vec<(i64, u32)>)> = Vec::new();
        for (row, group) in group_rows(&batch.columns[2..], batch.rows).into_iter().enumerate() {
            if group == groups.len() {
                groups.push((row as u32, Vec::new()));
            }
            if let Some(at) = position(&batch.columns[1].value(row))
                && !batch.columns[0].value(row).is_null()
            {
                groups[group].1.push((bin(at, 0, self.size), row as u32));
            }
        }
        let mut rows = Vec::new();
        for (first, points) in groups {
            rows.extend(self.group(batch, points).into_iter().map(|(at, value)| (at, first, vec![value])));
        }
        rows.sort_by_key(|(at, first, _)| (*at, *first));
        Ok(assemble(batch, 1, rows, &[batch.columns[0].ty()]))
    }
}

impl Rolling {
    /// The windows that end with each bin in which there are values.
    fn group(&self, batch: &Batch, mut points: Vec<(i64, u32)>) -> Vec<(i64, Value<'static>)> {
        points.sort();
        let mut rows = Vec::new();
        let mut end = 0;
        while end < points.len() {
            let at = points[end].0;
            end += points[end..].partition_point(|p| p.0 == at);
            let from = at.saturating_sub(self.size.saturating_mul(self.bins - 1));
            let start = points[..end].partition_point(|p| p.0 < from);
            let mut window: Vec<u32> = points[start..end].iter().map(|p| p.1).collect();
            let rank = (self.percent / 100.0 * window.len() as f64).ceil().max(1.0) as usize;
            let at_rank = rank.min(window.len()) - 1;
            let order = |a: &u32, b: &u32| batch.columns[0].value(*a as usize).compare(&batch.columns[0].value(*b as usize));
            let (_, chosen, _) = window.select_nth_unstable_by(at_rank, order);
            rows.push((at, batch.columns[0].value(*chosen as usize).into_owned()));
        }
        rows
    }
}
