//! Finds the matches of patterns in a graph by walking along its edges.

use std::collections::HashMap;

use arrow::array::UInt32Array;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Compiled, Layout};
use crate::plan::{ColumnId, Context, Expr, Transform};
use crate::value::{Batch, Column, ColumnBuilder, Json, Type, Value};

use super::graph::links;
use super::graph_pattern::Direction;

/// More steps than this over edges are refused, as are more matches than `MAX_MATCHES`.
const MAX_STEPS: usize = 50_000_000;
const MAX_MATCHES: usize = 5_000_000;

#[derive(Clone, Debug)]
pub struct Path {
    pub start: usize,
    pub hops: Vec<Hop>,
}

/// Between `low` and `high` edges to another node.
#[derive(Clone, Debug)]
pub struct Hop {
    pub edge: usize,
    pub direction: Direction,
    pub low: usize,
    pub high: usize,
    pub to: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycles {
    All,
    /// No node twice on a path.
    None,
    /// No edge twice in a match.
    UniqueEdges,
}

/// Where a column of the result comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    Node { variable: usize, column: usize },
    Edge { variable: usize, column: usize },
    Derived(usize),
    Start,
    End,
    Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    All,
    Any,
    Map,
}

/// `all(e, …)`, `any(…)`, `map(…)` over the edges of a variable or the nodes between them.
#[derive(Debug)]
pub struct Derived {
    pub edge: usize,
    pub nodes: bool,
    pub fold: Fold,
    pub expr: Expr,
}

#[derive(Debug)]
pub struct Walk {
    pub paths: Vec<Path>,
    /// How many variables there are.
    pub nodes: usize,
    pub edges: usize,
    /// Conditions on the nodes and edges of a variable.
    pub node_masks: Vec<(usize, Expr)>,
    pub edge_masks: Vec<(usize, Expr)>,
    pub columns: Vec<(Source, Type)>,
    pub cycles: Cycles,
    pub node_ids: Vec<ColumnId>,
    pub edge_ids: Vec<ColumnId>,
    pub derived: Vec<Derived>,
    pub context: Context,
}

/// A match: the row of each node variable, and each edge variable's edges with the node that each leads to.
struct Match {
    nodes: Vec<u32>,
    trails: Vec<Vec<(u32, u32)>>,
}

impl Transform for Walk {
    fn name(&self) -> &str {
        "graph-match"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let Ok([edges, mut nodes]) = <[Batch; 2]>::try_from(inputs) else { return Ok(Batch::empty([])) };
        let links = links(&edges, &nodes);
        add_degrees(&mut nodes, &links);
        let mut search = Search::new(self, &edges, &nodes, &links)?;
        search.path(0)?;
        let matches = search.matches;
        self.assemble(&edges, &nodes, &matches)
    }
}

fn add_degrees(nodes: &mut Batch, links: &[Option<(u32, u32)>]) {
    let (mut into, mut out) = (vec![0i64; nodes.rows], vec![0i64; nodes.rows]);
    for (a, b) in links.iter().flatten() {
        out[*a as usize] += 1;
        into[*b as usize] += 1;
    }
    nodes.columns.extend([into, out].map(|counts| Column::from_values(Type::Long, counts.into_iter().map(Value::Long))));
}

impl Walk {
    fn assemble(&self, edges: &Batch, nodes: &Batch, matches: &[Match]) -> Result<Batch> {
        let mut derived = Vec::new();
        for item in &self.derived {
            let (ids, batch) = if item.nodes { (&self.node_ids, nodes) } else { (&self.edge_ids, edges) };
            derived.push(Compiled::new(&item.expr, &Layout::new(ids.iter().copied()), &self.context)?.column(batch));
        }
        let longs = |number: &dyn Fn(&Match) -> i64| Column::from_values(Type::Long, matches.iter().map(|m| Value::Long(number(m))));
        let first = self.paths.first();
        let (start, end) = (first.map_or(0, |p| p.start), first.and_then(|p| p.hops.last()).map_or(0, |h| h.to));
        let column = |(source, ty): &(Source, Type)| match source {
            Source::Node { variable, column } => {
                nodes.columns[*column].take(&UInt32Array::from_iter_values(matches.iter().map(|m| m.nodes[*variable])))
            }
            Source::Edge { variable, column } => {
                let rows = matches.iter().map(|m| m.trails[*variable].first().map(|(edge, _)| *edge));
                edges.columns[*column].take(&UInt32Array::from_iter(rows))
            }
            Source::Derived(at) => {
                let mut builder = ColumnBuilder::new(*ty, matches.len());
                matches.iter().for_each(|m| builder.push(fold(&self.derived[*at], &derived[*at], m)));
                builder.finish()
            }
            Source::Start => longs(&|m| i64::from(m.nodes[start])),
            Source::End => longs(&|m| i64::from(m.nodes[end])),
            Source::Length => longs(&|m| m.trails.iter().map(Vec::len).sum::<usize>() as i64),
        };
        Ok(Batch { columns: self.columns.iter().map(column).collect(), rows: matches.len() })
    }
}

