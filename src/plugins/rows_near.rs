//! `rows_near`: the rows around those that meet a condition.

use arrow::array::BooleanArray;

use crate::bind::{Binder, Projected};
use crate::diagnostic::Result;
use crate::plan::{Relation, Transform};
use crate::value::{Batch, Value};

use super::call::{apply, columns_of, failed, shown};
use super::{Call, Lowering, Plugin};

pub static ROWS_NEAR: Plugin = Plugin {
    name: "rows_near",
    syntax: "T | evaluate rows_near(Condition, NumRows [, NumRowsAfter])",
    summary: "Keeps the rows that meet a condition and a number of rows before and after them.",
    lowering: Lowering::Bind(bind),
    examples: &[("range x from 1 to 9 step 1 | evaluate rows_near(x == 5, 1, 2)", "4\n5\n6\n7")],
    differs: "",
};

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = shown(call.table(binder)?);
    let condition = call.required(0, "the condition")?;
    let before = binder.constant_usize(call.required(1, "the number of rows")?)?;
    let after = match call.arguments.get(2) {
        Some(argument) => binder.constant_usize(&argument.value)?,
        None => before,
    };
    call.at_most(3)?;
    let columns = columns_of(&input);
    let (ordered, outputs) = (input.ordered, input.outputs.clone());
    let (input, condition) = binder.over(input, |binder| binder.predicate(condition))?;
    let mut projected = Projected::keep(&outputs);
    projected.items.push((binder.output("", condition.ty()), condition));
    let flagged = projected.relation(input);
    let result = apply(binder, vec![flagged], columns, RowsNear { before, after });
    Ok(Relation { ordered, ..result })
}

#[derive(Debug)]
struct RowsNear {
    before: usize,
    after: usize,
}

impl Transform for RowsNear {
    fn name(&self) -> &str {
        "rows_near"
    }

    fn apply(&self, mut inputs: Vec<Batch>) -> Result<Batch> {
        let Some(mut batch) = inputs.pop() else { return Err(failed(self.name(), "it takes one table")) };
        let Some(condition) = batch.columns.pop() else { return Ok(batch) };
        let mut keep = vec![false; batch.rows];
        let mut done = 0;
        for row in (0..batch.rows).filter(|row| matches!(condition.value(*row), Value::Bool(true))) {
            let end = row.saturating_add(self.after).saturating_add(1).min(batch.rows);
            let start = row.saturating_sub(self.before).max(done);
            keep[start.min(end)..end].fill(true);
            done = end;
        }
        Ok(batch.filter(&BooleanArray::from(keep)))
    }
}
