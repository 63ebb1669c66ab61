//! `graph-where-nodes`: keeps the nodes of a graph that meet a condition.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphWhereNodes {
    pub predicate: Expr,
}

impl Operator for GraphWhereNodes {
    const NAMES: &'static [&'static str] = &["graph-where-nodes"];
    const SUMMARY: &'static str = "Keeps the nodes of a graph that meet a condition.";
    const SYNTAX: &'static str = "G | graph-where-nodes Condition";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphWhereNodes> {
        let predicate = parser.expression()?;
        Ok(GraphWhereNodes { predicate })
    }
}

impl Node for GraphWhereNodes {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-where-nodes");
        printer.expression(&self.predicate);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
