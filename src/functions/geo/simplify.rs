//! geo_line_simplify() and its kin: chains of short edges replaced with single long ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::combine::items;
use super::geojson;
use super::point::{CATEGORY, Point, RADIUS};
use super::shape::{Path, Polygon, lines, polygons, region};
use super::sphere::{Region, Ring, Vector, closest_on_edge};

pub static GEO_LINE_SIMPLIFY: Function = Function {
    name: "geo_line_simplify",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, [tolerance:number]) -> dynamic"],
    summary: "A line without the points that lie within a tolerance (in metres, 10 by default) of what remains; null where nothing remains.",
    kernel: Kernel::Row(|arguments| {
        let (Some(lines), Some(tolerance)) = (lines(&arguments[0]), tolerance(arguments)) else { return Value::Null };
        let simple = |line: &Path| simple_line(&line.points, tolerance);
        geojson::lines(lines.iter().filter_map(simple).collect()).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[
        (
            "geo_line_simplify(dynamic({'type':'LineString','coordinates':[[0,0],[0.5,0.00001],[1,0]]}))",
            "{\"type\":\"LineString\",\"coordinates\":[[0.0,0.0],[1.0,0.0]]}",
        ),
        ("geo_line_simplify(dynamic({'type':'LineString','coordinates':[[1.1,1.1],[1.2,1.2]]}), 100000)", ""),
    ],
    differs: DIFFERS,
    ..Function::NEW
};

pub static GEO_POLYGON_SIMPLIFY: Function = Function {
    name: "geo_polygon_simplify",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag, [tolerance:number]) -> dynamic"],
    summary: "A polygon without the corners that lie within a tolerance (in metres, 10 by default) of what remains; null where nothing remains.",
    kernel: Kernel::Row(|arguments| {
        let (Some(region), Some(tolerance)) = (region(&arguments[0]), tolerance(arguments)) else { return Value::Null };
        let simple = region.rings.iter().filter_map(|ring| simple_ring(&ring.0, tolerance)).map(Ring).collect();
        geojson::region(&Region { rings: simple }).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[
        (
            "array_length(geo_polygon_simplify(dynamic({'type':'Polygon','coordinates':[[[0,0],[0.5,-0.00001],[1,0],[1,1],[0,0]]]})).coordinates[0])",
            "4",
        ),
        ("geo_polygon_simplify(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[1,1],[0,0]]]}), 1000000)", ""),
    ],
    differs: DIFFERS,
    ..Function::NEW
};

pub static GEO_SIMPLIFY_POLYGONS_ARRAY: Function = Function {
    name: "geo_simplify_polygons_array",
    category: CATEGORY,
    signatures: &["(polygons:dynamicarray, [tolerance:number]) -> dynamic"],
    summary: "The polygons of an array simplified together, so that borders between them stay common; null where one of them is none.",
    kernel: Kernel::Row(|arguments| {
        let all: Option<Vec<_>> = items(&arguments[0]).and_then(|items| items.iter().map(polygons).collect());
        let (Some(all), Some(tolerance)) = (all, tolerance(arguments)) else { return Value::Null };
        let simple = together(&all.into_iter().flatten().collect::<Vec<_>>(), tolerance);
        geojson::polygons(simple).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[(
        "geo_simplify_polygons_array(dynamic([{'type':'Polygon','coordinates':[[[0,0],[1,0],[1.00001,0.5],[1,1],[0,1],[0,0]]]},{'type':'Polygon','coordinates':[[[1,0],[2,0],[2,1],[1,1],[1.00001,0.5],[1,0]]]}])).coordinates[1]",
        "[[[1.0,0.0],[2.0,0.0],[2.0,1.0],[1.0,1.0],[1.0,0.0]]]",
    )],
    differs: DIFFERS,
    ..Function::NEW
};

const DIFFERS: &str =
    "which points remain may differ: no point removed is farther from the result than the tolerance, but Kusto may choose others";

/// As an angle.
fn tolerance(arguments: &[Value<'_>]) -> Option<f64> {
    let metres = arguments.get(1).map_or(Some(10.0), Value::as_f64)?;
    (metres > 0.0 && metres.is_finite()).then_some(metres / RADIUS)
}

/// What a chain keeps: its ends, and as few of the points between as a walk from its start needs.
fn chain<P: Copy + Into<Vector>>(points: &[P], tolerance: f64) -> Vec<P> {
    let vectors: Vec<Vector> = points.iter().copied().map(Into::into).collect();
    let (mut kept, mut start) = (Vec::new(), 0);
    while start + 1 < points.len() {
        kept.push(points[start]);
        let reaches = |end: &usize| {
            let edge = (vectors[start], vectors[*end]);
            vectors[start + 1..*end].iter().all(|point| point.angle(closest_on_edge(*point, edge)) <= tolerance)
        };
        start = (start + 2..points.len()).take_while(reaches).last().unwrap_or(start + 1);
    }
    kept.extend(points.last());
    kept
}

/// `None` for a line that disappears, since its ends become one.
fn simple_line(points: &[Point], tolerance: f64) -> Option<Path> {
    let kept = chain(points, tolerance);
    let ends = |kept: &[Point]| Some(kept.first()?.vector().angle(kept.last()?.vector()));
    let remains = kept.len() > 2 || ends(&kept).is_some_and(|apart| apart > tolerance);
    remains.then_some(Path { points: kept })
}

/// `None` for a ring that disappears.
fn simple_ring<P: Copy + Into<Vector>>(ring: &[P], tolerance: f64) -> Option<Vec<P>> {
    let vectors: Vec<Vector> = ring.iter().copied().map(Into::into).collect();
    let first = *vectors.first()?;
    let far = (0..vectors.len()).max_by(|a, b| first.angle(vectors[*a]).total_cmp(&first.angle(vectors[*b])))?;
    let mut kept = chain(&ring[..=far], tolerance);
    kept.pop();
    let rest: Vec<P> = ring[far..].iter().chain(ring.first()).copied().collect();
    kept.extend(chain(&rest, tolerance));
    kept.pop();
    let remains = kept.len() >= 3
        && kept.iter().any(|corner| {
            let (far, corner): (Vector, Vector) = (vectors[far], (*corner).into());
            corner.angle(closest_on_edge(corner, (first, far))) > tolerance
        });
    remains.then_some(kept)
}

/// Rings are cut at points where other than two ways meet: the chains between are simplified once, whoever they belong to.
fn together(polygons: &[Polygon], tolerance: f64) -> Vec<Vec<Path>> {
    let mut neighbors: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for ring in polygons.iter().flat_map(|polygon| &polygon.rings) {
        for (a, b) in ring.points.iter().zip(ring.points.iter().cycle().skip(1)) {
            neighbors.entry(key(*a)).or_default().insert(key(*b));
            neighbors.entry(key(*b)).or_default().insert(key(*a));
        }
    }
    let fixed = |point: &Point| neighbors.get(&key(*point)).is_some_and(|around| around.len() != 2);
    let simple = |polygon: &Polygon| {
        let rings: Vec<Option<Path>> = polygon.rings.iter().map(|ring| shared_ring(&ring.points, fixed, tolerance)).collect();
        // Without its shell a polygon is gone; a hole may go alone.
        rings.first()?.as_ref()?;
        Some(rings.into_iter().flatten().collect())
    };
    polygons.iter().filter_map(simple).collect()
}

type Key = (u64, u64);

fn key(point: Point) -> Key {
    // Zero has two forms.
    ((point.longitude + 0.0).to_bits(), (point.latitude + 0.0).to_bits())
}

fn shared_ring(points: &[Point], fixed: impl Fn(&Point) -> bool, tolerance: f64) -> Option<Path> {
    let Some(start) = points.iter().position(&fixed) else {
        return simple_ring(points, tolerance).map(|points| Path { points });
    };
    let around: Vec<Point> = points.iter().cycle().skip(start).take(points.len() + 1).copied().collect();
    let (mut kept, mut from) = (Vec::new(), 0);
    for at in (1..around.len()).filter(|at| fixed(&around[*at])) {
        kept.extend(either_way(&around[from..=at], tolerance));
        kept.pop();
        from = at;
    }
    // In the order of the ring as it was given, as far as its first point remains.
    let first = kept.iter().position(|point| *point == points[0]).unwrap_or(0);
    kept.rotate_left(first);
    (kept.len() >= 3).then_some(Path { points: kept })
}

/// The same choice, whichever way the chain is walked.
fn either_way(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.first().map(|p| key(*p)) <= points.last().map(|p| key(*p)) {
        return chain(points, tolerance);
    }
    let mut reversed = points.to_vec();
    reversed.reverse();
    let mut kept = chain(&reversed, tolerance);
    kept.reverse();
    kept
}
