//! `graph-where-nodes`: keeps the nodes of a graph that meet a condition.

use std::any::Any;

use super::graph::Graph;
use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, JoinKind, Relation};
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphWhereNodes {
    pub predicate: Expr,
}

impl Operator for GraphWhereNodes {
    const NAMES: &'static [&'static str] = &["graph-where-nodes"];
    const SUMMARY: &'static str = "Keeps the nodes of a graph that meet a condition.";
    const SYNTAX: &'static str = "G | graph-where-nodes Condition";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(a:string, b:string)['x','y', 'y','z'] | make-graph a --> b with_node_id=n | graph-where-nodes n != 'z' | graph-to-table edges",
        "x | y",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphWhereNodes> {
        let predicate = parser.expression()?;
        Ok(GraphWhereNodes { predicate })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let mut graph = Graph::from_input(input, span)?;
        graph.nodes = binder.filter(graph.nodes, &self.predicate)?;
        // Edges go with the nodes that they touch.
        for end in 0..2 {
            let left = &graph.edges.outputs[end];
            let left = Bound::Column { id: left.id, ty: left.ty };
            let nodes = binder.freshen(&graph.nodes);
            let right = Bound::Column { id: nodes.outputs[0].id, ty: nodes.outputs[0].ty };
            graph.edges = binder.join(graph.edges, nodes, JoinKind::LeftSemi, vec![(left, right)]);
        }
        Ok(graph.into_relation())
    }
}

impl Node for GraphWhereNodes {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-where-nodes");
        printer.expression(&self.predicate);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
