//! The streaming steps without state: filter and project.

use arrow::array::BooleanArray;

use crate::diagnostic::Result;
use crate::plan::{ColumnId, Context, Expr, Operand};
use crate::value::{Batch, Value};

use super::expression::{Compiled, Layout};
use super::pipeline::Step;

/// Keeps the rows where every conjunct is true. Later conjuncts see only what earlier ones kept.
pub struct FilterStep {
    conjuncts: Vec<Compiled>,
}

impl FilterStep {
    pub fn new(predicate: &Expr, layout: &Layout, context: &Context) -> Result<FilterStep> {
        let mut parts = Vec::new();
        conjuncts(predicate, &mut parts);
        Ok(FilterStep { conjuncts: parts.into_iter().map(|p| Compiled::new(p, layout, context)).collect::<Result<_>>()? })
    }
}

/// Splits `a and b and c`.
pub fn conjuncts<'e>(predicate: &'e Expr, into: &mut Vec<&'e Expr>) {
    let mut stack = vec![predicate];
    while let Some(expr) = stack.pop() {
        match expr {
            Expr::Call { function, arguments, .. } if function.name == "and" => stack.extend(arguments.iter().rev()),
            other => into.push(other),
        }
    }
}

/// The rows where a predicate is true; null counts as false.
pub fn mask(predicate: &Compiled, batch: &Batch) -> BooleanArray {
    match predicate.evaluate(batch) {
        Operand::Constant(value, _) => BooleanArray::from(vec![matches!(value, Value::Bool(true)); batch.rows]),
        Operand::Column(column) => column.bools().clone(),
    }
}

impl Step for FilterStep {
    fn apply(&self, mut batch: Batch) -> Result<Batch> {
        for conjunct in &self.conjuncts {
            if batch.rows == 0 {
                break;
            }
            let mask = mask(conjunct, &batch);
            if mask.true_count() < batch.rows {
                batch = batch.filter(&mask);
            }
        }
        Ok(batch)
    }
}

/// Computes the columns of a `Project`.
pub struct ProjectStep {
    columns: Vec<Compiled>,
}

impl ProjectStep {
    pub fn new(columns: &[(ColumnId, Expr)], layout: &Layout, context: &Context) -> Result<ProjectStep> {
        Ok(ProjectStep { columns: columns.iter().map(|(_, e)| Compiled::new(e, layout, context)).collect::<Result<_>>()? })
    }
}

impl Step for ProjectStep {
    fn apply(&self, batch: Batch) -> Result<Batch> {
        let columns = self.columns.iter().map(|c| c.column(&batch)).collect();
        Ok(Batch { columns, rows: batch.rows })
    }
}
