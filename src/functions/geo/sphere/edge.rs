//! Edges: the shortest arc between two points that are not opposite.

use super::{SAME, Vector};

pub type Edge = (Vector, Vector);

/// Positive where `p` lies to the left of the great circle from `a` to `b`; precise for close points too.
pub fn side((a, b): Edge, p: Vector) -> f64 {
    a.dot(b.plus(a, -1.0).cross(p.plus(a, -1.0)))
}

/// The point inside both edges where they cross.
pub fn crossing(e: Edge, f: Edge) -> Option<Vector> {
    let sides = [side(e, f.0), -side(e, f.1), side(f, e.1), -side(f, e.0)];
    if !(sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0)) {
        return None;
    }
    let across = e.0.normal(e.1).unit()?.cross(f.0.normal(f.1).unit()?).unit()?;
    let around = e.0.plus(e.1, 1.0).plus(f.0, 1.0).plus(f.1, 1.0);
    Some(if across.dot(around) < 0.0 { across.opposite() } else { across })
}

/// The place of the edge that is closest to the point.
pub fn closest_on_edge(point: Vector, (a, b): Edge) -> Vector {
    let near = || if point.angle(a) <= point.angle(b) { a } else { b };
    let Some(normal) = a.normal(b).unit() else { return near() };
    // The foot of the perpendicular counts if it lies between the ends.
    match point.plus(normal, -point.dot(normal)).unit() {
        Some(foot) if a.cross(foot).dot(normal) >= 0.0 && foot.cross(b).dot(normal) >= 0.0 => foot,
        _ => near(),
    }
}

/// Whether the point lies on the edge but is none of its ends.
pub fn inside_edge(point: Vector, edge: Edge) -> bool {
    !point.near(edge.0) && !point.near(edge.1) && closest_on_edge(point, edge).plus(point, -1.0).length() < SAME
}

/// The angle between two edges at their closest.
pub fn distance(e: Edge, f: Edge) -> f64 {
    if crossing(e, f).is_some() {
        return 0.0;
    }
    let ends = [(e.0, f), (e.1, f), (f.0, e), (f.1, e)];
    ends.map(|(end, edge)| end.angle(closest_on_edge(end, edge))).into_iter().fold(f64::MAX, f64::min)
}

/// The box around an edge, each axis from its least to its greatest coordinate.
pub fn bounds((a, b): Edge) -> [(f64, f64); 3] {
    // The arc bulges beyond its chord by no more than this.
    let chord = b.plus(a, -1.0).length();
    let bulge = 1.0 - (1.0 - (chord / 2.0).min(1.0).powi(2)).sqrt() + SAME;
    std::array::from_fn(|axis| (a.0[axis].min(b.0[axis]) - bulge, a.0[axis].max(b.0[axis]) + bulge))
}
