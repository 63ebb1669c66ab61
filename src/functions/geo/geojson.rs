//! GeoJSON geometries, written.

use crate::value::{Json, Value};

use super::point::Point;
use super::shape::Path;
use super::sphere::{Parts, Region, Ring, Vector};

pub fn geometry(kind: &str, coordinates: Json) -> Json {
    Json::Object(vec![("type".to_owned(), Json::String(kind.to_owned())), ("coordinates".to_owned(), coordinates)])
}

pub fn collection(geometries: Vec<Json>) -> Json {
    Json::Object(vec![
        ("type".to_owned(), Json::String("GeometryCollection".to_owned())),
        ("geometries".to_owned(), Json::Array(geometries)),
    ])
}

/// A polygon of one ring, which is closed here.
pub fn polygon(ring: Vec<Point>) -> Value<'static> {
    geometry("Polygon", Json::Array(vec![closed(ring)])).into_dynamic()
}

/// A `LineString` or a `MultiLineString`; `None` for no lines.
pub fn lines(lines: Vec<Path>) -> Option<Json> {
    several("LineString", lines.into_iter().map(|line| row(line.points)).collect())
}

/// A `Polygon` or a `MultiPolygon` of rings with the shell first; `None` for no polygons.
pub fn polygons(polygons: Vec<Vec<Path>>) -> Option<Json> {
    let rings = |polygon: Vec<Path>| Json::Array(polygon.into_iter().map(|ring| closed(ring.points)).collect());
    several("Polygon", polygons.into_iter().map(rings).collect())
}

/// Shells with the holes in them; `None` for an empty region.
pub fn region(region: &Region) -> Option<Json> {
    polygons(nested(region).into_iter().map(|rings| rings.iter().map(|ring| path(&ring.0)).collect()).collect())
}

/// What shapes have in common: one geometry, or a collection of none or several.
pub fn parts(parts: &Parts) -> Json {
    let points = parts.points.iter().map(|point| Point::from(*point).coordinates()).collect();
    let in_lines = lines(parts.lines.iter().map(|line| path(line)).collect());
    let mut geometries: Vec<Json> = [several("Point", points), in_lines, region(&parts.region)].into_iter().flatten().collect();
    match geometries.pop() {
        Some(only) if geometries.is_empty() => only,
        last => collection(geometries.into_iter().chain(last).collect()),
    }
}

/// The kind itself for one, `Multi…` for several.
fn several(kind: &str, mut coordinates: Vec<Json>) -> Option<Json> {
    match coordinates.len() {
        0 => None,
        1 => coordinates.pop().map(|only| geometry(kind, only)),
        _ => Some(geometry(&format!("Multi{kind}"), Json::Array(coordinates))),
    }
}

fn path(points: &[Vector]) -> Path {
    Path { points: points.iter().copied().map(Point::from).collect() }
}

fn row(points: Vec<Point>) -> Json {
    Json::Array(points.into_iter().map(Point::coordinates).collect())
}

fn closed(mut ring: Vec<Point>) -> Json {
    ring.extend(ring.first().copied());
    row(ring)
}

/// Each hole with the smallest shell around it.
fn nested(region: &Region) -> Vec<Vec<&Ring>> {
    let (shells, holes): (Vec<&Ring>, Vec<&Ring>) = region.rings.iter().partition(|ring| ring.is_shell());
    let alone: Vec<Region> = shells.iter().map(|shell| Region { rings: vec![(*shell).clone()] }).collect();
    let mut polygons: Vec<Vec<&Ring>> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let place = hole.edges().next().and_then(|(a, b)| a.middle(b));
        let around = |shell: &&usize| place.is_some_and(|place| alone[**shell].contains(place));
        let all: Vec<usize> = (0..alone.len()).collect();
        let nearest = all.iter().filter(around).min_by(|a, b| alone[**a].area().total_cmp(&alone[**b].area()));
        if let Some(polygon) = polygons.get_mut(nearest.copied().unwrap_or(0)) {
            polygon.push(hole);
        }
    }
    polygons
}
