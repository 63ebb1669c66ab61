//! Edges of two sources cut where they meet, so that what is left meets at ends only.

use std::collections::{BTreeMap, HashMap};

use super::edge::{bounds, crossing, inside_edge};
use super::{Edge, SAME, Vector};

/// Which of two shapes an edge is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    First,
    Second,
}

/// A part of an edge between two of the arrangement's points.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    pub from: usize,
    pub to: usize,
    pub source: Source,
    /// The number of the edge that it is a part of: the first source's edges, then the second's.
    pub edge: usize,
}

pub struct Arrangement {
    pub points: Vec<Vector>,
    /// In the order of the edges, then along each.
    pub pieces: Vec<Piece>,
}

impl Arrangement {
    pub fn new(first: impl Iterator<Item = Edge>, second: impl Iterator<Item = Edge>) -> Arrangement {
        let edges: Vec<(Edge, Source)> = first.map(|edge| (edge, Source::First)).chain(second.map(|edge| (edge, Source::Second))).collect();
        let mut points = Points::default();
        let ends: Vec<(usize, usize)> = edges.iter().map(|((a, b), _)| (points.number(*a), points.number(*b))).collect();
        let straight: Vec<Edge> = ends.iter().map(|(a, b)| (points.all[*a], points.all[*b])).collect();
        let mut cuts: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
        each_close_pair(&straight, |i, j| cut(i, j, &straight, &ends, &mut points, &mut cuts));
        let mut pieces = Vec::with_capacity(edges.len());
        for (edge, ((from, to), mut cuts)) in ends.into_iter().zip(cuts).enumerate() {
            let start = straight[edge].0;
            cuts.sort_by(|a, b| start.angle(points.all[*a]).total_cmp(&start.angle(points.all[*b])));
            cuts.push(to);
            let mut at = from;
            for next in cuts.into_iter().filter(|next| *next != from || *next == to) {
                if next != at {
                    pieces.push(Piece { from: at, to: next, source: edges[edge].1, edge });
                }
                at = next;
            }
        }
        Arrangement { points: points.all, pieces }
    }

    /// The pieces between the same two points together, by these points (the lesser first).
    pub fn groups(&self) -> BTreeMap<(usize, usize), Vec<Piece>> {
        let mut groups: BTreeMap<(usize, usize), Vec<Piece>> = BTreeMap::new();
        for piece in &self.pieces {
            groups.entry((piece.from.min(piece.to), piece.from.max(piece.to))).or_default().push(*piece);
        }
        groups
    }

    pub fn middle(&self, from: usize, to: usize) -> Vector {
        self.points[from].middle(self.points[to]).unwrap_or(self.points[from])
    }
}

/// Whether edges of rings cross, or are there twice.
pub fn tangled(edges: &[Edge]) -> bool {
    let same = |a: Edge, b: Edge| a == b || (a.0, a.1) == (b.1, b.0);
    let mut tangled = false;
    each_close_pair(edges, |i, j| tangled = tangled || same(edges[i], edges[j]) || crossing(edges[i], edges[j]).is_some());
    tangled
}

/// Notes where two edges have to be cut.
fn cut(i: usize, j: usize, edges: &[Edge], ends: &[(usize, usize)], points: &mut Points, cuts: &mut [Vec<usize>]) {
    let mut touching = false;
    for (edge, other) in [(i, j), (j, i)] {
        for (end, point) in [(ends[other].0, edges[other].0), (ends[other].1, edges[other].1)] {
            if end == ends[edge].0 || end == ends[edge].1 {
                touching = true;
            } else if inside_edge(point, edges[edge]) {
                touching = true;
                cuts[edge].push(end);
            }
        }
    }
    if !touching && let Some(place) = crossing(edges[i], edges[j]) {
        let number = points.number(place);
        cuts[i].push(number);
        cuts[j].push(number);
    }
}

/// Calls with the numbers of all pairs of edges whose boxes overlap.
fn each_close_pair(edges: &[Edge], mut found: impl FnMut(usize, usize)) {
    let boxes: Vec<[(f64, f64); 3]> = edges.iter().map(|edge| bounds(*edge)).collect();
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|a, b| boxes[*a][2].0.total_cmp(&boxes[*b][2].0));
    for (at, &i) in order.iter().enumerate() {
        for &j in &order[at + 1..] {
            if boxes[j][2].0 > boxes[i][2].1 {
                break;
            }
            let overlap = |axis: usize| boxes[i][axis].0 <= boxes[j][axis].1 && boxes[j][axis].0 <= boxes[i][axis].1;
            if overlap(0) && overlap(1) {
                found(i.min(j), i.max(j));
            }
        }
    }
}

/// Points, each once: places that are the same share a number.
#[derive(Default)]
struct Points {
    all: Vec<Vector>,
    /// By the cell of a grid that is coarse against the distance of places that are the same.
    cells: HashMap<[i64; 3], Vec<usize>>,
}

impl Points {
    fn number(&mut self, point: Vector) -> usize {
        const CELL: f64 = SAME * 8.0;
        let place = |shift: f64| point.0.map(|v| ((v + shift) / CELL).floor() as i64);
        let (low, high) = (place(-SAME), place(SAME));
        for x in low[0]..=high[0] {
            for y in low[1]..=high[1] {
                for z in low[2]..=high[2] {
                    let there = self.cells.get(&[x, y, z]).map(Vec::as_slice).unwrap_or_default();
                    if let Some(known) = there.iter().find(|known| self.all[**known].near(point)) {
                        return *known;
                    }
                }
            }
        }
        self.all.push(point);
        self.cells.entry(place(0.0)).or_default().push(self.all.len() - 1);
        self.all.len() - 1
    }
}
