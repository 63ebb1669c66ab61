//! Graphs between operators: two relations, edges and nodes, under an `Apply` that is no table.
//!
//! The edges begin with the keys of their source and target, the nodes with their own key, all as text in hidden columns.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::bind::{Binder, Projected};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Output, Relation, RelationKind, Transform};
use crate::value::{Batch, Column, ColumnBuilder, Type, Value};

const GRAPH: &str = "graph";

/// A graph as the operators over it see it.
#[derive(Clone)]
pub struct Graph {
    /// Source key, target key, then the columns of the edges.
    pub edges: Relation,
    /// Key, then the columns of the nodes.
    pub nodes: Relation,
}

impl Graph {
    /// As what flows through the pipeline.
    pub fn into_relation(self) -> Relation {
        let kind = RelationKind::Apply { inputs: vec![self.edges, self.nodes], transform: Arc::new(NoTable) };
        Relation { outputs: Vec::new(), ordered: false, kind }
    }

    /// The graph that an operator gets.
    pub fn from_input(input: Option<Relation>, span: Span) -> Result<Graph> {
        if let Some(Relation { kind: RelationKind::Apply { inputs, transform }, .. }) = input
            && transform.name() == GRAPH
            && let Ok([edges, nodes]) = <[Relation; 2]>::try_from(inputs)
        {
            return Ok(Graph { edges, nodes });
        }
        Err(Diagnostic::error(Code::NOT_TABULAR, span, "this operator needs a graph before it").help("`make-graph` builds one of edges"))
    }
}

#[derive(Debug)]
struct NoTable;

impl Transform for NoTable {
    fn name(&self) -> &str {
        GRAPH
    }

    fn apply(&self, _inputs: Vec<Batch>) -> Result<Batch> {
        Err(Diagnostic::error(Code::NOT_TABULAR, Span::default(), "a graph is no table")
            .help("`graph-match` or `graph-to-table` makes a table of it"))
    }
}

/// The relation with text keys in hidden columns in front.
pub fn keyed(binder: &mut Binder, input: Relation, keys: Vec<Bound>, name: &str) -> Relation {
    let mut projected = Projected::default();
    for key in keys {
        projected.items.push((binder.output(name, Type::String), crate::bind::convert(key, Type::String)));
    }
    projected.items.extend(Projected::keep(&input.outputs).items);
    projected.relation(input)
}

/// The nodes of a graph: those of the table (key first), each key once, then the ends of edges that it lacks.
pub fn collect_nodes(binder: &mut Binder, edges: &Relation, table: Relation, ids: Vec<String>) -> Relation {
    let ends = binder.freshen(edges);
    let fill = table.outputs.iter().enumerate().filter(|(_, o)| ids.contains(&o.name)).map(|(at, _)| at).collect();
    let outputs: Vec<Output> =
        table.outputs.iter().enumerate().map(|(at, o)| binder.output(if at == 0 { String::new() } else { o.name.clone() }, o.ty)).collect();
    let kind = RelationKind::Apply { inputs: vec![ends, table], transform: Arc::new(CollectNodes { fill }) };
    Relation { outputs, ordered: false, kind }
}

#[derive(Debug)]
struct CollectNodes {
    /// The columns that hold a node's key.
    fill: Vec<usize>,
}

impl Transform for CollectNodes {
    fn name(&self) -> &str {
        "nodes"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [edges, table] = inputs.as_slice() else { return Ok(Batch::empty([])) };
        let mut seen: HashSet<String> = HashSet::new();
        let mut builders: Vec<ColumnBuilder> = table.columns.iter().map(|c| ColumnBuilder::new(c.ty(), table.rows)).collect();
        for row in 0..table.rows {
            if seen.insert(table.columns[0].value(row).to_text().into_owned()) {
                builders.iter_mut().zip(&table.columns).for_each(|(b, c)| b.push(c.value(row)));
            }
        }
        for row in 0..edges.rows {
            for end in &edges.columns[..2] {
                let key = end.value(row).to_text().into_owned();
                if !seen.insert(key.clone()) {
                    continue;
                }
                for (at, builder) in builders.iter_mut().enumerate() {
                    match at == 0 || self.fill.contains(&at) {
                        true => builder.push(Value::string(key.clone()).convert(builder.ty())),
                        false => builder.push_null(),
                    }
                }
            }
        }
        let rows = seen.len();
        Ok(Batch { columns: builders.into_iter().map(ColumnBuilder::finish).collect(), rows })
    }
}

/// Adds to every node the number of its component.
#[derive(Debug)]
pub struct Components {
    /// Only nodes that reach each other both ways are together.
    pub strong: bool,
}

impl Transform for Components {
    fn name(&self) -> &str {
        "graph-mark-components"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [edges, nodes] = inputs.as_slice() else { return Ok(Batch::empty([])) };
        let links = links(edges, nodes);
        let components = if self.strong { strong(&links, nodes.rows) } else { weak(&links, nodes.rows) };
        let mut numbers: HashMap<usize, i64> = HashMap::new();
        let numbered = components.into_iter().map(|c| {
            let next = numbers.len() as i64;
            Value::Long(*numbers.entry(c).or_insert(next))
        });
        let mut result = nodes.clone();
        result.columns.push(Column::from_values(Type::Long, numbered));
        Ok(result)
    }
}

/// The rows of the source and target of every edge that has both.
pub fn links(edges: &Batch, nodes: &Batch) -> Vec<Option<(u32, u32)>> {
    let keys: HashMap<String, u32> = (0..nodes.rows).map(|row| (nodes.columns[0].value(row).to_text().into_owned(), row as u32)).collect();
    let end = |column: usize, row: usize| keys.get(edges.columns[column].value(row).to_text().as_ref()).copied();
    (0..edges.rows).map(|row| end(0, row).zip(end(1, row))).collect()
}

fn weak(links: &[Option<(u32, u32)>], count: usize) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for (a, b) in links.iter().flatten() {
        let (a, b) = (root(&mut parent, *a as usize), root(&mut parent, *b as usize));
        parent[a.max(b)] = a.min(b);
    }
    (0..count).map(|at| root(&mut parent, at)).collect()
}

/// Kosaraju's two passes, without recursion.
fn strong(links: &[Option<(u32, u32)>], count: usize) -> Vec<usize> {
    let (mut onward, mut back) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (a, b) in links.iter().flatten() {
        onward[*a as usize].push(*b as usize);
        back[*b as usize].push(*a as usize);
    }
    let mut seen = vec![false; count];
    let mut finished = Vec::new();
    for start in 0..count {
        let mut stack = if seen[start] { Vec::new() } else { vec![(start, 0)] };
        seen[start] = true;
        while let Some((at, next)) = stack.pop() {
            match onward[at].get(next) {
                Some(to) => {
                    stack.push((at, next + 1));
                    if !std::mem::replace(&mut seen[*to], true) {
                        stack.push((*to, 0));
                    }
                }
                None => finished.push(at),
            }
        }
    }
    let mut component = vec![usize::MAX; count];
    for start in finished.into_iter().rev() {
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            if component[at] == usize::MAX {
                component[at] = start;
                stack.extend(back[at].iter().filter(|b| component[**b] == usize::MAX));
            }
        }
    }
    component
}
