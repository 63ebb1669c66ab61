//! `make-graph`: builds a graph of edges and nodes.

use std::any::Any;

use super::graph::{self, Graph};
use crate::bind::{Binder, Branch, Projected, bare};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Relation};
use crate::syntax::ast::{Expr, ExprKind, Ident, Node, OperatorParameter};
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
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("datatable(a:string, b:string)['x','y'] | make-graph a --> b with_node_id=n | graph-to-table nodes", "x\ny")];

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
        match &self.partition {
            None => Ok(self.graph(binder, input, None)?.into_relation()),
            Some((by, body)) => self.partitioned(binder, input, by, body, span),
        }
    }
}

/// A graph is bound for each value.
const MAX_PARTS: usize = 1_000;

/// The rows where a column has a value.
fn only(binder: &mut Binder, input: Relation, part: Option<(&Expr, &Bound)>) -> Result<Relation> {
    let Some((by, value)) = part else { return Ok(input) };
    let columns = input.outputs.clone();
    let column = binder.with_row(&columns, |binder| binder.scalar(by))?;
    let same = binder.internal("==", vec![column, value.clone()], crate::value::Type::Bool, by.span)?;
    Ok(crate::bind::filtered(input, same, columns))
}

/// The nodes' key while tables of nodes are united.
const KEY: &str = "\u{1}key";

impl MakeGraph {
    /// The graph of the rows where a column has a value, or of all rows.
    fn graph(&self, binder: &mut Binder, input: Relation, part: Option<(&Expr, &Bound)>) -> Result<Graph> {
        let input = only(binder, input, part)?;
        let columns = input.outputs.clone();
        let ends = binder.with_row(&columns, |binder| Ok([binder.scalar(&self.source)?, binder.scalar(&self.target)?]))?;
        let key_type = ends[0].ty();
        let edges = graph::keyed(binder, input, ends.into(), "");
        let mut ids = Vec::new();
        let mut branches = Vec::new();
        for (table, on) in &self.nodes {
            let table = binder.subquery(table)?;
            let table = only(binder, table, part)?;
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
        Ok(Graph { edges, nodes })
    }

    /// A graph per value of a column, and the operators over each.
    fn partitioned(&self, binder: &mut Binder, input: Relation, by: &Expr, body: &Expr, span: Span) -> Result<Relation> {
        let ExprKind::Pipe { source: None, operators } = &body.kind else {
            return Err(Diagnostic::error(Code::NOT_TABULAR, body.span, "operators over a graph are expected here"));
        };
        let source = binder.freshen(&input);
        let values = binder.distinct(source, &[bare(by.clone())])?;
        let ty = values.outputs.first().map_or(crate::value::Type::String, |o| o.ty);
        // Without data the operators bind once, for their columns.
        let known: Vec<Bound> = match binder.evaluate(&values, by.span)? {
            Some(batch) => batch.columns[0].values().map(|v| Bound::constant(ty, v.into_owned())).collect(),
            None => vec![Bound::null(ty)],
        };
        if known.len() > MAX_PARTS {
            let message = format!("{} values are too many: a graph can be partitioned by at most {MAX_PARTS}", known.len());
            return Err(Diagnostic::error(Code::RUNTIME, by.span, message));
        }
        let mut branches = Vec::new();
        for value in &known {
            let rows = binder.freshen(&input);
            let mut relation = self.graph(binder, rows, Some((by, value)))?.into_relation();
            for operator in operators {
                let Some(row) = super::find(&operator.name.name) else {
                    return Err(Diagnostic::error(Code::UNSUPPORTED, operator.span, "this operator is not supported"));
                };
                relation = (row.bind)(operator.node.as_ref(), binder, Some(relation), operator.span)?;
            }
            branches.push(Branch { relation, source: String::new() });
        }
        match branches.is_empty() {
            true => Err(Diagnostic::error(Code::RUNTIME, span, "there are no edges to partition")),
            false => Ok(binder.union(branches, false, None)),
        }
    }

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
