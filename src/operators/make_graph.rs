//! `make-graph`: builds a graph of edges and nodes.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct MakeGraph {
    pub parameters: Vec<OperatorParameter>,
    pub source: Expr,
    pub directed: bool,
    pub target: Expr,
    pub nodes: Vec<(Expr, Expr)>,
    pub node_id: Option<Ident>,
    pub partition: Option<(Expr, Expr)>,
}

fn nodes_on(parser: &mut Parser) -> Result<(Expr, Expr)> {
    let table = parser.operand()?;
    parser.expect_word("on")?;
    Ok((table, parser.operand()?))
}

impl Operator for MakeGraph {
    const NAMES: &'static [&'static str] = &["make-graph"];
    const SUMMARY: &'static str = "Builds a graph of edges and nodes.";
    const SYNTAX: &'static str = "Edges | make-graph Source --> Target [with Nodes on Id, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MakeGraph> {
        let parameters = parser.parameters(&["hint."])?;
        let source = parser.operand()?;
        parser.expect("-")?;
        parser.expect("-")?;
        let directed = parser.eat(">");
        let target = parser.operand()?;
        let (mut nodes, mut node_id) = (Vec::new(), None);
        if parser.eat_word("with_node_id") {
            parser.expect("=")?;
            node_id = Some(parser.ident()?);
        } else if parser.eat_word("with") {
            if parser.eat_word("with_node_id") {
                parser.expect("=")?;
                node_id = Some(parser.ident()?);
            } else {
                nodes = parser.list(nodes_on)?;
            }
        }
        let partition = if parser.eat_name("partitioned-by") {
            Some((parser.operand_without_call()?, parser.contextual_in_parentheses()?))
        } else {
            None
        };
        Ok(MakeGraph { parameters, source, directed, target, nodes, node_id, partition })
    }
}

impl Node for MakeGraph {
    fn print(&self, printer: &mut Printer) {
        printer.word("make-graph");
        printer.parameters(&self.parameters);
        printer.operand(&self.source);
        printer.word(if self.directed { "-->" } else { "--" });
        printer.operand(&self.target);
        if !self.nodes.is_empty() {
            printer.word("with");
            printer.list(&self.nodes, |p, (table, on)| {
                p.operand(table);
                p.word("on");
                p.operand(on);
            });
        }
        if let Some(id) = &self.node_id {
            printer.word("with_node_id=");
            printer.name(&id.name);
        }
        if let Some((column, body)) = &self.partition {
            printer.word("partitioned-by");
            printer.operand(column);
            printer.contextual(body);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
