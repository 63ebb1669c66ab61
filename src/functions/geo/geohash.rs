//! The geohash grid: geo_point_to_geohash() and its kin.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson::polygon;
use super::point::{CATEGORY, Point};

pub static GEO_POINT_TO_GEOHASH: Function = Function {
    name: "geo_point_to_geohash",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, [accuracy:number]) -> string"],
    summary: "The geohash of a point, of 1 to 18 characters (5 by default); empty for what lies outside of the globe.",
    kernel: Kernel::Row(|arguments| {
        let accuracy = arguments.get(2).map_or(Some(5), Value::as_i64).filter(|accuracy| (1..=18).contains(accuracy));
        match (Point::from_arguments(arguments, 0), accuracy) {
            (Some(point), Some(accuracy)) => Value::string(encode(point, accuracy as usize)),
            _ => Value::string(""),
        }
    }),
    examples: &[("geo_point_to_geohash(-80.195829, 25.802215, 8)", "dhwfz15h")],
    ..Function::NEW
};

pub static GEO_GEOHASH_TO_CENTRAL_POINT: Function = Function {
    name: "geo_geohash_to_central_point",
    category: CATEGORY,
    signatures: &["(geohash:string) -> dynamic"],
    summary: "The middle of a geohash's cell as a GeoJSON point.",
    kernel: Kernel::Row(|arguments| arguments[0].as_str().and_then(Cell::decode).map_or(Value::Null, |cell| cell.center().value())),
    examples: &[("geo_geohash_to_central_point('sunny')", "{\"type\":\"Point\",\"coordinates\":[42.47314453125,23.70849609375]}")],
    ..Function::NEW
};

pub static GEO_GEOHASH_TO_POLYGON: Function = Function {
    name: "geo_geohash_to_polygon",
    category: CATEGORY,
    signatures: &["(geohash:string) -> dynamic"],
    summary: "A geohash's cell as a GeoJSON polygon.",
    kernel: Kernel::Row(|arguments| arguments[0].as_str().and_then(Cell::decode).map_or(Value::Null, |cell| polygon(cell.corners()))),
    examples: &[(
        "geo_geohash_to_polygon('sunny').coordinates",
        "[[[42.451171875,23.6865234375],[42.4951171875,23.6865234375],[42.4951171875,23.73046875],[42.451171875,23.73046875],[42.451171875,23.6865234375]]]",
    )],
    ..Function::NEW
};

pub static GEO_GEOHASH_NEIGHBORS: Function = Function {
    name: "geo_geohash_neighbors",
    category: CATEGORY,
    signatures: &["(geohash:string) -> dynamic"],
    summary: "The geohashes of the eight cells around a geohash's cell.",
    kernel: Kernel::Row(|arguments| {
        let Some(hash) = arguments[0].as_str() else { return Value::Null };
        Cell::decode(hash).map_or(Value::Null, |cell| Json::Array(cell.neighbors(hash.len())).into_dynamic())
    }),
    examples: &[("geo_geohash_neighbors('sunny')", "[\"sunnt\",\"sunpj\",\"sunnx\",\"sunpn\",\"sunnv\",\"sunpp\",\"sunnz\",\"sunnw\"]")],
    ..Function::NEW
};

const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// Halves a range at each bit and keeps the half that the bit names.
fn narrow(range: &mut (f64, f64), upper: bool) {
    let middle = (range.0 + range.1) / 2.0;
    *range = if upper { (middle, range.1) } else { (range.0, middle) };
}

fn encode(point: Point, accuracy: usize) -> String {
    let mut cell = Cell::WORLD;
    let mut hash = String::new();
    for _ in 0..accuracy {
        let mut code = 0;
        for _ in 0..5 {
            let (range, value) = if cell.even { (&mut cell.longitude, point.longitude) } else { (&mut cell.latitude, point.latitude) };
            let upper = value >= (range.0 + range.1) / 2.0;
            narrow(range, upper);
            code = code * 2 + usize::from(upper);
            cell.even = !cell.even;
        }
        hash.extend(ALPHABET.get(code).map(|c| char::from(*c)));
    }
    hash
}

struct Cell {
    longitude: (f64, f64),
    latitude: (f64, f64),
    /// The next bit is the longitude's.
    even: bool,
}

impl Cell {
    const WORLD: Cell = Cell { longitude: (-180.0, 180.0), latitude: (-90.0, 90.0), even: true };

    fn decode(hash: &str) -> Option<Cell> {
        let mut cell = Cell::WORLD;
        if hash.is_empty() || hash.len() > 18 {
            return None;
        }
        for byte in hash.bytes() {
            let code = ALPHABET.iter().position(|c| *c == byte.to_ascii_lowercase())?;
            for bit in (0..5).rev() {
                narrow(if cell.even { &mut cell.longitude } else { &mut cell.latitude }, code >> bit & 1 == 1);
                cell.even = !cell.even;
            }
        }
        Some(cell)
    }

    fn center(&self) -> Point {
        Point { longitude: (self.longitude.0 + self.longitude.1) / 2.0, latitude: (self.latitude.0 + self.latitude.1) / 2.0 }
    }

    fn corners(&self) -> Vec<Point> {
        let ((west, east), (south, north)) = (self.longitude, self.latitude);
        [(west, south), (east, south), (east, north), (west, north)].map(|(longitude, latitude)| Point { longitude, latitude }).to_vec()
    }

    /// In Kusto's order. Beyond a pole there is none.
    fn neighbors(&self, accuracy: usize) -> Vec<Json> {
        const STEPS: [(f64, f64); 8] = [(-1., -1.), (-1., 1.), (1., -1.), (0., 1.), (-1., 0.), (1., 1.), (1., 0.), (0., -1.)];
        let (width, height, center) = (self.longitude.1 - self.longitude.0, self.latitude.1 - self.latitude.0, self.center());
        let at = |(east, north): &(f64, f64)| {
            let longitude = (center.longitude + east * width + 180.0).rem_euclid(360.0) - 180.0;
            Point::new(longitude, center.latitude + north * height)
        };
        STEPS.iter().filter_map(at).map(|point| Json::String(encode(point, accuracy))).collect()
    }
}
