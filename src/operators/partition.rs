//! `partition`: runs a pipeline for each value of a column and unites the results.

use std::any::Any;

use crate::bind::{Binder, Binding, Branch, bare, parameters};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Parts, Relation, RelationKind};
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter, Statement};
use crate::syntax::{Parser, Printer};
use crate::value::{Batch, Column};

use super::Operator;

#[derive(Debug)]
pub struct Partition {
    pub parameters: Vec<OperatorParameter>,
    pub by: Expr,
    pub id: Option<Expr>,
    pub body: PartitionBody,
}

/// `(where x | take 1)` runs on the rows of a part; `{ T | … }` is a query of its own.
#[derive(Debug)]
pub enum PartitionBody {
    Contextual(Expr),
    Query(Vec<Statement>),
}

impl Operator for Partition {
    const NAMES: &'static [&'static str] = &["partition", "__partitionby"];
    const SUMMARY: &'static str = "Runs a pipeline for each value of a column and unites the results.";
    const SYNTAX: &'static str = "T | partition [hint.strategy = Strategy] by Column (Pipeline)";
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("datatable(c:string, v:long)['a',1, 'a',2, 'b',3] | partition by c (top 1 by v)", "a | 2\nb | 3")];

    fn parse(parser: &mut Parser, name: &Ident) -> Result<Partition> {
        let parameters = parser.parameters(&["hint.", "kind"])?;
        if !parser.eat_word("by") && name.name == "partition" {
            return Err(parser.expected("`by`"));
        }
        let by = parser.operand_without_call()?;
        if parser.at_word("in") {
            let message = "Microsoft has not published what `in` does here";
            return Err(
                Diagnostic::error(Code::UNSUPPORTED, parser.span(), message).help("filter the rows before: `| where Column in (…)`")
            );
        }
        let id = if parser.eat_word("id") { Some(parser.expression()?) } else { None };
        let body = if parser.at("{") {
            PartitionBody::Query(parser.block()?)
        } else {
            PartitionBody::Contextual(parser.contextual_in_parentheses()?)
        };
        Ok(Partition { parameters, by, id, body })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let input = binder.require_input(input, span)?;
        let body = match &self.body {
            PartitionBody::Contextual(body) => body,
            PartitionBody::Query(statements) => return self.queries(binder, input, statements, span),
        };
        let columns = input.outputs.clone();
        let key = binder.with_row(&columns, |binder| binder.scalar(&self.by))?;
        let body = binder.body(body, &input, &input.outputs)?;
        let outputs = body.outputs.clone();
        // `time_weighted_val_fl()` of Kusto's documentation looks at the next row after such a partition.
        let strategy = parameters::text(&self.parameters, "hint.strategy");
        let ordered = body.ordered && strategy.is_some_and(|(strategy, _)| matches!(strategy.as_str(), "native" | "shuffle"));
        let kind =
            RelationKind::Partition { input: Box::new(input), parts: Parts::Keys(vec![key]), carried: Vec::new(), body: Box::new(body) };
        Ok(Relation { outputs, ordered, kind })
    }
}

/// A query per value is bound for each value: more than this are refused, as Kusto does.
const MAX_VALUES: usize = 64;

impl Partition {
    /// Runs a query of its own for each value of the column; inside it, `toscalar(Column)` is that value.
    fn queries(&self, binder: &mut Binder, input: Relation, statements: &[Statement], span: Span) -> Result<Relation> {
        let values = binder.distinct(input, &[bare(self.by.clone())])?;
        let [output] = values.outputs.as_slice() else {
            return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, self.by.span, "a column is expected here"));
        };
        let (name, ty) = (output.name.clone(), output.ty);
        // Without data the query binds once, for its columns.
        let known = binder.evaluate(&values, span)?.unwrap_or_else(|| Batch { columns: vec![Column::nulls(ty, 1)], rows: 1 });
        if known.rows > MAX_VALUES {
            let message = format!("`{name}` has {} values: a query can run for at most {MAX_VALUES}", known.rows);
            return Err(Diagnostic::error(Code::RUNTIME, self.by.span, message));
        }
        let mut branches = Vec::new();
        for row in 0..known.rows {
            let value = Bound::constant(ty, known.columns[0].value(row).into_owned());
            let env = binder.env.bind(name.clone(), Binding::Scalar(value));
            branches.push(Branch { relation: binder.block(statements, env, span)?, source: String::new() });
        }
        if branches.is_empty() {
            let env = binder.env.clone();
            let relation = binder.block(statements, env.bind(name, Binding::Scalar(Bound::null(ty))), span)?;
            let outputs = relation.outputs.clone();
            return Ok(Relation { outputs, ordered: false, kind: RelationKind::Limit { input: Box::new(relation), count: 0 } });
        }
        Ok(binder.union(branches, false, None))
    }
}

impl Node for Partition {
    fn print(&self, printer: &mut Printer) {
        printer.word("partition");
        printer.parameters(&self.parameters);
        printer.word("by");
        printer.operand(&self.by);
        if let Some(value) = &self.id {
            printer.word("id");
            printer.expression(value);
        }
        match &self.body {
            PartitionBody::Query(statements) => printer.block(statements),
            PartitionBody::Contextual(body) => printer.contextual(body),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
