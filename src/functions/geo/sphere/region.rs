//! Regions of the sphere: what lies to the left of all of their rings.

use std::f64::consts::PI;

use super::cap::Cap;
use super::edge::closest_on_edge;
use super::{Edge, Vector};

/// Corners in order; the last is joined with the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring(pub Vec<Vector>);

#[derive(Clone, Debug, Default)]
pub struct Region {
    pub rings: Vec<Ring>,
}

impl Ring {
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        let next = self.0.iter().cycle().skip(1);
        self.0.iter().zip(next).map(|(a, b)| (*a, *b))
    }

    /// The area to the left, in units of the squared radius: between 0 and 4π.
    pub fn area(&self) -> f64 {
        self.signed_area().rem_euclid(4.0 * PI)
    }

    /// Negative for small rings that run clockwise.
    fn signed_area(&self) -> f64 {
        let Some(first) = self.0.first().copied() else { return 0.0 };
        let excess = |(a, b): Edge| {
            // The volume of the triangle with the first corner, from differences: precise for small ones.
            let volume = first.dot(a.plus(first, -1.0).cross(b.plus(first, -1.0)));
            2.0 * volume.atan2(1.0 + first.dot(a) + a.dot(b) + b.dot(first))
        };
        self.edges().map(excess).sum()
    }

    /// Turned so that the smaller side lies to the left. The last edge stays the last.
    pub fn smaller_side(mut self) -> Ring {
        if self.area() > 2.0 * PI {
            self.0.reverse();
        }
        self
    }

    /// Whether it bounds its region from outside.
    pub fn is_shell(&self) -> bool {
        self.area() <= 2.0 * PI
    }

    pub fn reversed(mut self) -> Ring {
        self.0.reverse();
        self
    }

    /// How far the ring turns around the point, as seen from there.
    fn turning(&self, point: Vector) -> f64 {
        self.edges()
            .map(|(a, b)| {
                let (a, b) = (a.plus(point, -1.0), b.plus(point, -1.0));
                let (u, v) = (point.cross(a), point.cross(b));
                a.cross(b).dot(point).atan2(u.dot(v))
            })
            .sum()
    }
}

impl Region {
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        self.rings.iter().flat_map(Ring::edges)
    }

    pub fn corners(&self) -> impl Iterator<Item = Vector> {
        self.rings.iter().flat_map(|ring| ring.0.iter().copied())
    }

    pub fn cap(&self) -> Cap {
        Cap::around(&self.corners().collect::<Vec<_>>())
    }

    /// By the angles under which the point sees the edges: once around inside, once the other way around opposite to what is inside. (A
    /// point and its opposite cannot both be told to lie in a region that holds both; such regions reach more than halfway around.)
    pub fn contains(&self, point: Vector) -> bool {
        self.rings.iter().map(|ring| ring.turning(point)).sum::<f64>() > PI
    }

    pub fn area(&self) -> f64 {
        self.rings.iter().map(Ring::signed_area).sum::<f64>().rem_euclid(4.0 * PI)
    }

    pub fn perimeter(&self) -> f64 {
        self.edges().map(|(a, b)| a.angle(b)).sum()
    }

    /// The integral of the points of the surface.
    pub fn moment(&self) -> Vector {
        self.edges().fold(Vector::ZERO, |sum, (a, b)| match a.normal(b).unit() {
            Some(normal) => sum.plus(normal, a.angle(b) / 2.0),
            None => sum,
        })
    }

    /// The place of the region that is closest to the point: itself if it lies inside.
    pub fn closest(&self, point: Vector) -> Option<Vector> {
        if self.contains(point) {
            return Some(point);
        }
        let on_edges = self.edges().map(|edge| closest_on_edge(point, edge));
        on_edges.min_by(|a, b| point.angle(*a).total_cmp(&point.angle(*b)))
    }
}
