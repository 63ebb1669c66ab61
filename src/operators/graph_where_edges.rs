//! `graph-where-edges`: keeps the edges of a graph that meet a condition.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphWhereEdges {
    pub predicate: Expr,
}

impl Operator for GraphWhereEdges {
    const NAMES: &'static [&'static str] = &["graph-where-edges"];
    const SUMMARY: &'static str = "Keeps the edges of a graph that meet a condition.";
    const SYNTAX: &'static str = "G | graph-where-edges Condition";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphWhereEdges> {
        let predicate = parser.expression()?;
        Ok(GraphWhereEdges { predicate })
    }
}

impl Node for GraphWhereEdges {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-where-edges");
        printer.expression(&self.predicate);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
