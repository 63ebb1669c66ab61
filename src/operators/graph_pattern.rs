//! Paths of graph patterns, shared by `graph-match` and `graph-shortest-paths`.

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident};
use crate::syntax::{Parser, Printer};

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
pub(super) fn path(parser: &mut Parser) -> Result<Vec<PathStep>> {
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

pub(super) fn print_path(printer: &mut Printer, steps: &[PathStep]) {
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
