//! `partition`: runs a pipeline for each value of a column and unites the results.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Relation, RelationKind};
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter, Statement};
use crate::syntax::{Parser, Printer};

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

    fn parse(parser: &mut Parser, name: &Ident) -> Result<Partition> {
        let parameters = parser.parameters(&["hint.", "kind"])?;
        if !parser.eat_word("by") && name.name == "partition" {
            return Err(parser.expected("`by`"));
        }
        let by = parser.operand_without_call()?;
        let id = if parser.eat_word("id") { Some(parser.expression()?) } else { None };
        let body = if parser.at("{") {
            PartitionBody::Query(parser.block()?)
        } else {
            PartitionBody::Contextual(parser.contextual_in_parentheses()?)
        };
        Ok(Partition { parameters, by, id, body })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let PartitionBody::Contextual(body) = &self.body else {
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, "a partition over `{ … }`, a query of its own, is not supported")
                .help("use operators in parentheses, which run on the rows of each part: `partition by Column (top 1 by Time)`"));
        };
        let columns = input.outputs.clone();
        let key = binder.with_row(&columns, |binder| binder.scalar(&self.by))?;
        let body = binder.body(body, &input)?;
        let outputs = body.outputs.clone();
        let kind = RelationKind::Partition { input: Box::new(input), keys: vec![key], carried: Vec::new(), body: Box::new(body) };
        Ok(Relation { outputs, ordered: false, kind })
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
