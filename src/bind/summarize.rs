//! `summarize` and what is built on it: keys, aggregates inside expressions, names of the results.

use crate::aggregates;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{AggregateCall, ColumnId, Expr, Output, Relation, RelationKind};
use crate::syntax::ast::{self, Argument, ExprKind, NamedExpr};
use crate::value::{Type, Value};

use super::names::result_name;
use super::projection::{Projected, Projection, referenced};
use super::{Binder, Row};

/// The keys of a `by` clause and what they group.
pub struct Keys {
    pub columns: Vec<(Output, Expr)>,
}

impl Binder<'_> {
    /// `input | summarize aggregates by keys`.
    pub fn summarize(&mut self, input: Relation, list: &[NamedExpr], by: &[NamedExpr]) -> Result<Relation> {
        let columns = input.outputs.clone();
        let (keys, calls, projected) = self.with_row(&columns, |binder| {
            let outer_windows = binder.windows.take();
            let outer_aggregates = binder.aggregates.take();
            let bound = binder.keys_and_aggregates(list, by);
            binder.windows = outer_windows;
            binder.aggregates = outer_aggregates;
            bound
        })?;
        Ok(aggregate(input, keys, calls, projected))
    }

    fn keys_and_aggregates(&mut self, list: &[NamedExpr], by: &[NamedExpr]) -> Result<(Keys, Vec<AggregateCall>, Projected)> {
        let mut keys = Projected::default();
        self.project(by, &mut keys, Projection::Project)?;
        for ((output, _), written) in keys.items.iter().zip(by) {
            if output.ty == Type::Dynamic {
                let error =
                    Diagnostic::error(Code::UNTYPED, written.value.span, format!("cannot group by `{}`: it is dynamic", output.name));
                return Err(error.help("convert it, for instance with `tostring(…)`"));
            }
        }
        let mut projected = Projected::default();
        for (output, _) in &keys.items {
            projected.add(output.clone(), Expr::Column { id: output.id, ty: output.ty });
        }
        let mut calls = Vec::new();
        for (i, item) in list.iter().enumerate() {
            self.aggregate_item(item, i, &keys, &mut calls, &mut projected)?;
        }
        Ok((Keys { columns: keys.items }, calls, projected))
    }

    fn aggregate_item(
        &mut self,
        item: &NamedExpr,
        position: usize,
        keys: &Projected,
        calls: &mut Vec<AggregateCall>,
        into: &mut Projected,
    ) -> Result<()> {
        if let ExprKind::Call { name, arguments } = &item.value.kind
            && let Some(aggregate) = aggregates::find(&name.name)
            && has_several(&name.name)
        {
            let (arguments, names) = self.several(&name.name, arguments, keys)?;
            let bound = arguments;
            let (call, _) = self.aggregate_of(aggregate, &name.name, bound, &[], item.value.span)?;
            let outputs = call.outputs.clone();
            if let Some((id, ty)) = outputs.first() {
                self.observe(&item.value, &Expr::Column { id: *id, ty: *ty });
            }
            calls.push(call);
            return self.several_results(item, &outputs, names, into);
        }
        let (new_calls, expr) = self.aggregating(|binder| binder.scalar(&item.value))?;
        self.only_aggregates(&expr, &new_calls, item)?;
        calls.extend(new_calls);
        let given = item.names.first();
        if item.names.len() > 1 {
            return Err(Diagnostic::error(
                Code::INVALID_ARGUMENT,
                item.value.span,
                "only an aggregate with several results can be given several names",
            ));
        }
        let name = match given {
            Some(name) => name.name.clone(),
            None => result_name(&item.value).filter(|n| !n.is_empty()).unwrap_or_else(|| format!("Column{}", position + 1)),
        };
        let output = self.output(name, expr.ty());
        match given {
            Some(name) => into.declare(output, expr, false, name.span),
            None => {
                into.add(output, expr);
                Ok(())
            }
        }
    }

    /// Columns may only be read inside of aggregates.
    fn only_aggregates(&self, expr: &Expr, calls: &[AggregateCall], item: &NamedExpr) -> Result<()> {
        let made = |id: &ColumnId| calls.iter().any(|c| c.outputs.iter().any(|(o, _)| o == id));
        let mut stray = None;
        expr.walk(&mut |e| {
            if let Expr::Column { id, .. } = e
                && !made(id)
            {
                stray = Some(*id);
            }
        });
        let Some(id) = stray else { return Ok(()) };
        let named = self.row.columns.iter().find(|c| c.id == id).map(|c| c.name.clone()).filter(|name| !name.is_empty());
        // A name that no column has is part of the record, which has none.
        let name = named.or_else(|| result_name(&item.value)).unwrap_or_default();
        let error = Diagnostic::error(Code::AGGREGATE_CONTEXT, item.value.span, format!("`{name}` is neither aggregated nor a key"));
        Err(match aggregates::find(&name) {
            Some(_) => error.help(format!("`{name}` is a function: call it with parentheses")),
            None => error.help(format!("put it behind `by`, or take one value of each group with `take_any({name})`")),
        })
    }

    /// Arguments with `*` expanded, and the names of the results.
    fn several(&mut self, name: &str, arguments: &[Argument], keys: &Projected) -> Result<(Vec<Expr>, Vec<String>)> {
        let keyed: Vec<ColumnId> = keys.items.iter().filter_map(|(_, e)| referenced(e, &self.row).map(|c| c.id)).collect();
        let row = Row { columns: self.row.columns.clone(), right: None };
        let outer = self.aggregates.take();
        let mut bound: Vec<Expr> = Vec::new();
        let mut names = Vec::new();
        let is_arg = is_arg(name);
        let primary = arguments.first().and_then(|a| result_name(&a.value));
        for (i, argument) in arguments.iter().enumerate() {
            if matches!(&argument.value.kind, ExprKind::Wildcard(w) if w == "*") {
                for column in row.columns.iter().filter(|c| !c.name.is_empty()) {
                    let there = bound.iter().any(|e| matches!(e, Expr::Column { id, .. } if *id == column.id));
                    if !there && !keyed.contains(&column.id) {
                        bound.push(Expr::Column { id: column.id, ty: column.ty });
                        names.push(prefixed(name, &column.name, i, primary.as_deref()));
                    }
                }
                continue;
            }
            let expr = self.scalar(&argument.value)?;
            let own = argument.name.as_ref().map(|n| n.name.clone()).or_else(|| result_name(&argument.value));
            let own = own.filter(|n| !n.is_empty()).unwrap_or_else(|| unnamed(name, i, primary.as_deref()));
            names.push(if argument.name.is_some() { own } else { prefixed(name, &own, i, primary.as_deref()) });
            bound.push(expr);
        }
        self.aggregates = outer;
        if is_arg || is_any(name) {
            return Ok((bound, names));
        }
        // percentile(s): a column per percentile asked for.
        let given = arguments.first().and_then(|a| a.name.as_ref().map(|n| n.name.clone()));
        let value = given.or(primary).unwrap_or_default();
        let first = if name.ends_with('w') || name.contains("sw") { 2 } else { 1 };
        let names = bound.iter().skip(first).map(|p| format!("percentile_{value}_{}", number_name(p))).collect();
        Ok((bound, names))
    }

    fn several_results(&mut self, item: &NamedExpr, outputs: &[(ColumnId, Type)], names: Vec<String>, into: &mut Projected) -> Result<()> {
        if item.names.len() > outputs.len() {
            let message = format!("the aggregate has {} results, but {} names are given", outputs.len(), item.names.len());
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, item.value.span, message));
        }
        for (i, (id, ty)) in outputs.iter().enumerate() {
            let expr = Expr::Column { id: *id, ty: *ty };
            match item.names.get(i) {
                Some(given) => {
                    let output = self.output(given.name.clone(), *ty);
                    into.declare(output, expr, false, given.span)?;
                }
                None => {
                    let output = self.output(names.get(i).cloned().unwrap_or_default(), *ty);
                    into.add(output, expr);
                }
            }
        }
        Ok(())
    }

    /// `input | distinct columns`.
    pub fn distinct(&mut self, input: Relation, list: &[NamedExpr]) -> Result<Relation> {
        let columns = input.outputs.clone();
        let mut keys = Projected::default();
        self.with_row(&columns, |binder| binder.project(list, &mut keys, Projection::Project))?;
        let projected = Projected::keep(&keys.items.iter().map(|(o, _)| o.clone()).collect::<Vec<_>>());
        Ok(aggregate(input, Keys { columns: keys.items }, Vec::new(), projected))
    }
}

