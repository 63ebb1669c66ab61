//! The S2 grid: geo_point_to_s2cell() and its kin.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson::polygon;
use super::point::{CATEGORY, Point};
use super::sphere::Vector;

pub static GEO_POINT_TO_S2CELL: Function = Function {
    name: "geo_point_to_s2cell",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, [level:number]) -> string"],
    summary: "The token of the S2 cell that a point lies in, of level 0 to 30 (11 by default); empty for what lies outside of the globe.",
    kernel: Kernel::Row(|arguments| {
        let level = arguments.get(2).map_or(Some(11), Value::as_i64).filter(|level| (0..=30).contains(level));
        match (Point::from_arguments(arguments, 0), level) {
            (Some(point), Some(level)) => Value::string(Cell::of(point.vector()).parent(level as u32).token()),
            _ => Value::string(""),
        }
    }),
    examples: &[("geo_point_to_s2cell(-80.195829, 25.802215, 8)", "88d9b")],
    ..Function::NEW
};

pub static GEO_S2CELL_TO_CENTRAL_POINT: Function = Function {
    name: "geo_s2cell_to_central_point",
    category: CATEGORY,
    signatures: &["(s2cell:string) -> dynamic"],
    summary: "The middle of an S2 cell as a GeoJSON point.",
    kernel: Kernel::Row(|arguments| {
        arguments[0].as_str().and_then(Cell::parse).map_or(Value::Null, |cell| Point::from(cell.center()).value())
    }),
    examples: &[("geo_s2cell_to_central_point('a')", "")],
    ..Function::NEW
};

pub static GEO_S2CELL_TO_POLYGON: Function = Function {
    name: "geo_s2cell_to_polygon",
    category: CATEGORY,
    signatures: &["(s2cell:string) -> dynamic"],
    summary: "An S2 cell as a GeoJSON polygon.",
    kernel: Kernel::Row(|arguments| match arguments[0].as_str().and_then(Cell::parse) {
        Some(cell) => polygon(cell.corners().map(Point::from).to_vec()),
        None => Value::Null,
    }),
    examples: &[("round(todouble(geo_s2cell_to_polygon('89c259').coordinates[0][0][0]), 6)", "-74.030012")],
    ..Function::NEW
};

pub static GEO_S2CELL_NEIGHBORS: Function = Function {
    name: "geo_s2cell_neighbors",
    category: CATEGORY,
    signatures: &["(s2cell:string) -> dynamic"],
    summary: "The tokens of the S2 cells around a cell.",
    kernel: Kernel::Row(|arguments| {
        let tokens = |cell: Cell| cell.neighbors().into_iter().map(|cell| Json::String(cell.token())).collect();
        arguments[0].as_str().and_then(Cell::parse).map_or(Value::Null, |cell| Json::Array(tokens(cell)).into_dynamic())
    }),
    examples: &[(
        "geo_s2cell_neighbors('89c259')",
        "[\"89c25d\",\"89c2f9\",\"89c251\",\"89c257\",\"89c25f\",\"89c25b\",\"89c2f7\",\"89c2f5\"]",
    )],
    ..Function::NEW
};

/// The cells of the deepest level along an edge of a face.
const SIZE: i64 = 1 << 30;
const DEEPEST: u32 = 30;

/// For each orientation of the Hilbert curve the place (2 bits: i, j) of each position.
const PLACES: [[u64; 4]; 4] = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]];
/// What each position does to the orientation.
const TURNS: [usize; 4] = [1, 0, 0, 3];

/// A cell's id: 3 bits of the face, 2 bits for each level's position on the curve, then a 1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cell(u64);

/// A cell as a square on a face.
struct Square {
    face: u64,
    i: i64,
    j: i64,
    size: i64,
}

impl Cell {
    fn of(point: Vector) -> Cell {
        let (face, u, v) = face_uv(point);
        let place = |u: f64| ((straighten(u) * SIZE as f64).floor() as i64).clamp(0, SIZE - 1);
        Cell::at(face, place(u), place(v))
    }

    /// Of the deepest level.
    fn at(face: u64, i: i64, j: i64) -> Cell {
        let mut id = face;
        let mut orientation = (face & 1) as usize;
        for bit in (0..DEEPEST).rev() {
            let place = ((i as u64 >> bit & 1) << 1) | (j as u64 >> bit & 1);
            let position = PLACES[orientation].iter().position(|p| *p == place).unwrap_or(0);
            id = id << 2 | position as u64;
            orientation ^= TURNS[position];
        }
        Cell(id << 1 | 1)
    }

    fn parse(token: &str) -> Option<Cell> {
        if token.is_empty() || token.len() > 16 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let id = u64::from_str_radix(&format!("{token:0<16}"), 16).ok()?;
        // Levels end at every second bit.
        (id >> 61 < 6 && id != 0 && id.trailing_zeros() % 2 == 0 && id.trailing_zeros() <= 60).then_some(Cell(id))
    }

    pub fn face(face: u64) -> Cell {
        Cell(face << 61 | 1 << 60)
    }

    pub fn center(self) -> Vector {
        self.square().center()
    }

