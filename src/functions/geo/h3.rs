//! The H3 grid: geo_point_to_h3cell() and its kin.

use h3o::{CellIndex, LatLng, Resolution};

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson::polygon;
use super::point::{CATEGORY, Point};

pub static GEO_POINT_TO_H3CELL: Function = Function {
    name: "geo_point_to_h3cell",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, [resolution:number]) -> string"],
    summary: "The H3 cell that a point lies in, of resolution 0 to 15 (6 by default); empty for what lies outside of the globe.",
    kernel: Kernel::Row(|arguments| {
        let resolution = resolution(arguments, 2).unwrap_or(Some(Resolution::Six));
        let place = Point::from_arguments(arguments, 0).and_then(|point| LatLng::new(point.latitude, point.longitude).ok());
        match (place, resolution) {
            (Some(place), Some(resolution)) => Value::string(place.to_cell(resolution).to_string()),
            _ => Value::string(""),
        }
    }),
    examples: &[
        ("geo_point_to_h3cell(-74.04450446039874, 40.689250859314974, 6)", "862a1072fffffff"),
        ("geo_point_to_h3cell(1, 1, 16)", ""),
    ],
    ..Function::NEW
};

pub static GEO_H3CELL_LEVEL: Function = Function {
    name: "geo_h3cell_level",
    category: CATEGORY,
    signatures: &["(h3cell:string) -> int"],
    summary: "The resolution of an H3 cell.",
    kernel: Kernel::Row(|arguments| cell(arguments).map_or(Value::Null, |cell| Value::Int(i32::from(u8::from(cell.resolution()))))),
    examples: &[("geo_h3cell_level('862a1072fffffff')", "6"), ("geo_h3cell_level('abc')", "")],
    ..Function::NEW
};

pub static GEO_H3CELL_PARENT: Function = Function {
    name: "geo_h3cell_parent",
    category: CATEGORY,
    signatures: &["(h3cell:string, [resolution:number]) -> string"],
    summary: "The cell around an H3 cell, of the next coarser resolution or of the given one.",
    kernel: Kernel::Row(|arguments| {
        let parent = cell(arguments).and_then(|cell| cell.parent(resolution(arguments, 1).unwrap_or_else(|| cell.resolution().pred())?));
        Value::string(parent.map(|parent| parent.to_string()).unwrap_or_default())
    }),
    examples: &[("geo_h3cell_parent('862a1072fffffff')", "852a1073fffffff")],
    ..Function::NEW
};

pub static GEO_H3CELL_CHILDREN: Function = Function {
    name: "geo_h3cell_children",
    category: CATEGORY,
    signatures: &["(h3cell:string, [resolution:number]) -> dynamic"],
    summary: "The cells inside an H3 cell, of the next finer resolution or of the given one, at most 5 finer.",
    kernel: Kernel::Row(|arguments| children(arguments).map_or(Value::Null, |cells| names(cells).into_dynamic())),
    examples: &[("array_length(geo_h3cell_children('862a1072fffffff', 9))", "343")],
    ..Function::NEW
};

pub static GEO_H3CELL_NEIGHBORS: Function = Function {
    name: "geo_h3cell_neighbors",
    category: CATEGORY,
    signatures: &["(h3cell:string) -> dynamic"],
    summary: "The cells around an H3 cell.",
    kernel: Kernel::Row(|arguments| {
        cell(arguments).map_or(Value::Null, |cell| rings(cell, 1).pop().map_or(Value::Null, Json::into_dynamic))
    }),
    examples: &[(
        "geo_h3cell_neighbors('862a1072fffffff')",
        "[\"862a10727ffffff\",\"862a10707ffffff\",\"862a1070fffffff\",\"862a10777ffffff\",\"862a100dfffffff\",\"862a100d7ffffff\"]",
    )],
    ..Function::NEW
};

pub static GEO_H3CELL_RINGS: Function = Function {
    name: "geo_h3cell_rings",
    category: CATEGORY,
    signatures: &["(h3cell:string, distance:number) -> dynamic"],
    summary: "The cell itself and the rings of cells around it, up to a distance of at most 142.",
    kernel: Kernel::Row(|arguments| {
        let distance = arguments[1].as_i64().filter(|distance| (0..=142).contains(distance));
        let found = cell(arguments).zip(distance).map(|(cell, distance)| rings(cell, distance as u32));
        found.map_or(Value::Null, |rings| Json::Array(rings).into_dynamic())
    }),
    examples: &[("array_length(geo_h3cell_rings('861f8894fffffff', 2)[2])", "12"), ("geo_h3cell_rings('861f8894fffffff', 150)", "")],
    ..Function::NEW
};

pub static GEO_H3CELL_TO_CENTRAL_POINT: Function = Function {
    name: "geo_h3cell_to_central_point",
    category: CATEGORY,
    signatures: &["(h3cell:string) -> dynamic"],
    summary: "The middle of an H3 cell as a GeoJSON point.",
    kernel: Kernel::Row(|arguments| cell(arguments).map_or(Value::Null, |cell| point(LatLng::from(cell)).value())),
    examples: &[("geo_h3cell_to_central_point('1')", "")],
    ..Function::NEW
};

pub static GEO_H3CELL_TO_POLYGON: Function = Function {
    name: "geo_h3cell_to_polygon",
    category: CATEGORY,
    signatures: &["(h3cell:string) -> dynamic"],
    summary: "An H3 cell as a GeoJSON polygon.",
    kernel: Kernel::Row(|arguments| match cell(arguments) {
        Some(cell) => polygon(cell.boundary().iter().copied().map(point).collect()),
        None => Value::Null,
    }),
    examples: &[("array_length(geo_h3cell_to_polygon('862a1072fffffff').coordinates[0])", "7")],
    ..Function::NEW
};

fn cell(arguments: &[Value<'_>]) -> Option<CellIndex> {
    arguments.first()?.as_str()?.parse().ok()
}

/// The argument at `index`: not given, or no resolution, or one.
fn resolution(arguments: &[Value<'_>], index: usize) -> Option<Option<Resolution>> {
    let given = arguments.get(index)?.as_i64();
    Some(given.and_then(|level| u8::try_from(level).ok()).and_then(|level| Resolution::try_from(level).ok()))
}

fn children(arguments: &[Value<'_>]) -> Option<Vec<CellIndex>> {
    const MOST_LEVELS: u8 = 5;
    let cell = cell(arguments)?;
    let resolution = resolution(arguments, 1).unwrap_or_else(|| cell.resolution().succ())?;
    let levels = u8::from(resolution).checked_sub(u8::from(cell.resolution())).filter(|levels| (1..=MOST_LEVELS).contains(levels));
    levels.map(|_| cell.children(resolution).collect())
}

/// The cell itself, then the cells at each distance up to the given one, in their order around it.
fn rings(cell: CellIndex, distance: u32) -> Vec<Json> {
    let mut rings: Vec<Vec<CellIndex>> = vec![Vec::new(); distance as usize + 1];
    for (cell, at) in cell.grid_disk_distances::<Vec<_>>(distance) {
        if let Some(ring) = rings.get_mut(at as usize) {
            ring.push(cell);
        }
    }
    rings.into_iter().map(names).collect()
}

fn names(cells: Vec<CellIndex>) -> Json {
    Json::Array(cells.into_iter().map(|cell| Json::String(cell.to_string())).collect())
}

fn point(place: LatLng) -> Point {
    Point { longitude: place.lng(), latitude: place.lat() }
}
