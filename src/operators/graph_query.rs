//! Lowers the patterns of `graph-match` and `graph-shortest-paths`: a walk over the graph, then a filter and a projection.

use std::sync::Arc;

use crate::bind::{Binder, Projected, Projection, parameters, result_name};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expr as Bound, Output, Relation, RelationKind};
use crate::syntax::ast::{Argument, Expr, ExprKind, Ident, NamedExpr, OperatorParameter};
use crate::value::Type;

use super::graph::Graph;
use super::graph_pattern::{Direction, PathStep};
use super::graph_walk::{Cycles, Derived, Fold, Hop, Path, Shortest, Source, Walk};

const DEGREE_IN: &str = "\u{1}in";
const DEGREE_OUT: &str = "\u{1}out";
const ID: &str = "\u{1}id";

/// Functions of a node, and the column that each reads.
const OF_NODES: [(&str, &str); 3] = [("node_degree_in", DEGREE_IN), ("node_degree_out", DEGREE_OUT), ("node_id", ID)];

/// Longer paths are not looked for.
const MAX_HOPS: usize = 1_000;

/// What both operators are made of.
pub struct PatternQuery<'a> {
    pub patterns: &'a [Vec<PathStep>],
    pub predicate: Option<&'a Expr>,
    pub columns: &'a [NamedExpr],
    pub parameters: &'a [OperatorParameter],
    pub shortest: bool,
}

/// The variables of the patterns and the columns that stand for their properties.
#[derive(Default)]
struct Scope {
    nodes: Vec<Option<String>>,
    /// The name, and whether it may have any number of steps.
    edges: Vec<(Option<String>, bool)>,
    row: Vec<(Output, Source)>,
    /// What the expressions of `all`, `any` and `map` see.
    node_columns: Vec<Output>,
    edge_columns: Vec<Output>,
    derived: Vec<Derived>,
}

fn property(variable: &str, column: &str) -> String {
    format!("\u{1}{variable}.{column}")
}

impl PatternQuery<'_> {
    pub fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let graph = Graph::from_input(input, span)?;
        if self.columns.is_empty() {
            return Err(Diagnostic::error(
                Code::ARGUMENT_COUNT,
                span,
                "a pattern needs `project` with the columns to show, in Kusto as well",
            ));
        }
        let mut scope = Scope::default();
        let paths = self.patterns.iter().map(|p| path(binder, p, &mut scope)).collect::<Result<Vec<_>>>()?;
        scope.columns(binder, &graph);
        let predicate = self.predicate.map(|p| scope.rewrite(binder, p)).transpose()?;
        let mut list = Vec::new();
        for item in self.columns {
            list.push(NamedExpr { names: names(item), value: scope.rewrite(binder, &item.value)? });
        }
        let row: Vec<Output> = scope.row.iter().map(|(o, _)| o.clone()).collect();
        let mut projected = Projected::default();
        let predicate = binder.with_row(&row, |binder| {
            binder.project(&list, &mut projected, Projection::Project)?;
            predicate.as_ref().map(|p| binder.predicate(p)).transpose()
        })?;
        let walk = self.walk(binder, graph, paths, scope, &predicate, &projected)?;
        let outputs = walk.outputs.clone();
        let mut found = match predicate {
            Some(predicate) => crate::bind::filtered(walk, predicate, outputs),
            None => walk,
        };
        if self.shortest {
            let all = parameters::choice(self.parameters, "output", false, &[("any", false), ("all", true)])?;
            let outputs = found.outputs.clone();
            let kind = RelationKind::Apply { inputs: vec![found], transform: Arc::new(Shortest { all }) };
            found = Relation { outputs, ordered: false, kind };
        }
        Ok(projected.relation(found))
    }

    /// The walk, which gives the columns that the expressions read and, last, start, end and length of each match.
    fn walk(
        &self,
        binder: &mut Binder,
        graph: Graph,
        paths: Vec<Path>,
        scope: Scope,
        predicate: &Option<Bound>,
        projected: &Projected,
    ) -> Result<Relation> {
        let cycles = [("unique_edges", Cycles::UniqueEdges), ("all", Cycles::All), ("none", Cycles::None)];
        let cycles = parameters::choice(self.parameters, "cycles", Cycles::UniqueEdges, &cycles)?;
        let mut used: Vec<ColumnId> = Vec::new();
        let mut note = |e: &Bound| {
            if let Bound::Column { id, .. } = e {
                used.push(*id);
            }
        };
        projected.items.iter().map(|(_, e)| e).chain(predicate).for_each(|e| e.walk(&mut note));
        let mut walk = Walk {
            paths,
            nodes: scope.nodes.len(),
            edges: scope.edges.len(),
            node_masks: Vec::new(),
            edge_masks: Vec::new(),
            columns: Vec::new(),
            cycles,
            node_ids: scope.node_columns.iter().map(|o| o.id).collect(),
            edge_ids: scope.edge_columns.iter().map(|o| o.id).collect(),
            derived: scope.derived,
            context: binder.context.clone(),
        };
        for conjunct in predicate.iter().flat_map(conjuncts) {
            narrow(&mut walk, &scope.row, conjunct);
        }
        let mut outputs = Vec::new();
        for (output, source) in scope.row.into_iter().filter(|(o, _)| used.contains(&o.id)) {
            walk.columns.push((source, output.ty));
            outputs.push(output);
        }
        for source in [Source::Start, Source::End, Source::Length] {
            walk.columns.push((source, Type::Long));
            outputs.push(binder.output("", Type::Long));
        }
        let kind = RelationKind::Apply { inputs: vec![graph.edges, graph.nodes], transform: Arc::new(walk) };
        Ok(Relation { outputs, ordered: false, kind })
    }
}