    /// Against the clock.
    pub fn corners(self) -> [Vector; 4] {
        self.square().corners()
    }

    /// Its four parts in the order of their ids; itself where it is of the deepest level.
    pub fn children(self) -> Vec<Cell> {
        let last = self.0 & self.0.wrapping_neg();
        if last == 1 {
            return vec![self];
        }
        (0..4).map(|child| Cell(self.0 - last + (2 * child + 1) * (last >> 2))).collect()
    }

    pub fn token(self) -> String {
        format!("{:016x}", self.0).trim_end_matches('0').to_owned()
    }

    pub fn level(self) -> u32 {
        DEEPEST - self.0.trailing_zeros() / 2
    }

    fn parent(self, level: u32) -> Cell {
        let last = 1u64 << (2 * (DEEPEST - level));
        Cell(self.0 & last.wrapping_neg() | last)
    }

    fn square(self) -> Square {
        let level = self.level();
        let face = self.0 >> 61;
        let (mut i, mut j, mut orientation) = (0, 0, (face & 1) as usize);
        for step in 0..level {
            let position = (self.0 >> (59 - 2 * step) & 3) as usize;
            let place = PLACES[orientation][position];
            (i, j) = (i << 1 | (place >> 1) as i64, j << 1 | (place & 1) as i64);
            orientation ^= TURNS[position];
        }
        let size = 1 << (DEEPEST - level);
        Square { face, i: i * size, j: j * size, size }
    }

    /// In the order in which Kusto lists them.
    fn neighbors(self) -> Vec<Cell> {
        const STEPS: [(i64, i64); 8] = [(1, 1), (-1, -1), (1, -1), (0, -1), (0, 1), (1, 0), (-1, 0), (-1, 1)];
        let (level, Square { face, i, j, size }) = (self.level(), self.square());
        STEPS.iter().map(|(right, up)| around(face, i + right * size, j + up * size).parent(level)).collect()
    }
}

impl Square {
    fn vector(&self, i: i64, j: i64) -> Vector {
        let bent = |place: i64| bend(place as f64 / SIZE as f64);
        face_vector(self.face, bent(i), bent(j)).unit().unwrap_or(Vector::ZERO)
    }

    fn center(&self) -> Vector {
        let middle = |place: i64| bend((place as f64 + self.size as f64 / 2.0) / SIZE as f64);
        face_vector(self.face, middle(self.i), middle(self.j)).unit().unwrap_or(Vector::ZERO)
    }

    fn corners(&self) -> [Vector; 4] {
        let (right, top) = (self.i + self.size, self.j + self.size);
        [(self.i, self.j), (right, self.j), (right, top), (self.i, top)].map(|(i, j)| self.vector(i, j))
    }
}

/// The deepest cell at a place that may lie beyond the edge of the face.
fn around(face: u64, i: i64, j: i64) -> Cell {
    if (0..SIZE).contains(&i) && (0..SIZE).contains(&j) {
        return Cell::at(face, i, j);
    }
    // One step over the edge is enough: the neighbour's cell is found on the other face from there.
    let flat = |place: i64| {
        let place = place.clamp(-1, SIZE) as f64;
        ((2.0 * place + 1.0 - SIZE as f64) / SIZE as f64).clamp(-1.0 - f64::EPSILON, 1.0 + f64::EPSILON)
    };
    let (face, u, v) = face_uv(face_vector(face, flat(i), flat(j)));
    let place = |u: f64| (((u + 1.0) / 2.0 * SIZE as f64).floor() as i64).clamp(0, SIZE - 1);
    Cell::at(face, place(u), place(v))
}

/// From the cube's face to even cells: S2's quadratic projection.
fn straighten(u: f64) -> f64 {
    if u >= 0.0 { 0.5 * (1.0 + 3.0 * u).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * u).sqrt() }
}

fn bend(s: f64) -> f64 {
    if s >= 0.5 { (4.0 * s * s - 1.0) / 3.0 } else { (1.0 - 4.0 * (1.0 - s) * (1.0 - s)) / 3.0 }
}

fn face_uv(point: Vector) -> (u64, f64, f64) {
    let [x, y, z] = point.0;
    let (ax, ay, az) = (x.abs(), y.abs(), z.abs());
    let axis = if ax > ay && ax > az {
        0
    } else if ax <= ay && ay > az {
        1
    } else {
        2
    };
    match (axis, point.0[axis] < 0.0) {
        (0, false) => (0, y / x, z / x),
        (1, false) => (1, -x / y, z / y),
        (2, false) => (2, -x / z, -y / z),
        (0, true) => (3, z / x, y / x),
        (1, true) => (4, z / y, -x / y),
        _ => (5, -y / z, -x / z),
    }
}

fn face_vector(face: u64, u: f64, v: f64) -> Vector {
    Vector(match face {
        0 => [1.0, u, v],
        1 => [-u, 1.0, v],
        2 => [-u, -v, 1.0],
        3 => [-1.0, -v, -u],
        4 => [v, -1.0, -u],
        _ => [v, u, -1.0],
    })
}
