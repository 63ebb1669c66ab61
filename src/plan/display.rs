//! Plans as text, for `kalypso explain` and for tests: a line per relation, inputs indented.

use std::fmt;

use crate::value::PathStep;

use super::{Expr, Parts, Relation, RelationKind};

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(self, f, 0)
    }
}

fn line(relation: &Relation, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    write!(f, "{:indent$}", "", indent = depth * 2)?;
    match &relation.kind {
        RelationKind::Scan { table, columns, predicate } => {
            let columns: Vec<String> = columns.iter().map(|c| format!("#{}={}{}:{}", c.id.0, c.column, steps(&c.steps), c.ty)).collect();
            write!(f, "Scan {} [{}]", if table.is_empty() { "(all records)" } else { table }, columns.join(", "))?;
            if let Some(predicate) = predicate {
                write!(f, " where {predicate}")?;
            }
        }
        RelationKind::Values(batches) => write!(f, "Values {} rows", batches.iter().map(|b| b.rows).sum::<usize>())?,
        RelationKind::Series(series) => write!(f, "Series {} rows", series.rows)?,
        RelationKind::Group => write!(f, "Group")?,
        RelationKind::Filter { predicate, .. } => write!(f, "Filter {predicate}")?,
        RelationKind::Project { columns, .. } => {
            let columns: Vec<String> = columns.iter().map(|(id, e)| format!("#{}={e}", id.0)).collect();
            write!(f, "Project {}", columns.join(", "))?;
        }
        RelationKind::Aggregate { keys, calls, .. } => {
            let keys: Vec<String> = keys.iter().map(|(id, e)| format!("#{}={e}", id.0)).collect();
            let calls: Vec<String> = calls.iter().map(|c| format!("{}({})", c.aggregate.name, list(&c.arguments))).collect();
            write!(f, "Aggregate by [{}]: {}", keys.join(", "), calls.join(", "))?;
        }
        RelationKind::Sort { keys, limit, .. } => {
            let keys: Vec<String> = keys.iter().map(|k| format!("{} {}", k.expr, if k.descending { "desc" } else { "asc" })).collect();
            write!(f, "Sort {}", keys.join(", "))?;
            if let Some(limit) = limit {
                write!(f, ", first {limit}")?;
            }
        }
        RelationKind::Limit { count, .. } => write!(f, "Limit {count}")?,
        RelationKind::Join { kind, on, .. } => {
            let on: Vec<String> = on.iter().map(|(l, r)| format!("{l} = {r}")).collect();
            write!(f, "Join {kind:?} on {}", on.join(", "))?;
        }
        RelationKind::Union { .. } => write!(f, "Union")?,
        RelationKind::Unnest { columns, .. } => {
            let columns: Vec<String> = columns.iter().map(|c| format!("#{}={}:{}", c.output.0, c.source, c.ty)).collect();
            write!(f, "Unnest {}", columns.join(", "))?;
        }
        RelationKind::Window { calls, .. } => {
            let calls: Vec<String> = calls.iter().map(|c| format!("#{}={}({})", c.output.0, c.function.name, list(&c.arguments))).collect();
            write!(f, "Window {}", calls.join(", "))?;
        }
        RelationKind::Partition { parts: Parts::Keys(keys), .. } => write!(f, "Partition by {}", list(keys))?,
        RelationKind::Partition { parts: Parts::Elements(_), .. } => write!(f, "Partition by row")?,
        RelationKind::Apply { transform, .. } => write!(f, "Apply {}", transform.name())?,
    }
    writeln!(f)?;
    relation.inputs().into_iter().try_for_each(|input| line(input, f, depth + 1))
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
}

fn steps(steps: &[PathStep]) -> String {
    let one = |step: &PathStep| match step {
        PathStep::Key(key) => format!(".{key}"),
        PathStep::Index(index) => format!("[{index}]"),
    };
    steps.iter().map(one).collect()
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Column { id, .. } => write!(f, "#{}", id.0),
            Expr::Constant { value, .. } => match value.as_str() {
                Some(text) => write!(f, "{text:?}"),
                None if value.is_null() => write!(f, "null"),
                None => write!(f, "{}", value.to_text()),
            },
            Expr::Call { function, arguments, .. } => write!(f, "{}({})", function.name, list(arguments)),
            Expr::Path { base, steps: path } => write!(f, "{base}{}", steps(path)),
        }
    }
}