fn fold(derived: &Derived, values: &Column, found: &Match) -> Value<'static> {
    let trail = &found.trails[derived.edge];
    let rows: Vec<u32> = match derived.nodes {
        true => trail.iter().take(trail.len().saturating_sub(1)).map(|(_, node)| *node).collect(),
        false => trail.iter().map(|(edge, _)| *edge).collect(),
    };
    let holds = |row: &u32| matches!(values.value(*row as usize), Value::Bool(true));
    match derived.fold {
        Fold::All => Value::Bool(rows.iter().all(holds)),
        Fold::Any => Value::Bool(rows.iter().any(holds)),
        Fold::Map => Json::Array(rows.iter().map(|row| Json::from_value(&values.value(*row as usize))).collect()).into_dynamic(),
    }
}

/// A depth-first search through all paths, one after the other.
struct Search<'a> {
    walk: &'a Walk,
    /// Per node: its edges and the nodes at their other ends.
    onward: Vec<Vec<(u32, u32)>>,
    back: Vec<Vec<(u32, u32)>>,
    node_masks: Vec<Option<Column>>,
    edge_masks: Vec<Option<Column>>,
    nodes: Vec<Option<u32>>,
    trails: Vec<Vec<(u32, u32)>>,
    used: Vec<bool>,
    /// The nodes on the current path.
    visited: Vec<u32>,
    steps: usize,
    matches: Vec<Match>,
}

/// The rows that meet all of a variable's conditions.
fn masks(count: usize, conditions: &[(usize, Expr)], ids: &[ColumnId], batch: &Batch, context: &Context) -> Result<Vec<Option<Column>>> {
    let layout = Layout::new(ids.iter().copied());
    let mut masks: Vec<Option<Column>> = vec![None; count];
    for (variable, expr) in conditions {
        let mask = Compiled::new(expr, &layout, context)?.column(batch);
        masks[*variable] = Some(match masks[*variable].take() {
            None => mask,
            Some(before) => Column::from_values(
                Type::Bool,
                before.values().zip(mask.values()).map(|(a, b)| Value::Bool(a.as_bool() == Some(true) && b.as_bool() == Some(true))),
            ),
        });
    }
    Ok(masks)
}

fn allowed(mask: &Option<Column>, row: u32) -> bool {
    mask.as_ref().is_none_or(|m| matches!(m.value(row as usize), Value::Bool(true)))
}

