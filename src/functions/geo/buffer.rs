//! geo_point_buffer(), geo_line_buffer() and geo_polygon_buffer(): what lies within a distance of a shape.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson;
use super::point::{CATEGORY, Point, RADIUS};
use super::shape::{edges, lines, regions};
use super::sphere::{Edge, Region, Ring, Vector, unite};

pub static GEO_POINT_BUFFER: Function = Function {
    name: "geo_point_buffer",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, radius:number, [tolerance:number]) -> dynamic"],
    summary: "A polygon around all places within a radius (in metres) of a point.",
    kernel: Kernel::Row(|arguments| {
        let (Some(point), Some(brush)) = (Point::from_arguments(arguments, 0), Brush::from_arguments(arguments, 2)) else {
            return Value::Null;
        };
        written(Region { rings: vec![brush.circle(point.vector())] })
    }),
    examples: &[
        ("geo_point_in_polygon(0.0089, 0, geo_point_buffer(0, 0, 1000, 0.1))", "true"),
        ("geo_point_in_polygon(0.0091, 0, geo_point_buffer(0, 0, 1000, 0.1))", "false"),
        ("geo_point_buffer(0, 0, -1)", ""),
    ],
    differs: DIFFERS,
    ..Function::NEW
};

pub static GEO_LINE_BUFFER: Function = Function {
    name: "geo_line_buffer",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, radius:number, [tolerance:number]) -> dynamic"],
    summary: "A polygon or multipolygon around all places within a radius (in metres) of a line.",
    kernel: Kernel::Row(|arguments| {
        let (Some(lines), Some(brush)) = (lines(&arguments[0]), Brush::from_arguments(arguments, 1)) else { return Value::Null };
        written(unite(brush.stroke(edges(&lines))))
    }),
    examples: &[
        ("geo_point_in_polygon(0.5, 0.0089, geo_line_buffer(dynamic({'type':'LineString','coordinates':[[0,0],[1,0]]}), 1000))", "true"),
        ("geo_point_in_polygon(0.5, 0.0092, geo_line_buffer(dynamic({'type':'LineString','coordinates':[[0,0],[1,0]]}), 1000))", "false"),
    ],
    differs: DIFFERS,
    ..Function::NEW
};

pub static GEO_POLYGON_BUFFER: Function = Function {
    name: "geo_polygon_buffer",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag, radius:number, [tolerance:number]) -> dynamic"],
    summary: "A polygon or multipolygon around all places within a radius (in metres) of a polygon.",
    kernel: Kernel::Row(|arguments| {
        let (Some(regions), Some(brush)) = (regions(&arguments[0]), Brush::from_arguments(arguments, 1)) else { return Value::Null };
        let mut strokes = brush.stroke(regions.iter().flat_map(Region::edges));
        strokes.extend(regions);
        written(unite(strokes))
    }),
    examples: &[(
        "geo_point_in_polygon(0.5, -0.0089, geo_polygon_buffer(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}), 1000))",
        "true",
    )],
    differs: DIFFERS,
    ..Function::NEW
};

const DIFFERS: &str = "the corners are others than Kusto's; the border is nowhere farther from the true distance than the tolerance";

fn written(region: Region) -> Value<'static> {
    geojson::region(&region).map_or(Value::Null, Json::into_dynamic)
}

/// A circle that paints.
struct Brush {
    /// As an angle.
    radius: f64,
    /// Corners of the circle.
    corners: usize,
    /// The longest part of an edge whose two sides may be single edges.
    longest: f64,
}

impl Brush {
    /// From the radius at `index` and the tolerance after it.
    fn from_arguments(arguments: &[Value<'_>], index: usize) -> Option<Brush> {
        /// Tolerances are no less than this part of the radius.
        const FINEST: f64 = 1e-6;
        let metres = arguments.get(index)?.as_f64().filter(|radius| *radius > 0.0 && radius / RADIUS < FRAC_PI_2)?;
        let tolerance = arguments.get(index + 1).map_or(Some(10.0), Value::as_f64).filter(|tolerance| *tolerance > 0.0)?;
        let (radius, tolerance) = (metres / RADIUS, (tolerance / RADIUS).clamp(FINEST * metres / RADIUS, 0.9 * metres / RADIUS));
        // The middle of a side is nearer to the centre than the corners: tan(inner) = tan(radius)·cos(half a side's turn).
        let half_turn = ((radius - tolerance).tan() / radius.tan()).clamp(-1.0, 1.0).acos();
        let corners = (PI / half_turn).ceil().clamp(4.0, 100_000.0) as usize;
        // An arc between two points of a parallel rises above it: tan(top) = tan(radius)/cos(half the way).
        let longest = 2.0 * (1.0 / (1.0 + tolerance / radius.tan().max(tolerance))).clamp(-1.0, 1.0).acos();
        Some(Brush { radius, corners, longest: longest.min(1.0) })
    }

    fn circle(&self, center: Vector) -> Ring {
        let turn = TAU / self.corners as f64;
        // Against the clock: the inside lies to the left.
        Ring((0..self.corners).map(|corner| center.offset(self.radius, -turn * corner as f64)).collect())
    }

    /// All that the brush paints on its way along edges.
    fn stroke(&self, edges: impl Iterator<Item = Edge>) -> Vec<Region> {
        let mut painted = Vec::new();
        let mut last = None;
        for (a, b) in edges {
            if last != Some(a) {
                painted.push(self.circle(a));
            }
            painted.push(self.circle(b));
            painted.extend(self.sides(a, b));
            last = Some(b);
        }
        painted.into_iter().map(|ring| Region { rings: vec![ring] }).collect()
    }

    /// The strip along an edge, its sides cut so that they follow the parallels of the edge.
    fn sides(&self, a: Vector, b: Vector) -> Option<Ring> {
        let normal = a.normal(b).unit()?;
        let angle = a.angle(b);
        let steps = (angle / self.longest).ceil().clamp(1.0, 100_000.0) as usize;
        let along: Vec<Vector> = (0..=steps).filter_map(|step| a.towards(b, angle * step as f64 / steps as f64)).collect();
        let beside = |point: &Vector, side: f64| Vector::ZERO.plus(*point, self.radius.cos()).plus(normal, side * self.radius.sin());
        let right = along.iter().map(|point| beside(point, -1.0));
        Some(Ring(right.chain(along.iter().rev().map(|point| beside(point, 1.0))).collect()))
    }
}
