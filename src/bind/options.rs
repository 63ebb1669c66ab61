//! `set`: the options of a request that change an answer. Others ask how the service should run it, and mean nothing here.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr, Relation, RelationKind};
use crate::syntax::ast::{self, ExprKind, StatementKind};
use crate::value::{DateTime, Type, Value};

use super::conversion::convert;
use super::relations::filtered;
use super::{Binder, ResultTable};

const KEPT: [&str; 6] = [
    "query_bin_auto_at",
    "query_bin_auto_size",
    "query_datetimescope_column",
    "query_datetimescope_from",
    "query_datetimescope_to",
    "query_take_max_records",
];

/// The time that `set query_now = datetime(…)` says it is.
pub fn query_now(query: &ast::Query) -> Option<DateTime> {
    query.statements.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Set { name, value: Some(value) } if name.name == "query_now" => match &value.kind {
            ExprKind::Literal { value, .. } => value.clone().convert(Type::DateTime).as_datetime(),
            _ => None,
        },
        _ => None,
    })
}

impl Binder<'_> {
    pub(super) fn set_option(&mut self, option: &str, value: Option<&ast::Expr>) -> Result<()> {
        let (Some(option), Some(value)) = (KEPT.iter().find(|kept| **kept == option), value) else { return Ok(()) };
        let value = match &value.kind {
            ExprKind::Name(word) => Expr::constant(Type::String, Value::string(word.clone())),
            _ => self.scalar(value)?,
        };
        self.options.push((option, value));
        Ok(())
    }

    /// The value of an option that is set.
    pub(super) fn option(&self, option: &str) -> Option<Expr> {
        self.options.iter().rev().find(|(name, _)| *name == option).map(|(_, value)| value.clone())
    }

    /// The rows of a table that lie within the request's time.
    pub(super) fn within_scope(&mut self, relation: Relation, span: Span) -> Result<Relation> {
        let Some(column) = self.option("query_datetimescope_column") else { return Ok(relation) };
        let wanted = column.as_constant().map(|name| name.to_text().into_owned());
        let Some(column) = relation.outputs.iter().find(|o| wanted.as_ref() == Some(&o.name)).cloned() else { return Ok(relation) };
        let outputs = relation.outputs.clone();
        let mut relation = relation;
        for (option, operator) in [("query_datetimescope_from", ">="), ("query_datetimescope_to", "<=")] {
            let Some(limit) = self.option(option) else { continue };
            let value = convert(Expr::Column { id: column.id, ty: column.ty }, Type::DateTime);
            let predicate = self.built_in_call(operator, vec![value, convert(limit, Type::DateTime)], span)?;
            relation = filtered(relation, predicate, outputs.clone());
        }
        Ok(relation)
    }

    /// A result, cut to the number of records that the request wants at most.
    pub(super) fn cut(&self, table: ResultTable, span: Span) -> Result<ResultTable> {
        let Some(most) = self.option("query_take_max_records") else { return Ok(table) };
        let count = most.as_constant().and_then(Value::as_i64).and_then(|count| usize::try_from(count).ok());
        let Some(count) = count else {
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, span, "`query_take_max_records` must be a number"));
        };
        let (outputs, ordered) = (table.relation.outputs.clone(), table.relation.ordered);
        let kind = RelationKind::Limit { input: Box::new(table.relation), count };
        Ok(ResultTable { relation: Relation { outputs, ordered, kind }, ..table })
    }
}