impl<'a> Search<'a> {
    fn new(walk: &'a Walk, edges: &Batch, nodes: &Batch, links: &[Option<(u32, u32)>]) -> Result<Search<'a>> {
        let (mut onward, mut back) = (vec![Vec::new(); nodes.rows], vec![Vec::new(); nodes.rows]);
        for (edge, (a, b)) in links.iter().enumerate().filter_map(|(edge, link)| link.map(|l| (edge as u32, l))) {
            onward[a as usize].push((edge, b));
            back[b as usize].push((edge, a));
        }
        Ok(Search {
            node_masks: masks(walk.nodes, &walk.node_masks, &walk.node_ids, nodes, &walk.context)?,
            edge_masks: masks(walk.edges, &walk.edge_masks, &walk.edge_ids, edges, &walk.context)?,
            walk,
            onward,
            back,
            nodes: vec![None; walk.nodes],
            trails: vec![Vec::new(); walk.edges],
            used: vec![false; edges.rows],
            visited: Vec::new(),
            steps: 0,
            matches: Vec::new(),
        })
    }

    fn count_step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.matches.len() > MAX_MATCHES {
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "the pattern has too many matches in this graph")
                .help("narrow the start with a condition on one node, or allow fewer edges"));
        }
        Ok(())
    }

    fn path(&mut self, at: usize) -> Result<()> {
        let Some(path) = self.walk.paths.get(at) else {
            let nodes = self.nodes.iter().map(|n| n.unwrap_or_default()).collect();
            self.matches.push(Match { nodes, trails: self.trails.clone() });
            return Ok(());
        };
        let outer = std::mem::take(&mut self.visited);
        match self.nodes[path.start] {
            Some(node) => {
                self.visited.push(node);
                self.hop(at, 0, node)?;
            }
            None => {
                for node in 0..self.onward.len() as u32 {
                    if allowed(&self.node_masks[path.start], node) {
                        self.count_step()?;
                        self.nodes[path.start] = Some(node);
                        self.visited = vec![node];
                        self.hop(at, 0, node)?;
                    }
                }
                self.nodes[path.start] = None;
            }
        }
        self.visited = outer;
        Ok(())
    }

    fn hop(&mut self, path: usize, hop: usize, from: u32) -> Result<()> {
        if hop == self.walk.paths[path].hops.len() { self.path(path + 1) } else { self.extend(path, hop, from) }
    }

    /// One more edge of a hop, or the end of it.
    fn extend(&mut self, path: usize, at: usize, node: u32) -> Result<()> {
        let walk = self.walk;
        let hop = &walk.paths[path].hops[at];
        let length = self.trails[hop.edge].len();
        if length >= hop.low {
            self.arrive(path, at, node)?;
        }
        if length >= hop.high {
            return Ok(());
        }
        let neighbours: Vec<(u32, u32)> = match hop.direction {
            Direction::Right => self.onward[node as usize].clone(),
            Direction::Left => self.back[node as usize].clone(),
            // An edge from a node to itself is one edge, seen from either side.
            Direction::Any => {
                let back = self.back[node as usize].iter().filter(|(_, from)| *from != node);
                self.onward[node as usize].iter().chain(back).copied().collect()
            }
        };
        for (edge, next) in neighbours {
            self.count_step()?;
            let repeated = match walk.cycles {
                Cycles::All => false,
                Cycles::None => self.visited.contains(&next) || self.used[edge as usize],
                Cycles::UniqueEdges => self.used[edge as usize],
            };
            if repeated || !allowed(&self.edge_masks[hop.edge], edge) {
                continue;
            }
            let was_used = std::mem::replace(&mut self.used[edge as usize], true);
            self.trails[hop.edge].push((edge, next));
            self.visited.push(next);
            self.extend(path, at, next)?;
            self.visited.pop();
            self.trails[hop.edge].pop();
            self.used[edge as usize] = was_used;
        }
        Ok(())
    }

    fn arrive(&mut self, path: usize, at: usize, node: u32) -> Result<()> {
        let to = self.walk.paths[path].hops[at].to;
        match self.nodes[to] {
            Some(bound) if bound == node => self.hop(path, at + 1, node),
            Some(_) => Ok(()),
            None if allowed(&self.node_masks[to], node) => {
                self.nodes[to] = Some(node);
                let result = self.hop(path, at + 1, node);
                self.nodes[to] = None;
                result
            }
            None => Ok(()),
        }
    }
}

/// Of the matches from one node to another, the shortest: the first of them, or all. Start, end and length are the last columns.
#[derive(Debug)]
pub struct Shortest {
    pub all: bool,
}

impl Transform for Shortest {
    fn name(&self) -> &str {
        "graph-shortest-paths"
    }

    fn apply(&self, mut inputs: Vec<Batch>) -> Result<Batch> {
        let Some(batch) = inputs.pop() else { return Ok(Batch::empty([])) };
        let Some([start, end, length]) = batch.columns.last_chunk::<3>() else { return Ok(batch) };
        let number = |c: &Column, row: usize| c.value(row).as_i64().unwrap_or_default();
        let mut best: HashMap<(i64, i64), (i64, usize)> = HashMap::new();
        for row in 0..batch.rows {
            let found = (number(length, row), row);
            let known = best.entry((number(start, row), number(end, row))).or_insert(found);
            if found.0 < known.0 {
                *known = found;
            }
        }
        let keep = (0..batch.rows).filter(|row| {
            let best = best.get(&(number(start, *row), number(end, *row)));
            best.is_some_and(|(shortest, first)| if self.all { *shortest == number(length, *row) } else { first == row })
        });
        let rows = UInt32Array::from_iter_values(keep.map(|row| row as u32));
        Ok(batch.take(&rows))
    }
}
