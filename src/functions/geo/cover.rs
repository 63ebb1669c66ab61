//! geo_polygon_to_s2cells() and its kin: the cells of a grid that a shape reaches into.

use std::collections::{BTreeSet, VecDeque};

use h3o::{CellIndex, LatLng, Resolution};

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::point::{CATEGORY, Point, RADIUS};
use super::s2::Cell;
use super::shape::{edges, lines, region};
use super::sphere::{Edge, Near, Region, Ring, Vector, closest_on_edge};

pub static GEO_POLYGON_TO_S2CELLS: Function = Function {
    name: "geo_polygon_to_s2cells",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag, [level:number], [radius:number]) -> dynamic"],
    summary: "The tokens of the S2 cells (of level 11 by default) that cover a polygon and a radius around it (in metres, 0 by default); null for more than 65536.",
    kernel: Kernel::Row(|arguments| {
        let (Some(region), Some(level), Some(radius)) = (region(&arguments[0]), level(arguments, 11, 30), radius(arguments)) else {
            return Value::Null;
        };
        s2_cells(region.edges().collect(), Some(&region), level, radius).map_or(Value::Null, tokens)
    }),
    examples: &[
        ("geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[0.1,0.1],[0.2,0.1],[0.1,0.2],[0.1,0.1]]]}), 5)", "[\"1004\"]"),
        ("geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[0,0],[50,0],[0,50],[0,0]]]}), 30)", ""),
    ],
    ..Function::NEW
};

pub static GEO_LINE_TO_S2CELLS: Function = Function {
    name: "geo_line_to_s2cells",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, [level:number], [radius:number]) -> dynamic"],
    summary: "The tokens of the S2 cells (of level 11 by default) that cover a line and a radius around it (in metres, 0 by default); null for more than 65536.",
    kernel: Kernel::Row(|arguments| {
        let (Some(lines), Some(level), Some(radius)) = (lines(&arguments[0]), level(arguments, 11, 30), radius(arguments)) else {
            return Value::Null;
        };
        s2_cells(edges(&lines).collect(), None, level, radius).map_or(Value::Null, tokens)
    }),
    examples: &[("geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[0.1,0.1],[0.2,0.1]]}), 5)", "[\"1004\"]")],
    ..Function::NEW
};

pub static GEO_POLYGON_TO_H3CELLS: Function = Function {
    name: "geo_polygon_to_h3cells",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag, [resolution:number], [radius:number]) -> dynamic"],
    summary: "The H3 cells (of resolution 6 by default) whose centres lie in a polygon or in a radius around it (in metres, 0 by default); null for more than 61680.",
    kernel: Kernel::Row(|arguments| {
        let (Some(region), Some(level), Some(radius)) = (region(&arguments[0]), level(arguments, 6, 15), radius(arguments)) else {
            return Value::Null;
        };
        h3_cells(&region, level, radius).map_or(Value::Null, |cells| tokens(cells.into_iter().map(|cell| cell.to_string()).collect()))
    }),
    examples: &[(
        "geo_polygon_to_h3cells(dynamic({'type':'Polygon','coordinates':[[[-3.659,40.553],[-3.913,40.409],[-3.729,40.273],[-3.659,40.553]]]}), 5)",
        "[\"85390cb3fffffff\",\"85390cbbfffffff\"]",
    )],
    ..Function::NEW
};

/// Cells that a covering may have.
const MOST_CELLS: u64 = 65_536;
const MOST_H3_CELLS: usize = 61_680;

