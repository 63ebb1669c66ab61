//! Whether edges come near to a small convex polygon, such as a cell of a grid.

use super::edge::{bounds, distance};
use super::{Edge, Vector};

pub struct Near {
    sides: Vec<Edge>,
    /// Directions into the polygon, one for each side.
    inward: Vec<Vector>,
    /// The box around the polygon and all that is near.
    around: [(f64, f64); 3],
    /// As an angle.
    radius: f64,
}

impl Near {
    /// Corners against the clock, fewer than a quarter turn apart.
    pub fn new(corners: &[Vector], radius: f64) -> Near {
        let sides: Vec<Edge> = corners.iter().zip(corners.iter().cycle().skip(1)).map(|(a, b)| (*a, *b)).collect();
        let inward = sides.iter().filter_map(|(a, b)| a.normal(*b).unit()).collect();
        // No two points of the polygon are farther apart than twice its reach.
        let center = corners.iter().fold(Vector::ZERO, |sum, corner| sum.plus(*corner, 1.0)).unit();
        let reach = center.map_or(4.0, |center| corners.iter().map(|corner| center.angle(*corner)).fold(0.0, f64::max) + radius + 1e-9);
        let around = std::array::from_fn(|axis| {
            let middle = center.map_or(0.0, |center| center.0[axis]);
            (middle - reach, middle + reach)
        });
        Near { sides, inward, around, radius }
    }

    /// Whether a part of the edge lies inside or within the radius.
    pub fn reaches(&self, edge: Edge) -> bool {
        let there = bounds(edge);
        let apart = |axis: usize| there[axis].0 > self.around[axis].1 || there[axis].1 < self.around[axis].0;
        if (0..3).any(apart) {
            return false;
        }
        self.enters(edge) || self.radius > 0.0 && self.sides.iter().any(|side| distance(*side, edge) <= self.radius)
    }

    /// By what is left of the edge's chord after cutting it at each side's plane.
    fn enters(&self, (a, b): Edge) -> bool {
        const ROUNDING: f64 = 1e-15;
        let way = b.plus(a, -1.0);
        let (mut first, mut last) = (0.0f64, 1.0f64);
        for inward in &self.inward {
            let (start, change) = (inward.dot(a) + ROUNDING, inward.dot(way));
            if change == 0.0 && start < 0.0 {
                return false;
            }
            let place = -start / change;
            if change > 0.0 {
                first = first.max(place);
            } else if change < 0.0 {
                last = last.min(place);
            }
        }
        first <= last
    }
}