/// The names of a projected item: `x.name` is `x_name`.
fn names(item: &NamedExpr) -> Vec<Ident> {
    if !item.names.is_empty() {
        return item.names.clone();
    }
    let name = match &item.value.kind {
        ExprKind::Member { object, name } => match &object.kind {
            ExprKind::Name(variable) => Some(format!("{variable}_{}", name.name)),
            _ => result_name(&item.value),
        },
        ExprKind::Call { name, .. } if OF_NODES.iter().any(|(n, _)| *n == name.name) => Some(name.name.clone()),
        _ => result_name(&item.value),
    };
    name.filter(|n| !n.is_empty()).map(|name| Ident { name, span: item.value.span }).into_iter().collect()
}

fn path(binder: &mut Binder, steps: &[PathStep], scope: &mut Scope) -> Result<Path> {
    let mut path: Option<Path> = None;
    let mut pending: Option<(usize, Direction, usize, usize)> = None;
    for step in steps {
        match step {
            PathStep::Node(name) => {
                let node = scope.node(name.as_ref());
                match (&mut path, pending.take()) {
                    (Some(path), Some((edge, direction, low, high))) => path.hops.push(Hop { edge, direction, low, high, to: node }),
                    _ => path = Some(Path { start: node, hops: Vec::new() }),
                }
            }
            PathStep::Edge { name, direction, range } => {
                let (low, high) = match range {
                    None => (1, 1),
                    Some((low, high)) => (binder.constant_usize(low)?, binder.constant_usize(high)?.min(MAX_HOPS)),
                };
                scope.edges.push((name.as_ref().map(|n| n.name.clone()), range.is_some()));
                pending = Some((scope.edges.len() - 1, *direction, low, high));
            }
        }
    }
    Ok(path.unwrap_or(Path { start: scope.node(None), hops: Vec::new() }))
}

impl Scope {
    /// The number of a node's variable; a name that was there before means the same node.
    fn node(&mut self, name: Option<&Ident>) -> usize {
        let known = name.and_then(|name| self.nodes.iter().position(|n| n.as_deref() == Some(&name.name)));
        known.unwrap_or_else(|| {
            self.nodes.push(name.map(|n| n.name.clone()));
            self.nodes.len() - 1
        })
    }