/// An `Aggregate` with a `Project` on top that computes the asked-for columns from keys and results.
pub fn aggregate(input: Relation, keys: Keys, calls: Vec<AggregateCall>, projected: Projected) -> Relation {
    let mut outputs: Vec<Output> = keys.columns.iter().map(|(o, _)| o.clone()).collect();
    for (id, ty) in calls.iter().flat_map(|c| &c.outputs) {
        outputs.push(Output { id: *id, name: String::new(), ty: *ty });
    }
    let keys = keys.columns.into_iter().map(|(o, e)| (o.id, e)).collect();
    let relation = Relation { outputs, ordered: false, kind: RelationKind::Aggregate { input: Box::new(input), keys, calls } };
    projected.relation(relation)
}

fn is_arg(name: &str) -> bool {
    matches!(name, "arg_max" | "arg_min" | "argmax" | "argmin")
}

fn is_any(name: &str) -> bool {
    matches!(name, "take_any" | "any")
}

fn has_several(name: &str) -> bool {
    is_arg(name) || is_any(name) || matches!(name, "percentile" | "percentiles" | "percentilew" | "percentilesw")
}

fn prefixed(function: &str, column: &str, position: usize, primary: Option<&str>) -> String {
    match function {
        "any" => format!("any_{column}"),
        "argmax" if position == 0 => format!("max_{column}"),
        "argmin" if position == 0 => format!("min_{column}"),
        "argmax" => format!("max_{}_{column}", primary.unwrap_or_default()),
        "argmin" => format!("min_{}_{column}", primary.unwrap_or_default()),
        _ => column.to_owned(),
    }
}

fn unnamed(function: &str, position: usize, primary: Option<&str>) -> String {
    let prefix = match function {
        "arg_max" | "argmax" => "max",
        "arg_min" | "argmin" => "min",
        other => return format!("{other}_arg{position}"),
    };
    match position {
        0 => format!("{prefix}_"),
        _ => format!("{prefix}_{}_arg{position}", primary.unwrap_or_default()),
    }
}

/// `5`, `99_9`: a number as part of a column's name.
fn number_name(expr: &Expr) -> String {
    match expr.as_constant() {
        Some(Value::Real(v)) => format!("{v}").replace('.', "_"),
        Some(value) => value.to_text().replace('.', "_"),
        None => String::new(),
    }
}

/// An expression as a list item without a name.
pub fn bare(value: ast::Expr) -> NamedExpr {
    NamedExpr { names: Vec::new(), value }
}
