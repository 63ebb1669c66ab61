//! `graph-where-edges`: keeps the edges of a graph that meet a condition.

use std::any::Any;

use super::graph::Graph;
use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
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
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z'] | make-graph a --> b with_node_id=n | graph-where-edges a == 'x' | graph-to-table edges",
        "x | y",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphWhereEdges> {
        let predicate = parser.expression()?;
        Ok(GraphWhereEdges { predicate })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let mut graph = Graph::from_input(input, span)?;
        graph.edges = binder.filter(graph.edges, &self.predicate)?;
        Ok(graph.into_relation())
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
