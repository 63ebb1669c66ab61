//! geo_union_polygons_array(), geo_intersection_2polygons() and their kin: shapes made of shapes.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson;
use super::point::CATEGORY;
use super::shape::{Path, edges, lines, region, regions};
use super::sphere::{Arrangement, Link, Parts, intersection, line_inside, lines_meet, paths, unite};

pub static GEO_INTERSECTION_2LINES: Function = Function {
    name: "geo_intersection_2lines",
    category: CATEGORY,
    signatures: &["(lineString1:dynamicbag, lineString2:dynamicbag) -> dynamic"],
    summary: "What two lines have in common, as GeoJSON points and lines; an empty collection where they do not meet.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), lines(&arguments[1])) {
        (Some(a), Some(b)) => written(&lines_meet(edges(&a), edges(&b))),
        _ => Value::Null,
    }),
    examples: &[
        (
            "geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[-1,0],[1,0]]}), dynamic({'type':'LineString','coordinates':[[0,-1],[0,1]]}))",
            "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
        ),
        (
            "geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), dynamic({'type':'LineString','coordinates':[[3,1],[4,2]]}))",
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
        ),
    ],
    ..Function::NEW
};

pub static GEO_INTERSECTION_2POLYGONS: Function = Function {
    name: "geo_intersection_2polygons",
    category: CATEGORY,
    signatures: &["(polygon1:dynamicbag, polygon2:dynamicbag) -> dynamic"],
    summary: "What two polygons have in common, as GeoJSON points, lines and polygons; an empty collection where they do not meet.",
    kernel: Kernel::Row(|arguments| match (region(&arguments[0]), region(&arguments[1])) {
        (Some(a), Some(b)) => written(&intersection(&a, &b)),
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[4,0],[0,4],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[0,-4],[-4,0],[0,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )],
    ..Function::NEW
};

pub static GEO_INTERSECTION_LINE_WITH_POLYGON: Function = Function {
    name: "geo_intersection_line_with_polygon",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, polygon:dynamicbag) -> dynamic"],
    summary: "The parts of a line that lie in a polygon, as GeoJSON points and lines; an empty collection where there are none.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), region(&arguments[1])) {
        (Some(lines), Some(region)) => written(&line_inside(edges(&lines), &region)),
        _ => Value::Null,
    }),
    examples: &[(
        "round(todouble(geo_intersection_line_with_polygon(dynamic({'type':'LineString','coordinates':[[1,-1],[1,0.5]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[1,2],[0,0]]]})).coordinates[0][0]), 9)",
        "1.0",
    )],
    ..Function::NEW
};

pub static GEO_UNION_POLYGONS_ARRAY: Function = Function {
    name: "geo_union_polygons_array",
    category: CATEGORY,
    signatures: &["(polygons:dynamicarray) -> dynamic"],
    summary: "All polygons of an array in one, as a GeoJSON polygon or multipolygon; null where one of them is none.",
    kernel: Kernel::Row(|arguments| {
        let all: Option<Vec<_>> = items(&arguments[0]).and_then(|items| items.iter().map(regions).collect());
        let united = all.map(|regions| unite(regions.into_iter().flatten().collect()));
        united.and_then(|region| geojson::region(&region)).map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[(
        "array_length(geo_union_polygons_array(pack_array(geo_geohash_to_polygon('sunny'), geo_geohash_to_polygon('sunnz'))).coordinates)",
        "1",
    )],
    ..Function::NEW
};

pub static GEO_UNION_LINES_ARRAY: Function = Function {
    name: "geo_union_lines_array",
    category: CATEGORY,
    signatures: &["(lineStrings:dynamicarray) -> dynamic"],
    summary: "All lines of an array in one, as a GeoJSON line or multiline that passes nowhere twice; null where one of them is none.",
    kernel: Kernel::Row(|arguments| {
        let all: Option<Vec<_>> = items(&arguments[0]).and_then(|items| items.iter().map(lines).collect());
        let united = all.map(|lines| united_lines(&lines.into_iter().flatten().collect::<Vec<_>>()));
        united.filter(|parts| !parts.lines.is_empty()).map_or(Value::Null, |parts| written(&parts))
    }),
    examples: &[(
        "geo_union_lines_array(dynamic([{'type':'LineString','coordinates':[[0,0],[1,0]]},{'type':'LineString','coordinates':[[0,0],[1,0]]}])).type",
        "LineString",
    )],
    ..Function::NEW
};

/// Lines cut where they meet, each part once.
pub fn united_lines(lines: &[Path]) -> Parts {
    let arrangement = Arrangement::new(edges(lines), std::iter::empty());
    let first = |pieces: Vec<_>| pieces.into_iter().next();
    let pieces = arrangement.groups().into_values().filter_map(first);
    let paths = paths(pieces.map(|piece| Link { from: piece.from, to: piece.to, edge: piece.edge }).collect());
    let place = |path: Vec<usize>| path.into_iter().map(|number| arrangement.points[number]).collect();
    Parts { lines: paths.into_iter().map(place).collect(), ..Parts::default() }
}

fn written(parts: &Parts) -> Value<'static> {
    geojson::parts(parts).into_dynamic()
}

/// The elements of an array; `None` for an empty one and for other values.
pub fn items(value: &Value<'_>) -> Option<Vec<Value<'static>>> {
    match value.as_dynamic()?.json() {
        Json::Array(items) if !items.is_empty() => Some(items.into_iter().map(Json::into_dynamic).collect()),
        _ => None,
    }
}
