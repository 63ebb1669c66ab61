//! geo_line_densify() and geo_polygon_densify(): straight edges of a map as chains of the shortest arcs.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson;
use super::point::{CATEGORY, Point, RADIUS};
use super::shape::{Path, lines, polygons};

pub static GEO_LINE_DENSIFY: Function = Function {
    name: "geo_line_densify",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, [tolerance:number], [preserve_crossing:numberorbool]) -> dynamic"],
    summary: "A line with points added so that its edges, as shortest arcs, stay within a tolerance (0.1 to 10000 metres, 10 by default) of straight lines between longitudes and latitudes.",
    kernel: Kernel::Row(|arguments| {
        let (Some(lines), Some(finer)) = (lines(&arguments[0]), Densifier::from_arguments(arguments)) else { return Value::Null };
        let dense: Option<Vec<Path>> = lines.iter().map(|line| finer.path(line.points.iter().copied())).collect();
        dense.and_then(geojson::lines).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[("geo_line_densify(dynamic({'type':'LineString','coordinates':[[50,50],[50.5,50.5]]})).coordinates[1]", "[50.125,50.125]")],
    ..Function::NEW
};

pub static GEO_POLYGON_DENSIFY: Function = Function {
    name: "geo_polygon_densify",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag, [tolerance:number], [preserve_crossing:numberorbool]) -> dynamic"],
    summary: "A polygon with points added so that its edges, as shortest arcs, stay within a tolerance (0.1 to 10000 metres, 10 by default) of straight lines between longitudes and latitudes.",
    kernel: Kernel::Row(|arguments| {
        let (Some(polygons), Some(finer)) = (polygons(&arguments[0]), Densifier::from_arguments(arguments)) else { return Value::Null };
        let ring = |ring: &Path| {
            let mut dense = finer.path(ring.points.iter().chain(ring.points.first()).copied())?;
            dense.points.pop();
            Some(dense)
        };
        let dense: Option<Vec<Vec<Path>>> = polygons.iter().map(|polygon| polygon.rings.iter().map(ring).collect()).collect();
        dense.and_then(geojson::polygons).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[(
        "array_length(geo_polygon_densify(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[0,10],[0,0]]]}), 1000).coordinates[0])",
        "9",
    )],
    ..Function::NEW
};

/// Points that a densified shape may have.
const MOST_POINTS: usize = 10_485_760;

struct Densifier {
    /// As a chord of the unit sphere.
    tolerance: f64,
    /// Edges go straight from longitude to longitude, even where the way over the antimeridian is shorter.
    straight: bool,
}

impl Densifier {
    fn from_arguments(arguments: &[Value<'_>]) -> Option<Densifier> {
        let metres = arguments.get(1).map_or(Some(10.0), Value::as_f64).filter(|metres| (0.1..=10_000.0).contains(metres))?;
        let straight = arguments.get(2).is_some_and(|v| v.as_bool().unwrap_or_else(|| v.as_f64().is_some_and(|v| v != 0.0)));
        // S2EdgeTessellator's scale: the error at the two places where it is looked at is at least this part of the greatest.
        const SCALE: f64 = 0.838_299_925_698_885_1;
        Some(Densifier { tolerance: 2.0 * (SCALE * metres / RADIUS / 2.0).sin(), straight })
    }

    fn path(&self, points: impl Iterator<Item = Point>) -> Option<Path> {
        let mut dense: Vec<Point> = Vec::new();
        for point in points {
            match dense.last().copied() {
                Some(last) => self.edge(last, self.ahead(last, point), &mut dense, 0)?,
                None => dense.push(point),
            }
        }
        for point in &mut dense {
            point.longitude = wrapped(point.longitude);
        }
        Some(Path { points: dense })
    }

    /// The end of an edge, with a longitude that the edge runs straight to.
    fn ahead(&self, from: Point, mut to: Point) -> Point {
        let way = to.longitude - from.longitude;
        if !self.straight && way.abs() > 180.0 {
            to.longitude = from.longitude + way - 360.0 * (way / 360.0).round();
        }
        to
    }

    /// Adds the points of an edge after its first one.
    fn edge(&self, from: Point, to: Point, dense: &mut Vec<Point>, depth: usize) -> Option<()> {
        const DEEPEST: usize = 40;
        if depth >= DEEPEST || self.error(from, to) <= self.tolerance {
            dense.push(to);
            return (dense.len() <= MOST_POINTS).then_some(());
        }
        let middle = between(from, to, 0.5);
        self.edge(from, middle, dense, depth + 1)?;
        self.edge(middle, to, dense, depth + 1)
    }

    /// How far the arc is from the straight line, at the two places where they tend to be farthest apart.
    fn error(&self, from: Point, to: Point) -> f64 {
        const PLACE: f64 = 0.312_156_910_822_483_1;
        let (a, b) = (from.vector(), to.vector());
        if a.dot(b) < -1e-14 {
            return f64::INFINITY;
        }
        let angle = a.angle(b);
        let apart = |part: f64| {
            let on_arc = a.towards(b, angle * part).unwrap_or(a);
            on_arc.plus(between(from, to, part).vector(), -1.0).length()
        };
        apart(PLACE).max(apart(1.0 - PLACE))
    }
}

fn between(from: Point, to: Point, part: f64) -> Point {
    let mix = |a: f64, b: f64| (1.0 - part) * a + part * b;
    Point { longitude: mix(from.longitude, to.longitude), latitude: mix(from.latitude, to.latitude) }
}

fn wrapped(longitude: f64) -> f64 {
    if longitude.abs() <= 180.0 { longitude } else { longitude - 360.0 * (longitude / 360.0).round() }
}