fn level(arguments: &[Value<'_>], default: u32, deepest: u32) -> Option<u32> {
    let given = arguments.get(1).map_or(Some(i64::from(default)), Value::as_i64);
    given.and_then(|level| u32::try_from(level).ok()).filter(|level| *level <= deepest)
}

/// As an angle.
fn radius(arguments: &[Value<'_>]) -> Option<f64> {
    let metres = arguments.get(2).map_or(Some(0.0), Value::as_f64);
    metres.filter(|metres| *metres >= 0.0 && metres.is_finite()).map(|metres| metres / RADIUS)
}

fn tokens(tokens: Vec<String>) -> Value<'static> {
    Json::Array(tokens.into_iter().map(Json::String).collect()).into_dynamic()
}

/// In the order of the cells' ids.
fn s2_cells(edges: Vec<Edge>, region: Option<&Region>, level: u32, radius: f64) -> Option<Vec<String>> {
    let mut cover = S2Cover { region, level, radius, found: Vec::new() };
    for face in 0..6 {
        cover.visit(Cell::face(face), &edges)?;
    }
    Some(cover.found.into_iter().map(Cell::token).collect())
}

struct S2Cover<'a> {
    region: Option<&'a Region>,
    level: u32,
    radius: f64,
    found: Vec<Cell>,
}

impl S2Cover<'_> {
    /// Looks at a cell and, where the shape's edges reach it, at its parts. `None` for too many cells.
    fn visit(&mut self, cell: Cell, edges: &[Edge]) -> Option<()> {
        let square = Near::new(&cell.corners(), self.radius);
        let near: Vec<Edge> = edges.iter().filter(|edge| square.reaches(**edge)).copied().collect();
        if near.is_empty() {
            return if self.region.is_some_and(|region| region.contains(cell.center())) { self.add(cell) } else { Some(()) };
        }
        if cell.level() == self.level {
            return self.add(cell);
        }
        cell.children().into_iter().try_for_each(|child| self.visit(child, &near))
    }

    fn add(&mut self, cell: Cell) -> Option<()> {
        let levels = self.level - cell.level();
        if self.found.len() as u64 + 4u64.pow(levels.min(20)) > MOST_CELLS {
            return None;
        }
        let mut inside = vec![cell];
        for _ in 0..levels {
            inside = inside.into_iter().flat_map(Cell::children).collect();
        }
        self.found.extend(inside);
        Some(())
    }
}

/// From the cells of the corners to all neighbours that the region reaches, too; of these, those whose centres it holds. In the order of
/// the cells' indexes.
fn h3_cells(region: &Region, resolution: u32, radius: f64) -> Option<BTreeSet<CellIndex>> {
    let resolution = u8::try_from(resolution).ok().and_then(|level| Resolution::try_from(level).ok())?;
    let edges: Vec<Edge> = region.edges().collect();
    let mut queue: VecDeque<CellIndex> = region.corners().filter_map(|corner| place(corner).map(|p| p.to_cell(resolution))).collect();
    let (mut seen, mut found): (BTreeSet<CellIndex>, BTreeSet<CellIndex>) = (queue.iter().copied().collect(), BTreeSet::new());
    while let Some(cell) = queue.pop_front() {
        let corners: Vec<Vector> = cell.boundary().iter().copied().map(vector).collect();
        let hexagon = Near::new(&corners, radius);
        let around = Region { rings: vec![Ring(corners.clone()).smaller_side()] };
        let holds = |edge: &Edge| around.contains(edge.0);
        if !(edges.iter().any(|edge| hexagon.reaches(*edge)) || edges.first().is_some_and(holds) || region.contains(corners[0])) {
            continue;
        }
        let center = vector(LatLng::from(cell));
        if region.contains(center) || radius > 0.0 && edges.iter().any(|edge| center.angle(closest_on_edge(center, *edge)) <= radius) {
            found.insert(cell);
        }
        if found.len() > MOST_H3_CELLS || seen.len() > 16 * MOST_H3_CELLS {
            return None;
        }
        queue.extend(cell.grid_disk::<Vec<_>>(1).into_iter().filter(|neighbor| seen.insert(*neighbor)));
    }
    Some(found)
}

fn place(corner: Vector) -> Option<LatLng> {
    let point = Point::from(corner);
    LatLng::new(point.latitude, point.longitude).ok()
}

fn vector(place: LatLng) -> Vector {
    Point { longitude: place.lng(), latitude: place.lat() }.vector()
}
