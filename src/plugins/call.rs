//! What a plugin asks of its call: the input, the arguments by place or by name, columns, constants.

use std::sync::Arc;

use crate::bind::{Binder, Projected, make_unique, result_name};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expr, Output, Relation, RelationKind, Transform};
use crate::syntax::ast::{self, Argument};
use crate::value::{Type, Value};

use super::Call;

impl<'a> Call<'a> {
    /// The table on the left; at the head of a query, all records.
    pub fn table(&mut self, binder: &mut Binder) -> Result<Relation> {
        binder.require_input(self.input.take(), self.span)
    }

    /// The arguments without those that are named as one of the options.
    pub fn positional(&self, options: &[&str]) -> Vec<&'a Argument> {
        self.arguments.iter().filter(|a| !options.iter().any(|o| is_named(a, o))).collect()
    }

    /// The argument that is written `name = value`.
    pub fn named(&self, name: &str) -> Option<&'a ast::Expr> {
        self.arguments.iter().find(|a| is_named(a, name)).map(|a| &a.value)
    }

    /// The argument at a place, which must be there.
    pub fn required(&self, at: usize, what: &str) -> Result<&'a ast::Expr> {
        match self.arguments.get(at) {
            Some(argument) => Ok(&argument.value),
            None => Err(Diagnostic::error(Code::ARGUMENT_COUNT, self.span, format!("the argument {} is missing: {what}", at + 1))),
        }
    }

    /// No more arguments than these.
    pub fn at_most(&self, count: usize) -> Result<()> {
        match self.arguments.get(count) {
            None => Ok(()),
            Some(extra) => Err(Diagnostic::error(Code::ARGUMENT_COUNT, extra.value.span, "this plugin takes no such argument")),
        }
    }
}

fn is_named(argument: &Argument, name: &str) -> bool {
    argument.name.as_ref().is_some_and(|n| n.name.eq_ignore_ascii_case(name))
}

/// An argument over the input's columns, with the name that its values have in the result.
pub fn column(binder: &mut Binder, input: &Relation, expr: &ast::Expr) -> Result<(String, Expr)> {
    let bound = binder.with_row(&input.outputs, |binder| binder.scalar(expr))?;
    let name = match &bound {
        Expr::Column { id, .. } => input.outputs.iter().find(|o| o.id == *id).map(|o| o.name.clone()),
        _ => None,
    };
    Ok((name.or_else(|| result_name(expr)).filter(|n| !n.is_empty()).unwrap_or_else(|| "Column1".to_owned()), bound))
}

/// The column of `input` that an argument names.
pub fn named_column(binder: &mut Binder, input: &Relation, expr: &ast::Expr) -> Result<Output> {
    let bound = binder.with_row(&input.outputs, |binder| binder.scalar(expr))?;
    let found = match bound {
        Expr::Column { id, .. } => input.outputs.iter().find(|o| o.id == id).cloned(),
        _ => None,
    };
    found.ok_or_else(|| Diagnostic::error(Code::ARGUMENT_TYPE, expr.span, "a column is expected here"))
}

/// The place of the column of `input` that an argument names.
pub fn column_at(binder: &mut Binder, input: &Relation, expr: &ast::Expr) -> Result<usize> {
    let column = named_column(binder, input, expr)?;
    Ok(input.outputs.iter().position(|o| o.id == column.id).unwrap_or_default())
}

/// A constant, or the default where there is no argument or a `'~'` stands in its place.
pub fn constant_or(binder: &mut Binder, expr: Option<&ast::Expr>, default: Value<'static>) -> Result<Value<'static>> {
    match expr {
        None => Ok(default),
        Some(expr) => match binder.constant(expr)? {
            Value::String(text) if text == "~" => Ok(default),
            value => Ok(value),
        },
    }
}

/// A constant `true` or `false`, false where absent.
pub fn flag(binder: &mut Binder, expr: Option<&ast::Expr>) -> Result<bool> {
    Ok(constant_or(binder, expr, Value::Bool(false))?.as_bool().unwrap_or(false))
}

/// An error about one argument.
pub fn invalid(expr: &ast::Expr, message: impl Into<String>) -> Box<Diagnostic> {
    Diagnostic::error(Code::INVALID_ARGUMENT, expr.span, message)
}

/// The input cut down to the given expressions, in their order: what a transform reads by place.
pub fn cut(binder: &mut Binder, input: Relation, columns: Vec<(String, Expr)>) -> Relation {
    let mut projected = Projected::default();
    for (name, expr) in columns {
        let output = binder.output(name, expr.ty());
        projected.items.push((output, expr));
    }
    projected.relation(input)
}

/// The relation without its hidden columns.
pub fn shown(input: Relation) -> Relation {
    if input.outputs.iter().all(|o| !o.name.is_empty()) {
        return input;
    }
    let kept: Vec<Output> = input.outputs.iter().filter(|o| !o.name.is_empty()).cloned().collect();
    Projected::keep(&kept).relation(input)
}

/// An `Apply` with new columns; later ones of a repeated name get a number.
pub fn apply(
    binder: &mut Binder,
    inputs: Vec<Relation>,
    columns: impl IntoIterator<Item = (String, Type)>,
    transform: impl Transform + 'static,
) -> Relation {
    let mut outputs: Vec<Output> = columns.into_iter().map(|(name, ty)| binder.output(name, ty)).collect();
    make_unique(&mut outputs);
    Relation { outputs, ordered: false, kind: RelationKind::Apply { inputs, transform: Arc::new(transform) } }
}

/// The names and types of a relation's columns.
pub fn columns_of(relation: &Relation) -> Vec<(String, Type)> {
    relation.outputs.iter().map(|o| (o.name.clone(), o.ty)).collect()
}

/// An error while a plugin runs.
pub fn failed(plugin: &str, message: impl std::fmt::Display) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("{plugin}: {message}"))
}