    fn columns(&mut self, binder: &mut Binder, graph: &Graph) {
        self.node_columns = graph.nodes.outputs.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
        if let Some(key) = self.node_columns.first_mut() {
            key.name = ID.to_owned();
        }
        self.node_columns.extend([DEGREE_IN, DEGREE_OUT].map(|name| binder.output(name, Type::Long)));
        self.edge_columns = graph.edges.outputs.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
        for (variable, name) in self.nodes.iter().enumerate() {
            let Some(name) = name else { continue };
            for (column, o) in self.node_columns.iter().enumerate().filter(|(_, o)| !o.name.is_empty()) {
                self.row.push((binder.output(property(name, &o.name), o.ty), Source::Node { variable, column }));
            }
        }
        for (variable, (name, _)) in self.edges.iter().enumerate().filter(|(_, (_, variable))| !variable) {
            let Some(name) = name else { continue };
            for (column, o) in self.edge_columns.iter().enumerate().filter(|(_, o)| !o.name.is_empty()) {
                self.row.push((binder.output(property(name, &o.name), o.ty), Source::Edge { variable, column }));
            }
        }
    }

    /// An expression over variables as one over the row's columns.
    fn rewrite(&mut self, binder: &mut Binder, expr: &Expr) -> Result<Expr> {
        let named = |name: String| Ok(Expr { kind: ExprKind::Name(name), span: expr.span });
        match &expr.kind {
            ExprKind::Member { object, name } => {
                if let ExprKind::Name(variable) = &object.kind
                    && self.is_variable(variable)
                {
                    // A property of several edges is the array of their values.
                    if let Some(edge) = self.edges.iter().position(|(n, many)| *many && n.as_ref() == Some(variable))
                        && self.edge_columns.iter().any(|o| o.name == name.name)
                    {
                        let each = Expr { kind: ExprKind::Name(name.name.clone()), span: name.span };
                        return named(self.derive(binder, "map", edge, false, &each)?);
                    }
                    let full = property(variable, &name.name);
                    return if self.row.iter().any(|(o, _)| o.name == full) { named(full) } else { Err(self.no_property(variable, name)) };
                }
            }
            ExprKind::Call { name, arguments } => match (name.name.as_str(), arguments.as_slice()) {
                ("all" | "any" | "map", [over, inner]) => {
                    if let Some((edge, nodes)) = self.edge_of(&over.value) {
                        return named(self.derive(binder, &name.name, edge, nodes, &inner.value)?);
                    }
                }
                (function, [of]) => {
                    if let ExprKind::Name(variable) = &of.value.kind
                        && let Some((_, column)) = OF_NODES.iter().find(|(name, _)| *name == function)
                    {
                        return Ok(read(column, property(variable, column), expr.span));
                    }
                }
                _ => {}
            },
            _ => {}
        }
        super::rewrite::parts(expr, &mut |part| self.rewrite(binder, part))
    }

    fn is_variable(&self, name: &str) -> bool {
        self.nodes.iter().any(|n| n.as_deref() == Some(name)) || self.edges.iter().any(|(n, _)| n.as_deref() == Some(name))
    }

    fn no_property(&self, variable: &str, name: &Ident) -> Box<Diagnostic> {
        if self.edges.iter().any(|(n, many)| *many && n.as_deref() == Some(variable)) {
            let message = format!("`{variable}` stands for several edges: ask with `all`, `any` or `map`");
            return Diagnostic::error(Code::UNKNOWN_COLUMN, name.span, message);
        }
        let prefix = property(variable, "");
        let names = self.row.iter().filter_map(|(o, _)| o.name.strip_prefix(&prefix));
        Diagnostic::error(Code::UNKNOWN_COLUMN, name.span, format!("`{variable}` has no property `{}`", name.name))
            .did_you_mean(&name.name, names)
    }

    /// The edge variable that an argument means, and whether its inner nodes are meant.
    fn edge_of(&self, expr: &Expr) -> Option<(usize, bool)> {
        let (name, nodes) = match &expr.kind {
            ExprKind::Name(name) => (name, false),
            ExprKind::Call { name, arguments } if name.name == "inner_nodes" => match arguments.first().map(|a| &a.value.kind) {
                Some(ExprKind::Name(edge)) => (edge, true),
                _ => return None,
            },
            _ => return None,
        };
        let edge = self.edges.iter().position(|(n, _)| n.as_ref() == Some(name))?;
        Some((edge, nodes))
    }

