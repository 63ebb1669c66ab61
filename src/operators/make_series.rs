//! `make-series`: aggregates into arrays along an axis of equal steps.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, ExprKind, Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct MakeSeries {
    pub parameters: Vec<OperatorParameter>,
    pub aggregates: Vec<SeriesAggregate>,
    pub on: NamedExpr,
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    pub step: Option<Expr>,
    pub range: Option<Expr>,
    pub by: Vec<NamedExpr>,
}

/// `name = aggregate default = value`.
#[derive(Debug)]
pub struct SeriesAggregate {
    pub aggregate: NamedExpr,
    pub default: Option<Expr>,
}

fn aggregate(parser: &mut Parser) -> Result<SeriesAggregate> {
    let aggregate = parser.named()?;
    let default = if parser.eat_word("default") {
        parser.expect("=")?;
        Some(parser.expression()?)
    } else {
        None
    };
    Ok(SeriesAggregate { aggregate, default })
}

/// The axis: an operand, so that `in range(…)` after it is not taken for a condition.
fn axis(parser: &mut Parser) -> Result<NamedExpr> {
    let first = parser.operand()?;
    match (&first.kind, parser.eat("=")) {
        (ExprKind::Name(name), true) => {
            Ok(NamedExpr { names: vec![Ident { name: name.clone(), span: first.span }], value: parser.operand()? })
        }
        (_, true) => Err(parser.expected("a name before `=`")),
        (_, false) => Ok(NamedExpr { names: Vec::new(), value: first }),
    }
}

impl Operator for MakeSeries {
    const NAMES: &'static [&'static str] = &["make-series"];
    const SUMMARY: &'static str = "Aggregates into arrays along an axis of equal steps.";
    const SYNTAX: &'static str =
        "T | make-series Aggregate [default = Value], ... on Axis [from Start] [to End] step Step [by Column, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MakeSeries> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        let aggregates = parser.list(aggregate)?;
        parser.expect_word("on")?;
        let on = axis(parser)?;
        let range = if parser.eat_word("in") { Some(parser.operand()?) } else { None };
        let from = if parser.eat_word("from") { Some(parser.expression()?) } else { None };
        let to = if parser.eat_word("to") { Some(parser.expression()?) } else { None };
        let step = if parser.eat_word("step") { Some(parser.expression()?) } else { None };
        let by = if parser.eat_word("by") { parser.named_list()? } else { Vec::new() };
        Ok(MakeSeries { parameters, aggregates, on, from, to, step, range, by })
    }
}

impl Node for MakeSeries {
    fn print(&self, printer: &mut Printer) {
        printer.word("make-series");
        printer.parameters(&self.parameters);
        printer.list(&self.aggregates, |p, a| {
            p.named(&a.aggregate);
            if let Some(default) = &a.default {
                p.word("default =");
                p.expression(default);
            }
        });
        printer.word("on");
        printer.named(&self.on);
        if let Some(value) = &self.range {
            printer.word("in");
            printer.operand(value);
        }
        if let Some(value) = &self.from {
            printer.word("from");
            printer.expression(value);
        }
        if let Some(value) = &self.to {
            printer.word("to");
            printer.expression(value);
        }
        if let Some(value) = &self.step {
            printer.word("step");
            printer.expression(value);
        }
        printer.by(&self.by);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
