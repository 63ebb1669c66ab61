//! `make-graph`: builds a graph of edges and nodes.

use std::any::Any;

use super::graph::{self, Graph};
use crate::bind::{Binder, Branch, Projected};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Relation};
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

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        if self.partition.is_some() {
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, "`partitioned-by` is not supported"));
        }
        let columns = input.outputs.clone();
        let ends = binder.with_row(&columns, |binder| Ok([binder.scalar(&self.source)?, binder.scalar(&self.target)?]))?;
        let key_type = ends[0].ty();
        let edges = graph::keyed(binder, input, ends.into(), "");
        let mut ids = Vec::new();
        let mut branches = Vec::new();
        for (table, on) in &self.nodes {
            let table = binder.subquery(table)?;
            let columns = table.outputs.clone();
            let key = binder.with_row(&columns, |binder| binder.scalar(on))?;
            if let Bound::Column { id, .. } = key {
                ids.extend(columns.iter().find(|o| o.id == id).map(|o| o.name.clone()));
            }
            branches.push(Branch { relation: graph::keyed(binder, table, vec![key], KEY), source: String::new() });
        }
        let table = if branches.len() == 1 {
            branches.remove(0).relation
        } else if branches.is_empty() {
            self.bare_nodes(binder, &edges, key_type, &mut ids)
        } else {
            binder.union(branches, false, None)
        };
        let nodes = graph::collect_nodes(binder, &edges, table, ids);
        Ok(Graph { edges, nodes }.into_relation())
    }
}

/// The nodes' key while tables of nodes are united.
const KEY: &str = "\u{1}key";

impl MakeGraph {
    /// No nodes yet, with the column that `with_node_id` asks for: all come from the edges.
    fn bare_nodes(&self, binder: &mut Binder, edges: &Relation, key_type: crate::value::Type, ids: &mut Vec<String>) -> Relation {
        let source = binder.freshen(edges);
        let none = Bound::constant(crate::value::Type::Bool, crate::value::Value::Bool(false));
        let outputs = source.outputs.clone();
        let empty = crate::bind::filtered(source, none, outputs);
        let mut projected = Projected::default();
        let key = Bound::Column { id: empty.outputs[0].id, ty: empty.outputs[0].ty };
        projected.items.push((binder.output(KEY, key.ty()), key.clone()));
        if let Some(name) = &self.node_id {
            ids.push(name.name.clone());
            projected.items.push((binder.output(name.name.clone(), key_type), crate::bind::convert(key, key_type)));
        }
        projected.relation(empty)
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
