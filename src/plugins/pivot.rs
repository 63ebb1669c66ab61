//! `pivot`: the values of a column become columns, with an aggregate in each cell.

use crate::aggregates;
use crate::bind::{Binder, Keys, Projected, aggregate};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{AggregateCall, Expr, Output, Relation};
use crate::syntax::ast::ExprKind;
use crate::value::{Type, Value};

use super::call::named_column;
use super::{Call, Lowering, Plugin};

pub static PIVOT: Plugin = Plugin {
    name: "pivot",
    syntax: "T | evaluate pivot(PivotColumn [, AggregateFunction] [, Column, …]) [: OutputSchema]",
    summary: "Turns the values of a column into columns that hold an aggregate (by default a count) per row of the other columns.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "datatable(u:string, a:string)['A','x', 'A','y', 'A','y', 'B','x'] | evaluate pivot(a) | sort by u asc",
        "A | 1 | 2\nB | 1 | 0",
    )],
    differs: "",
};

/// More distinct values than this are refused.
const MAX_COLUMNS: usize = 2_000;

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = super::call::shown(call.table(binder)?);
    let pivot = named_column(binder, &input, call.required(0, "the column whose values become columns")?)?;
    if pivot.ty == Type::Dynamic {
        return Err(Diagnostic::error(Code::ARGUMENT_TYPE, call.span, format!("cannot pivot by `{}`: it is dynamic", pivot.name))
            .help("convert it first, for instance with `tostring(…)`"));
    }
    let (cell, aggregated) = cell(binder, &input, &call)?;
    let mut keys = Vec::new();
    for argument in call.arguments.iter().skip(2) {
        keys.push(named_column(binder, &input, &argument.value)?);
    }
    if keys.is_empty() {
        keys = input.outputs.iter().filter(|o| o.id != pivot.id && Some(o.id) != aggregated).cloned().collect();
    }
    let declared = call.schema.take();
    let names = match &declared {
        Some((columns, _)) => {
            // Columns of the schema that are keys stay keys; the others are values of the pivot column.
            let is_key = |name: &str| keys.iter().any(|k| k.name == name);
            let values = columns.iter().map(|c| c.name.name.clone()).filter(|n| !is_key(n));
            values.map(|n| (Value::string(n.clone()), n)).collect()
        }
        None => match values(binder, &input, &pivot)? {
            Some(values) => values,
            None => return Ok(unknown(binder, input, keys)),
        },
    };
    if names.len() > MAX_COLUMNS {
        let message = format!("`{}` has {} values, at most {MAX_COLUMNS} can be columns", pivot.name, names.len());
        return Err(Diagnostic::error(Code::RUNTIME, call.span, message));
    }
    spread(binder, input, &pivot, keys, cell, names, call.span)
}

/// The aggregate of the cells, and the column it reads, which is no key.
fn cell(binder: &mut Binder, input: &Relation, call: &Call<'_>) -> Result<(AggregateCall, Option<crate::plan::ColumnId>)> {
    let count = aggregates::find("count");
    let written = call.arguments.get(1).map(|a| &a.value);
    let (aggregate, name, arguments, span) = match written.map(|e| (&e.kind, e.span)) {
        None => (count, "count", &[][..], call.span),
        Some((ExprKind::Call { name, arguments }, span)) => (aggregates::find(&name.name), name.name.as_str(), arguments.as_slice(), span),
        Some((_, span)) => return Err(not_aggregate(span)),
    };
    let Some(aggregate) = aggregate else { return Err(not_aggregate(span)) };
    let (bound, _) = binder.with_row(&input.outputs, |binder| binder.aggregate_call(aggregate, name, arguments, span))?;
    let read = match bound.arguments.first() {
        Some(Expr::Column { id, .. }) => Some(*id),
        _ => None,
    };
    Ok((bound, read))
}

fn not_aggregate(span: Span) -> Box<Diagnostic> {
    Diagnostic::error(Code::AGGREGATE_CONTEXT, span, "an aggregate is expected here, such as `count()` or `sum(Column)`")
}

/// The distinct values of the pivot column and the names they give, in order of the names.
fn values(binder: &mut Binder, input: &Relation, pivot: &Output) -> Result<Option<Vec<(Value<'static>, String)>>> {
    let column = Expr::Column { id: pivot.id, ty: pivot.ty };
    let mut key = Projected::default();
    let output = binder.output(pivot.name.clone(), pivot.ty);
    let kept = Projected::keep(std::slice::from_ref(&output));
    key.items.push((output, column));
    let relation = aggregate(input.clone(), Keys { columns: key.items }, Vec::new(), kept);
    let Some(batch) = binder.evaluate(&relation, Default::default())? else { return Ok(None) };
    let mut values: Vec<(Value<'static>, String)> =
        batch.columns[0].values().map(|v| v.into_owned()).map(|v| (v.clone(), v.to_text().into_owned())).collect();
    values.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(Some(values))
}

/// Without data: the keys, and any other name as a dynamic.
fn unknown(binder: &mut Binder, input: Relation, keys: Vec<Output>) -> Relation {
    let mut projected = Projected::keep(&keys);
    let open = binder.output("", Type::Dynamic);
    projected.items.push((open, Expr::null(Type::Dynamic)));
    projected.relation(input)
}

fn spread(
    binder: &mut Binder,
    input: Relation,
    pivot: &Output,
    keys: Vec<Output>,
    cell: AggregateCall,
    values: Vec<(Value<'static>, String)>,
    span: Span,
) -> Result<Relation> {
    let mut columns = Vec::new();
    let mut projected = Projected::default();
    for key in &keys {
        let output = binder.output(key.name.clone(), key.ty);
        projected.items.push((output.clone(), Expr::Column { id: output.id, ty: output.ty }));
        columns.push((output, Expr::Column { id: key.id, ty: key.ty }));
    }
    let mut calls = Vec::new();
    for (value, name) in values {
        let same = matches_value(binder, pivot, value, span)?;
        let filter = match &cell.filter {
            Some(filter) => binder.internal("and", vec![filter.clone(), same], Type::Bool, span)?,
            None => same,
        };
        let outputs = cell.outputs.iter().map(|(_, ty)| (binder.fresh(), *ty)).collect::<Vec<_>>();
        if let Some((id, ty)) = outputs.first() {
            let name = if name.is_empty() { "Column1".to_owned() } else { name };
            projected.add(binder.output(name, *ty), Expr::Column { id: *id, ty: *ty });
        }
        calls.push(AggregateCall { filter: Some(filter), outputs, ..cell.clone() });
    }
    Ok(aggregate(input, Keys { columns }, calls, projected))
}

fn matches_value(binder: &mut Binder, pivot: &Output, value: Value<'static>, span: Span) -> Result<Expr> {
    let column = Expr::Column { id: pivot.id, ty: pivot.ty };
    match value {
        Value::Null => binder.built_in_call("isnull", vec![column], span),
        // A name of a schema stands for the value that is written like it.
        Value::String(text) if pivot.ty != Type::String => {
            let shown = crate::bind::convert(column, Type::String);
            binder.internal("==", vec![shown, Expr::constant(Type::String, Value::String(text))], Type::Bool, span)
        }
        value => binder.internal("==", vec![column, Expr::constant(pivot.ty, value)], Type::Bool, span),
    }
}
