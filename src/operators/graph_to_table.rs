//! `graph-to-table`: returns the nodes or the edges of a graph as tables.

use std::any::Any;
use std::sync::Arc;

use super::graph::Graph;
use crate::bind::{Binder, Binding, Projected, ResultTable, parameters};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Relation};
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphToTable {
    pub outputs: Vec<GraphTable>,
}

/// `nodes as Name with_node_id=Id`.
#[derive(Debug)]
pub struct GraphTable {
    /// `nodes` or `edges`.
    pub what: Ident,
    pub name: Option<Ident>,
    pub parameters: Vec<OperatorParameter>,
}

fn output(parser: &mut Parser) -> Result<GraphTable> {
    let what = parser.ident()?;
    let name = if parser.eat_word("as") { Some(parser.ident()?) } else { None };
    Ok(GraphTable { what, name, parameters: parser.parameters(&["with_node_id", "with_source_id", "with_target_id", "hint."])? })
}

impl Operator for GraphToTable {
    const NAMES: &'static [&'static str] = &["graph-to-table"];
    const SUMMARY: &'static str = "Returns the nodes or the edges of a graph as tables.";
    const SYNTAX: &'static str = "G | graph-to-table nodes [as Name] [with_node_id = Name], edges ...";
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("datatable(a:string, b:string)['x','y'] | make-graph a --> b | graph-to-table edges", "x | y")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphToTable> {
        let outputs = parser.list(output)?;
        Ok(GraphToTable { outputs })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let graph = Graph::from_input(input, span)?;
        match self.outputs.as_slice() {
            [table] => table.relation(binder, graph, span),
            _ => Err(super::gives_several("graph-to-table", span)),
        }
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        let input = binder.require_input(input, span)?;
        let mut tables = Vec::new();
        for table in &self.outputs {
            let graph = Graph::from_input(Some(binder.freshen(&input)), span)?;
            let relation = table.relation(binder, graph, span)?;
            let name = table.name.as_ref().map(|n| n.name.clone()).unwrap_or_default();
            if !name.is_empty() {
                binder.env = binder.env.bind(name.clone(), Binding::Tabular(Arc::new(relation.clone())));
            }
            tables.push(ResultTable { name, relation });
        }
        Ok(tables)
    }
}

impl GraphTable {
    /// The nodes or the edges of a graph.
    fn relation(&self, binder: &mut Binder, graph: Graph, span: Span) -> Result<Relation> {
        let table = self;
        let (relation, ids) = match table.what.name.as_str() {
            "nodes" => (graph.nodes, &["with_node_id"][..]),
            "edges" => (graph.edges, &["with_source_id", "with_target_id"][..]),
            other => {
                let message = format!("`{other}` is neither `nodes` nor `edges`");
                return Err(Diagnostic::error(Code::INVALID_PARAMETER, table.what.span, message));
            }
        };
        let mut projected = Projected::default();
        for (at, parameter) in ids.iter().enumerate() {
            if let Some((name, _)) = parameters::text(&table.parameters, parameter) {
                let key = Bound::Column { id: relation.outputs[at].id, ty: relation.outputs[at].ty };
                let id = binder.built_in_call("hash", vec![key], span)?;
                projected.items.push((binder.output(name, id.ty()), id));
            }
        }
        projected.items.extend(Projected::keep(&relation.outputs[ids.len()..]).items);
        Ok(projected.relation(relation))
    }
}

impl Node for GraphToTable {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-to-table");
        printer.list(&self.outputs, |p, o| {
            p.word(&o.what.name);
            if let Some(name) = &o.name {
                p.word("as");
                p.name(&name.name);
            }
            p.parameters(&o.parameters);
        });
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
