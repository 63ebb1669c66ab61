//! `graph-match`: finds paths that match a pattern.

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
pub struct GraphMatch {
    pub parameters: Vec<OperatorParameter>,
    pub patterns: Vec<Vec<PathStep>>,
    pub predicate: Option<Expr>,
    pub columns: Vec<NamedExpr>,
}

impl Operator for GraphMatch {
    const NAMES: &'static [&'static str] = &["graph-match"];
    const SUMMARY: &'static str = "Finds paths that match a pattern.";
    const SYNTAX: &'static str = "G | graph-match Pattern, ... [where Condition] [project Columns]";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z'] | make-graph a --> b with_node_id=n | graph-match (s)-[e*2..2]->(t) project s.n, t.n",
        "x | z",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphMatch> {
        let parameters = parser.parameters(&["cycles", "hint."])?;
        let patterns = parser.list(path)?;
        let predicate = if parser.eat_word("where") { Some(parser.expression()?) } else { None };
        let columns = if parser.eat_word("project") { parser.named_list()? } else { Vec::new() };
        Ok(GraphMatch { parameters, patterns, predicate, columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let query = PatternQuery {
            patterns: &self.patterns,
            predicate: self.predicate.as_ref(),
            columns: &self.columns,
            parameters: &self.parameters,
            shortest: false,
        };
        query.bind(binder, input, span)
    }
}

impl Node for GraphMatch {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-match");
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
