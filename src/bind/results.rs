//! The result tables of a statement: usually one, several where it ends in `fork` or `facet`.

use crate::diagnostic::{Result, Span};
use crate::operators;
use crate::plan::{Expr, Relation, RelationKind};
use crate::syntax::ast::{self, ExprKind, Ident, NamedExpr};

use super::{Binder, Bound, bare};

/// A table that a query shows.
pub struct ResultTable {
    /// Empty where the query gives none.
    pub name: String,
    pub relation: Relation,
}

impl Binder<'_> {
    /// The tables that an expression statement shows; none for a scalar.
    pub(super) fn results(&mut self, expr: &ast::Expr) -> Result<Vec<ResultTable>> {
        match &expr.kind {
            ExprKind::Pipe { source, operators } => {
                let source = source.as_ref().map(|s| self.tabular(s)).transpose()?;
                self.pipe_results(source, operators)
            }
            _ => Ok(match self.any(expr)? {
                Bound::Tabular(relation) => vec![ResultTable { name: String::new(), relation }],
                Bound::Scalar(_) => Vec::new(),
            }),
        }
    }

    /// Operators after each other, of which the last may give several tables.
    fn pipe_results(&mut self, source: Option<Relation>, operators: &[ast::Operator]) -> Result<Vec<ResultTable>> {
        let before = operators.len().saturating_sub(1);
        let Some((last, row)) = operators.get(before).and_then(|last| Some((last, operators::find(&last.name.name)?))) else {
            let relation = self.pipe(source, operators)?;
            return Ok(vec![ResultTable { name: String::new(), relation }]);
        };
        let input = if before == 0 { source } else { Some(self.pipe(source, &operators[..before])?) };
        let results = (row.bind_last)(&*last.node, self, input, last.span)?;
        self.observe_operator(last);
        Ok(results)
    }

    /// Operators in parentheses (`fork (…)`, `facet … with (…)`) over rows.
    pub fn piped(&mut self, body: &ast::Expr, rows: Relation) -> Result<Vec<ResultTable>> {
        match &body.kind {
            ExprKind::Pipe { source: None, operators } => self.without_row(|binder| binder.pipe_results(Some(rows), operators)),
            _ => Err(super::tabular::operators_expected(body.span)),
        }
    }

    /// Rows that several tables are made of. Where they are held in memory anyway, or would not be the same twice, they are
    /// computed here and once; else every table reads them again, so that memory follows the query's state.
    pub fn shared(&mut self, relation: Relation) -> Result<Relation> {
        if is_held(&relation) { self.computed(relation) } else { self.fixed(relation) }
    }

    /// Rows that must be the same wherever they are read: computed once if a second run might give others (`rand()`).
    pub fn fixed(&mut self, relation: Relation) -> Result<Relation> {
        if relation.any_expression(&Expr::is_volatile) { self.computed(relation) } else { Ok(relation) }
    }

    /// The rows of a relation, where there is data.
    fn computed(&mut self, relation: Relation) -> Result<Relation> {
        if relation.reads_group() {
            return Ok(relation);
        }
        Ok(match self.catalog.evaluate(&relation)? {
            Some(batch) => Relation { kind: RelationKind::Values(std::sync::Arc::new(vec![batch])), ..relation },
            None => relation,
        })
    }

    /// `input | summarize count() by column`, as `facet` shows it.
    pub fn facet(&mut self, input: Relation, column: &str, span: Span) -> Result<Relation> {
        let name = |name: String| Ident { name, span };
        let count = ast::Expr { kind: ExprKind::Call { name: name("count".to_owned()), arguments: Vec::new() }, span };
        let counted = NamedExpr { names: vec![name(format!("count_{column}"))], value: count };
        self.summarize(input, &[counted], &[bare(ast::Expr { kind: ExprKind::Name(column.to_owned()), span })])
    }
}

/// Whether the rows come out of an operation that has them all in memory.
fn is_held(relation: &Relation) -> bool {
    match &relation.kind {
        RelationKind::Filter { input, .. } | RelationKind::Project { input, .. } | RelationKind::Unnest { input, .. } => is_held(input),
        RelationKind::Aggregate { .. } | RelationKind::Limit { .. } | RelationKind::Partition { .. } | RelationKind::Apply { .. } => true,
        RelationKind::Sort { limit, .. } => limit.is_some(),
        _ => false,
    }
}