    /// A column for `all(edges, condition)` and its kin.
    fn derive(&mut self, binder: &mut Binder, function: &str, edge: usize, nodes: bool, inner: &Expr) -> Result<String> {
        let columns = if nodes { &self.node_columns } else { &self.edge_columns };
        let inner = degrees(inner)?;
        let (fold, ty) = match function {
            "all" => (Fold::All, Type::Bool),
            "any" => (Fold::Any, Type::Bool),
            _ => (Fold::Map, Type::Dynamic),
        };
        let expr = binder.with_row(columns, |binder| if fold == Fold::Map { binder.scalar(&inner) } else { binder.predicate(&inner) })?;
        let name = format!("\u{1}derived{}", self.derived.len());
        self.row.push((binder.output(name.clone(), ty), Source::Derived(self.derived.len())));
        self.derived.push(Derived { edge, nodes, fold, expr });
        Ok(name)
    }
}

/// A hidden column of a node; an id is text.
fn read(column: &str, name: String, span: Span) -> Expr {
    let value = Expr { kind: ExprKind::Name(name), span };
    if column != ID {
        return value;
    }
    let text = Ident { name: "tostring".to_owned(), span };
    Expr { kind: ExprKind::Call { name: text, arguments: vec![Argument { name: None, value }] }, span }
}

/// `node_degree_in()` of the node at hand.
fn degrees(expr: &Expr) -> Result<Expr> {
    if let ExprKind::Call { name, arguments } = &expr.kind
        && arguments.is_empty()
        && let Some((_, column)) = OF_NODES.iter().find(|(n, _)| *n == name.name)
    {
        return Ok(read(column, (*column).to_owned(), expr.span));
    }
    super::rewrite::parts(expr, &mut degrees)
}

fn conjuncts(predicate: &Bound) -> Vec<&Bound> {
    let (mut stack, mut parts) = (vec![predicate], Vec::new());
    while let Some(expr) = stack.pop() {
        match expr {
            Bound::Call { function, arguments, .. } if function.name == "and" => stack.extend(arguments),
            other => parts.push(other),
        }
    }
    parts
}

/// Lets the walk leave out early what a condition on one node, or on all edges of a variable, excludes.
fn narrow(walk: &mut Walk, row: &[(Output, Source)], conjunct: &Bound) {
    let mut sources = Vec::new();
    conjunct.walk(&mut |e| {
        if let Bound::Column { id, .. } = e {
            sources.extend(row.iter().filter(|(o, _)| o.id == *id).map(|(o, source)| (o.id, *source)));
        }
    });
    match sources.as_slice() {
        [(_, Source::Derived(at)), rest @ ..] if rest.is_empty() && matches!(conjunct, Bound::Column { .. }) => {
            let derived = &walk.derived[*at];
            if derived.fold == Fold::All && !derived.nodes {
                walk.edge_masks.push((derived.edge, derived.expr.clone()));
            }
        }
        [(_, Source::Node { variable, .. }), ..] => {
            let same = sources.iter().all(|(_, s)| matches!(s, Source::Node { variable: v, .. } if v == variable));
            if same {
                walk.node_masks.push((*variable, over(conjunct, &sources, &walk.node_ids)));
            }
        }
        [(_, Source::Edge { variable, .. }), ..] => {
            let same = sources.iter().all(|(_, s)| matches!(s, Source::Edge { variable: v, .. } if v == variable));
            if same {
                walk.edge_masks.push((*variable, over(conjunct, &sources, &walk.edge_ids)));
            }
        }
        _ => {}
    }
}

/// The condition over the columns of all nodes or edges instead of one variable's.
fn over(conjunct: &Bound, sources: &[(ColumnId, Source)], ids: &[ColumnId]) -> Bound {
    let mut expr = conjunct.clone();
    expr.renumber(&mut |id| {
        let column = sources.iter().find(|(known, _)| *known == id).and_then(|(_, source)| match source {
            Source::Node { column, .. } | Source::Edge { column, .. } => ids.get(*column),
            _ => None,
        });
        column.copied().unwrap_or(id)
    });
    expr
}
