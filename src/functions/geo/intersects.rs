//! geo_intersects_2lines() and its kin: whether shapes touch.

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::point::{CATEGORY, Vector};
use super::shape::{Path, Polygon, lines, polygons};

pub static GEO_INTERSECTS_2LINES: Function = Function {
    name: "geo_intersects_2lines",
    category: CATEGORY,
    signatures: &["(lineString1:dynamicbag, lineString2:dynamicbag) -> bool"],
    summary: "Whether two lines cross or touch.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), lines(&arguments[1])) {
        (Some(a), Some(b)) => Value::Bool(meet(&line_edges(&a), &line_edges(&b))),
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[2,2]]}), dynamic({'type':'LineString','coordinates':[[0,2],[2,0]]}))",
        "true",
    )],
    ..Function::NEW
};

pub static GEO_INTERSECTS_2POLYGONS: Function = Function {
    name: "geo_intersects_2polygons",
    category: CATEGORY,
    signatures: &["(polygon1:dynamicbag, polygon2:dynamicbag) -> bool"],
    summary: "Whether two polygons have a point in common.",
    kernel: Kernel::Row(|arguments| match (polygons(&arguments[0]), polygons(&arguments[1])) {
        (Some(a), Some(b)) => {
            let reaches = |a: &[Polygon], b: &[Polygon]| a.iter().flat_map(Polygon::corners).any(|corner| holds(b, corner));
            Value::Bool(reaches(&a, &b) || reaches(&b, &a) || meet(&polygon_edges(&a), &polygon_edges(&b)))
        }
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[1,1],[2,1],[1,2],[1,1]]]}))",
        "true",
    )],
    ..Function::NEW
};

pub static GEO_INTERSECTS_LINE_WITH_POLYGON: Function = Function {
    name: "geo_intersects_line_with_polygon",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, polygon:dynamicbag) -> bool"],
    summary: "Whether a line and a polygon have a point in common.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), polygons(&arguments[1])) {
        (Some(lines), Some(polygons)) => {
            let mut corners = lines.iter().flat_map(|line| &line.points).map(|point| point.vector());
            Value::Bool(corners.any(|corner| holds(&polygons, corner)) || meet(&line_edges(&lines), &polygon_edges(&polygons)))
        }
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[5,5],[6,6]]}), dynamic({'type':'Polygon','coordinates':[[[1,1],[2,1],[1,2],[1,1]]]}))",
        "false",
    )],
    ..Function::NEW
};

type Edge = (Vector, Vector);

fn line_edges(lines: &[Path]) -> Vec<Edge> {
    lines.iter().flat_map(Path::edges).collect()
}

pub fn polygon_edges(polygons: &[Polygon]) -> Vec<Edge> {
    polygons.iter().flat_map(|polygon| &polygon.rings).flat_map(Path::ring_edges).collect()
}

fn holds(polygons: &[Polygon], point: Vector) -> bool {
    polygons.iter().any(|polygon| polygon.contains(point))
}

fn meet(a: &[Edge], b: &[Edge]) -> bool {
    a.iter().any(|a| b.iter().any(|b| cross(*a, *b) || [a.0, a.1].iter().any(|end| *end == b.0 || *end == b.1)))
}

/// Whether two edges cross at a point inside both.
pub fn cross((a, b): Edge, (c, d): Edge) -> bool {
    let side = |a: Vector, b: Vector, p: Vector| a.cross(b).dot(p);
    let sides = [side(a, b, c), -side(a, b, d), side(c, d, b), -side(c, d, a)];
    sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0)
}
