//! geo_point_in_polygon() and its kin: measures of polygons.

use std::f64::consts::PI;

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::intersects::{cross, polygon_edges};
use super::line::closest;
use super::point::{CATEGORY, Point, RADIUS, Vector};
use super::shape::{Path, Polygon, polygons};

pub static GEO_POINT_IN_POLYGON: Function = Function {
    name: "geo_point_in_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> bool"],
    summary: "Whether a point lies in a polygon or in one of several.",
    kernel: Kernel::Row(|arguments| match (Point::from_arguments(arguments, 0), polygons(&arguments[2])) {
        (Some(point), Some(polygons)) => Value::Bool(polygons.iter().any(|polygon| polygon.contains(point.vector()))),
        _ => Value::Null,
    }),
    examples: &[
        ("geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}))", "true"),
        ("geo_point_in_polygon(3, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}))", "false"),
    ],
    ..Function::NEW
};

pub static GEO_POLYGON_AREA: Function = Function {
    name: "geo_polygon_area",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> real"],
    summary: "The area of a polygon, in square metres.",
    kernel: Kernel::Row(|arguments| match disjoint(&arguments[0]) {
        Some(polygons) => Value::Real(RADIUS * RADIUS * polygons.iter().map(Polygon::area).sum::<f64>()),
        None => Value::Null,
    }),
    examples: &[("round(geo_polygon_area(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})) / 1000000, 0)", "6182.0")],
    differs: OVERLAPS,
    ..Function::NEW
};

pub static GEO_POLYGON_PERIMETER: Function = Function {
    name: "geo_polygon_perimeter",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> real"],
    summary: "The length of a polygon's border, in metres.",
    kernel: Kernel::Row(|arguments| match disjoint(&arguments[0]) {
        Some(polygons) => {
            let edges = polygons.iter().flat_map(|polygon| &polygon.rings).flat_map(Path::ring_edges);
            Value::Real(RADIUS * edges.map(|(a, b)| a.angle(b)).sum::<f64>())
        }
        None => Value::Null,
    }),
    examples: &[("round(geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})) / 1000, 0)", "380.0")],
    differs: OVERLAPS,
    ..Function::NEW
};

pub static GEO_DISTANCE_POINT_TO_POLYGON: Function = Function {
    name: "geo_distance_point_to_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> real"],
    summary: "The shortest distance in metres between a point and a polygon, 0 inside.",
    kernel: Kernel::Row(|arguments| nearest(arguments).map_or(Value::Null, |(_, angle)| Value::Real(RADIUS * angle))),
    examples: &[(
        "round(geo_distance_point_to_polygon(-1, 0, dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})), 3)",
        "111195.101",
    )],
    ..Function::NEW
};

