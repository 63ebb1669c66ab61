//! `graph-match`: finds paths that match a pattern.

use std::any::Any;

use super::Operator;
use super::graph_pattern::GraphPattern;
use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Ident, Node};
use crate::syntax::{Parser, Printer};

#[derive(Debug)]
pub struct GraphMatch(GraphPattern);

impl Operator for GraphMatch {
    const NAMES: &'static [&'static str] = &["graph-match"];
    const SUMMARY: &'static str = "Finds paths that match a pattern.";
    const SYNTAX: &'static str = "G | graph-match Pattern, ... [where Condition] [project Columns]";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z'] | make-graph a --> b with_node_id=n | graph-match (s)-[e*2..2]->(t) project s.n, t.n",
        "x | z",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphMatch> {
        GraphPattern::parse(parser, &["cycles", "hint."]).map(GraphMatch)
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        self.0.bind(binder, input, span, false)
    }
}

impl Node for GraphMatch {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-match");
        self.0.print(printer);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
