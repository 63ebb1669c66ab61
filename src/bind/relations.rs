//! Relations over one input that several operators share: filter, extend, sort.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{AggregateCall, ColumnId, Expr, Output, Relation, RelationKind, SortKey, WindowCall};
use crate::syntax::ast::{self, ExprKind, NamedExpr};
use crate::value::{Batch, Type};
use crate::{aggregates, functions, windows};

use super::projection::{Projected, Projection};
use super::{Binder, wildcard_matches};

impl Binder<'_> {
    /// `input | where predicate`.
    pub fn filter(&mut self, input: Relation, predicate: &ast::Expr) -> Result<Relation> {
        let outputs = input.outputs.clone();
        let (input, predicate) = self.over(input, |binder| binder.predicate(predicate))?;
        Ok(filtered(input, predicate, outputs))
    }

    /// An expression that must be a bool.
    pub fn predicate(&mut self, expr: &ast::Expr) -> Result<Expr> {
        let bound = self.scalar(expr)?;
        match bound.ty() {
            Type::Bool => Ok(bound),
            // A column that no sample showed may well be one.
            Type::Dynamic if matches!(bound, Expr::Path { .. }) => Ok(super::convert(bound, Type::Bool)),
            ty => Err(Diagnostic::error(Code::ARGUMENT_TYPE, expr.span, format!("a condition must be a bool, this is a {ty}"))
                .help("compare it with something, for instance with `== \"value\"`")),
        }
    }

    /// `input | extend list`.
    pub fn extend(&mut self, input: Relation, list: &[NamedExpr]) -> Result<Relation> {
        let mut projected = Projected::keep(&input.outputs);
        let (input, ()) = self.over(input, |binder| binder.project(list, &mut projected, Projection::Extend))?;
        Ok(projected.relation(input))
    }

    /// `input | project list`.
    pub fn select(&mut self, input: Relation, list: &[NamedExpr]) -> Result<Relation> {
        let mut projected = Projected::default();
        let (input, ()) = self.over(input, |binder| binder.project(list, &mut projected, Projection::Project))?;
        Ok(projected.relation(input))
    }

    /// The columns that a list of names and patterns means, each once, in the list's order.
    pub fn columns(&mut self, columns: &[Output], list: &[ast::Expr]) -> Result<Vec<Output>> {
        let mut found: Vec<Output> = Vec::new();
        for item in list {
            let matching: Vec<Output> = match &item.kind {
                ExprKind::Wildcard(pattern) => {
                    columns.iter().filter(|c| !c.name.is_empty() && wildcard_matches(pattern, &c.name)).cloned().collect()
                }
                _ => {
                    let expr = self.with_row(columns, |binder| binder.scalar(item))?;
                    match super::referenced(&expr, &super::Row { columns: columns.to_vec(), right: None }) {
                        Some(column) => vec![column],
                        None => return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, item.span, "a column is expected here")),
                    }
                }
            };
            for column in matching {
                if !found.iter().any(|f| f.id == column.id) {
                    found.push(column);
                }
            }
        }
        Ok(found)
    }

    /// A key of `sort` or `top`: descending unless the author says otherwise, nulls at the small end.
    pub fn sort_key(&mut self, value: &ast::Expr, descending: Option<bool>, nulls_first: Option<bool>) -> Result<SortKey> {
        let expr = self.scalar(value)?;
        if expr.ty() == Type::Dynamic && !matches!(expr, Expr::Path { .. }) {
            return Err(Diagnostic::error(Code::ARGUMENT_TYPE, value.span, "cannot sort by a dynamic")
                .help("convert it, for instance with `tostring(…)`"));
        }
        let descending = descending.unwrap_or(true);
        Ok(SortKey { expr, descending, nulls_first: nulls_first.unwrap_or(!descending) })
    }

    /// `input | sort by keys`, cut to the first rows where `limit` is given.
    pub fn sort(&mut self, input: Relation, keys: &[ast::SortExpr], limit: Option<usize>) -> Result<Relation> {
        let outputs = input.outputs.clone();
        let (input, keys) =
            self.over(input, |binder| keys.iter().map(|k| binder.sort_key(&k.value, k.descending, k.nulls_first)).collect::<Result<Vec<_>>>())?;
        let same = input.outputs.len() == outputs.len();
        let sorted = Relation { outputs: input.outputs.clone(), ordered: true, kind: RelationKind::Sort { input: Box::new(input), keys, limit } };
        Ok(if same { sorted } else { Projected::keep(&outputs).relation(sorted) })
    }

    /// `input | count`.
    pub fn count(&mut self, input: Relation, name: &str, span: Span) -> Result<Relation> {
        let Some(aggregate) = aggregates::find("count") else {
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, "there is no aggregate `count`"));
        };
        let output = self.output(name, Type::Long);
        let call = AggregateCall { aggregate, arguments: Vec::new(), filter: None, outputs: vec![(output.id, Type::Long)] };
        Ok(Relation { outputs: vec![output], ordered: false, kind: RelationKind::Aggregate { input: Box::new(input), keys: Vec::new(), calls: vec![call] } })
    }

    /// A constant table.
    pub fn values(&mut self, columns: Vec<(String, Type)>, batch: Batch) -> Relation {
        let outputs = columns.into_iter().map(|(name, ty)| self.output(name, ty)).collect();
        Relation { outputs, ordered: false, kind: RelationKind::Values(std::sync::Arc::new(vec![batch])) }
    }

    /// The input with a number per row, 1 for the first; the number's column is hidden.
    pub fn numbered(&mut self, input: Relation) -> (Relation, ColumnId) {
        let output = self.fresh();
        let Some(function) = windows::find("row_number") else { return (input, output) };
        let call = WindowCall { function, arguments: Vec::new(), output, ty: Type::Long };
        let mut outputs = input.outputs.clone();
        outputs.push(Output { id: output, name: String::new(), ty: Type::Long });
        (Relation { outputs, ordered: true, kind: RelationKind::Window { input: Box::new(input), calls: vec![call] } }, output)
    }

    /// A call of a built-in function with arguments that are bound already.
    pub fn built_in_call(&mut self, name: &str, arguments: Vec<Expr>, span: Span) -> Result<Expr> {
        match functions::find(name) {
            Some(function) => self.resolve(function, arguments, &[], span),
            None => Err(Diagnostic::error(Code::UNKNOWN_FUNCTION, span, format!("no function is named `{name}`"))),
        }
    }
}

/// A `Filter` that gives exactly `outputs`: what its input has beside them was for the predicate.
pub fn filtered(input: Relation, predicate: Expr, outputs: Vec<Output>) -> Relation {
    let same = input.outputs.len() == outputs.len();
    let filter = Relation {
        outputs: input.outputs.clone(),
        ordered: input.ordered,
        kind: RelationKind::Filter { input: Box::new(input), predicate },
    };
    if same { filter } else { Projected::keep(&outputs).relation(filter) }
}