pub static GEO_CLOSEST_POINT_ON_POLYGON: Function = Function {
    name: "geo_closest_point_on_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> dynamic"],
    summary: "The point of a polygon that is closest to a point.",
    kernel: Kernel::Row(|arguments| nearest(arguments).map_or(Value::Null, |(closest, _)| closest.point().value())),
    examples: &[(
        "geo_closest_point_on_polygon(-1, 0, dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )],
    ..Function::NEW
};

pub static GEO_POLYGON_CENTROID: Function = Function {
    name: "geo_polygon_centroid",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> dynamic"],
    summary: "The centre of gravity of a polygon.",
    kernel: Kernel::Row(|arguments| match disjoint(&arguments[0]) {
        Some(polygons) => {
            let sum = polygons.iter().fold(Vector([0.0; 3]), |sum, polygon| sum.plus(polygon.moment(), 1.0));
            sum.unit().map_or(Value::Null, |center| center.point().value())
        }
        None => Value::Null,
    }),
    examples: &[(
        "round(todouble(geo_polygon_centroid(dynamic({'type':'Polygon','coordinates':[[[0,-1],[2,-1],[2,1],[0,1],[0,-1]]]})).coordinates[0]), 6)",
        "1.0",
    )],
    differs: OVERLAPS,
    ..Function::NEW
};

const OVERLAPS: &str = "null where the polygons of a MultiPolygon overlap, since they are not united first";

impl Polygon {
    pub fn corners(&self) -> impl Iterator<Item = Vector> {
        self.rings.iter().flat_map(|ring| &ring.points).map(|point| point.vector())
    }

    pub fn contains(&self, point: Vector) -> bool {
        let Some((shell, holes)) = self.rings.split_first() else { return false };
        inside(shell, point) && !holes.iter().any(|hole| inside(hole, point))
    }

    /// In units of the squared radius.
    fn area(&self) -> f64 {
        let areas: Vec<f64> = self.rings.iter().map(|ring| signed_area(ring).abs()).map(|area| area.min(4.0 * PI - area)).collect();
        areas.first().map_or(0.0, |shell| shell - areas.iter().skip(1).sum::<f64>())
    }

    /// The integral of the points of the surface.
    fn moment(&self) -> Vector {
        let mut total = Vector([0.0; 3]);
        for (at, ring) in self.rings.iter().enumerate() {
            let around = ring.ring_edges().fold(Vector([0.0; 3]), |sum, (a, b)| match a.cross(b).unit() {
                Some(normal) => sum.plus(normal, a.angle(b) / 2.0),
                None => sum,
            });
            // The smaller side of the ring, whatever its direction; holes count against the shell.
            let towards = ring.points.iter().fold(Vector([0.0; 3]), |sum, point| sum.plus(point.vector(), 1.0));
            let outward = if around.dot(towards) < 0.0 { -1.0 } else { 1.0 };
            total = total.plus(around, if at == 0 { outward } else { -outward });
        }
        total
    }
}

/// By the sum of the angles under which the point sees the edges.
fn inside(ring: &Path, point: Vector) -> bool {
    let turned: f64 = ring
        .ring_edges()
        .map(|(a, b)| {
            let (a, b) = (point.cross(a), point.cross(b));
            a.cross(b).dot(point).atan2(a.dot(b))
        })
        .sum();
    let center = ring.points.iter().fold(Vector([0.0; 3]), |sum, p| sum.plus(p.vector(), 1.0));
    // The point opposite to one inside sees the ring turn around it, too.
    turned.abs() > PI && center.dot(point) > 0.0
}

/// By the angles of triangles that all rings' edges make with the first point.
fn signed_area(ring: &Path) -> f64 {
    let Some(first) = ring.points.first().map(|point| point.vector()) else { return 0.0 };
    let excess = |(a, b): (Vector, Vector)| {
        let volume = first.dot(a.cross(b));
        2.0 * volume.atan2(1.0 + first.dot(a) + a.dot(b) + b.dot(first))
    };
    ring.ring_edges().map(excess).sum()
}

fn nearest(arguments: &[Value<'_>]) -> Option<(Vector, f64)> {
    let (point, polygons) = (Point::from_arguments(arguments, 0)?.vector(), polygons(&arguments[2])?);
    if polygons.iter().any(|polygon| polygon.contains(point)) {
        return Some((point, 0.0));
    }
    closest(point, polygons.iter().flat_map(|polygon| &polygon.rings).flat_map(Path::ring_edges))
}

/// Polygons of which none reaches into another.
fn disjoint(value: &Value<'_>) -> Option<Vec<Polygon>> {
    let polygons = polygons(value)?;
    let apart = |a: &Polygon, b: &Polygon| {
        let corner_inside = |a: &Polygon, b: &Polygon| a.corners().any(|corner| b.contains(corner));
        let (first, second) = (polygon_edges(std::slice::from_ref(a)), polygon_edges(std::slice::from_ref(b)));
        !corner_inside(a, b) && !corner_inside(b, a) && !first.iter().any(|e| second.iter().any(|f| cross(*e, *f)))
    };
    let all_apart = polygons.iter().enumerate().all(|(at, a)| polygons.iter().skip(at + 1).all(|b| apart(a, b)));
    all_apart.then_some(polygons)
}
