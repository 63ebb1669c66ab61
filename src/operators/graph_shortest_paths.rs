//! `graph-shortest-paths`: finds the shortest paths that match a pattern.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::graph_pattern::{PathStep, path, print_path};
use super::graph_query::PatternQuery;

#[derive(Debug)]
pub struct GraphShortestPaths {
    pub parameters: Vec<OperatorParameter>,
    pub patterns: Vec<Vec<PathStep>>,
    pub predicate: Option<Expr>,
    pub columns: Vec<NamedExpr>,
}

impl Operator for GraphShortestPaths {
    const NAMES: &'static [&'static str] = &["graph-shortest-paths"];
    const SUMMARY: &'static str = "Finds the shortest paths that match a pattern.";
    const SYNTAX: &'static str = "G | graph-shortest-paths Pattern, ... [where Condition] [project Columns]";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z', 'x','z'] | make-graph a --> b with_node_id=n | graph-shortest-paths (s)-[e*1..3]->(t) where s.n == 'x' and t.n == 'z' project hops = array_length(map(e, b))",
        "1",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphShortestPaths> {
        let parameters = parser.parameters(&["output", "cycles", "hint."])?;
        let patterns = parser.list(path)?;
        let predicate = if parser.eat_word("where") { Some(parser.expression()?) } else { None };
        let columns = if parser.eat_word("project") { parser.named_list()? } else { Vec::new() };
        Ok(GraphShortestPaths { parameters, patterns, predicate, columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let query = PatternQuery {
            patterns: &self.patterns,
            predicate: self.predicate.as_ref(),
            columns: &self.columns,
            parameters: &self.parameters,
            shortest: true,
        };
        query.bind(binder, input, span)
    }
}

impl Node for GraphShortestPaths {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-shortest-paths");
        printer.parameters(&self.parameters);
        printer.list(&self.patterns, |p, steps| print_path(p, steps));
        if let Some(value) = &self.predicate {
            printer.word("where");
            printer.expression(value);
        }
        if !self.columns.is_empty() {
            printer.word("project");
            printer.named_list(&self.columns);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
