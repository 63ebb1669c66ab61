//! `graph-shortest-paths`: finds the shortest paths that match a pattern.

use std::any::Any;

use super::Operator;
use super::graph_pattern::GraphPattern;
use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Ident, Node};
use crate::syntax::{Parser, Printer};

#[derive(Debug)]
pub struct GraphShortestPaths(GraphPattern);

impl Operator for GraphShortestPaths {
    const NAMES: &'static [&'static str] = &["graph-shortest-paths"];
    const SUMMARY: &'static str = "Finds the shortest paths that match a pattern.";
    const SYNTAX: &'static str = "G | graph-shortest-paths Pattern, ... [where Condition] [project Columns]";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z', 'x','z'] | make-graph a --> b with_node_id=n | graph-shortest-paths (s)-[e*1..3]->(t) where s.n == 'x' and t.n == 'z' project hops = array_length(map(e, b))",
        "1",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphShortestPaths> {
        GraphPattern::parse(parser, &["output", "cycles", "hint."]).map(GraphShortestPaths)
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        self.0.bind(binder, input, span, true)
    }
}

impl Node for GraphShortestPaths {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-shortest-paths");
        self.0.print(printer);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
