//! Paths of graph patterns, shared by `graph-match` and `graph-shortest-paths`.

use super::graph_query::PatternQuery;
use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, NamedExpr, OperatorParameter};
use crate::syntax::{Parser, Printer};

/// `(a)-[e]->(b), … where Condition project Columns`.
#[derive(Debug)]
pub struct GraphPattern {
    parameters: Vec<OperatorParameter>,
    paths: Vec<Vec<PathStep>>,
    predicate: Option<Expr>,
    columns: Vec<NamedExpr>,
}

impl GraphPattern {
    pub fn parse(parser: &mut Parser, parameters: &[&str]) -> Result<GraphPattern> {
        let parameters = parser.parameters(parameters)?;
        let paths = parser.list(path)?;
        let predicate = if parser.eat_word("where") { Some(parser.expression()?) } else { None };
        let columns = if parser.eat_word("project") { parser.named_list()? } else { Vec::new() };
        Ok(GraphPattern { parameters, paths, predicate, columns })
    }

    pub fn print(&self, printer: &mut Printer) {
        printer.parameters(&self.parameters);
        printer.list(&self.paths, |p, steps| print_path(p, steps));
        if let Some(value) = &self.predicate {
            printer.word("where");
            printer.expression(value);
        }
        if !self.columns.is_empty() {
            printer.word("project");
            printer.named_list(&self.columns);
        }
    }

    /// The matches in a graph; with `shortest`, only the shortest between two nodes.
    pub fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span, shortest: bool) -> Result<Relation> {
        let query = PatternQuery {
            patterns: &self.paths,
            predicate: self.predicate.as_ref(),
            columns: &self.columns,
            parameters: &self.parameters,
            shortest,
        };
        query.bind(binder, input, span)
    }
}

/// A step of a path.
#[derive(Debug)]
pub enum PathStep {
    /// `(name)` or `()`.
    Node(Option<Ident>),
    Edge {
        name: Option<Ident>,
        direction: Direction,
        range: Option<(Expr, Expr)>,
    },
}

/// Which way an edge points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Right,
    Left,
    Any,
}

/// `(a)-[e*1..3]->(b)<--(c)`.
fn path(parser: &mut Parser) -> Result<Vec<PathStep>> {
    let mut steps = vec![node(parser)?];
    while parser.at("-") || parser.at("<") {
        steps.push(edge(parser)?);
        steps.push(node(parser)?);
    }
    Ok(steps)
}

fn node(parser: &mut Parser) -> Result<PathStep> {
    parser.expect("(")?;
    let name = if parser.at(")") { None } else { Some(parser.ident()?) };
    parser.expect(")")?;
    Ok(PathStep::Node(name))
}

fn edge(parser: &mut Parser) -> Result<PathStep> {
    let left = parser.eat("<");
    parser.expect("-")?;
    let (mut name, mut range) = (None, None);
    if parser.eat("[") {
        name = if parser.at("]") || parser.at("*") { None } else { Some(parser.ident()?) };
        if parser.eat("*") {
            let low = parser.expression()?;
            parser.expect("..")?;
            range = Some((low, parser.expression()?));
        }
        parser.expect("]")?;
    }
    parser.expect("-")?;
    let direction = match (left, parser.eat(">")) {
        (true, false) => Direction::Left,
        (false, true) => Direction::Right,
        _ => Direction::Any,
    };
    Ok(PathStep::Edge { name, direction, range })
}

fn print_path(printer: &mut Printer, steps: &[PathStep]) {
    for step in steps {
        match step {
            PathStep::Node(name) => printer.parenthesised(name.as_slice(), |p, name| p.name(&name.name)),
            PathStep::Edge { name, direction, range } => {
                printer.word(if *direction == Direction::Left { "<-[" } else { "-[" });
                if let Some(name) = name {
                    printer.name(&name.name);
                }
                if let Some((low, high)) = range {
                    printer.raw("*");
                    printer.expression(low);
                    printer.word("..");
                    printer.expression(high);
                }
                printer.raw(if *direction == Direction::Right { "]->" } else { "]-" });
            }
        }
    }
}
