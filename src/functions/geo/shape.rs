//! GeoJSON lines and polygons, read and checked.

use crate::plan::{Arguments, RowFunction};
use crate::value::{Json, Value};

use super::point::Point;
use super::sphere::{Edge, Region, Ring, tangled, unite};

/// A row of points, each with the next an edge.
pub struct Path {
    pub points: Vec<Point>,
}

/// A shell and the holes in it; each ring without the repeated last point.
pub struct Polygon {
    pub rings: Vec<Path>,
}

impl Path {
    /// Of an open line.
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        self.points.windows(2).map(|pair| (pair[0].vector(), pair[1].vector()))
    }

    pub fn length(&self) -> f64 {
        self.points.windows(2).map(|pair| pair[0].angle(pair[1])).sum()
    }

    fn ring(&self) -> Ring {
        Ring(self.points.iter().map(|point| point.vector()).collect())
    }
}

impl Polygon {
    /// Rings may touch at corners, but not cross or share edges.
    fn is_valid(&self) -> bool {
        !tangled(&self.region().edges().collect::<Vec<_>>())
    }

    /// Each ring bounds the smaller side, whatever its direction.
    pub fn region(&self) -> Region {
        let ring = |(at, path): (usize, &Path)| {
            let ring = path.ring().smaller_side();
            if at == 0 { ring } else { ring.reversed() }
        };
        Region { rings: self.rings.iter().enumerate().map(ring).collect() }
    }
}

/// All edges of several lines.
pub fn edges(lines: &[Path]) -> impl Iterator<Item = Edge> {
    lines.iter().flat_map(Path::edges)
}

/// The region of a `Polygon`, or that of all polygons of a `MultiPolygon`; `None` for anything malformed.
pub fn region(value: &Value<'_>) -> Option<Region> {
    polygons(value).map(|polygons| unite(polygons.iter().map(Polygon::region).collect()))
}

/// The region of each polygon by itself.
pub fn regions(value: &Value<'_>) -> Option<Vec<Region>> {
    polygons(value).map(|polygons| polygons.iter().map(Polygon::region).collect())
}

/// The lines of a `LineString` or `MultiLineString`; `None` for anything malformed.
pub fn lines(value: &Value<'_>) -> Option<Vec<Path>> {
    let (kind, coordinates) = geometry(value)?;
    let parts = match kind.as_str() {
        "LineString" => vec![coordinates],
        "MultiLineString" => items(coordinates)?,
        _ => return None,
    };
    let lines: Option<Vec<Path>> = parts.into_iter().map(line).collect();
    lines.filter(|lines| !lines.is_empty())
}

/// The polygons of a `Polygon` or `MultiPolygon`; `None` for anything malformed.
pub fn polygons(value: &Value<'_>) -> Option<Vec<Polygon>> {
    let (kind, coordinates) = geometry(value)?;
    let parts = match kind.as_str() {
        "Polygon" => vec![coordinates],
        "MultiPolygon" => items(coordinates)?,
        _ => return None,
    };
    let polygons: Option<Vec<Polygon>> = parts.into_iter().map(|part| polygon(part).filter(Polygon::is_valid)).collect();
    polygons.filter(|polygons| !polygons.is_empty())
}

fn geometry(value: &Value<'_>) -> Option<(String, Json)> {
    let Json::Object(members) = value.as_dynamic()?.json() else { return None };
    let (mut kind, mut coordinates) = (None, None);
    for (key, value) in members {
        match (key.as_str(), value) {
            ("type", Json::String(text)) => kind = Some(text),
            ("coordinates", value) => coordinates = Some(value),
            _ => {}
        }
    }
    Some((kind?, coordinates?))
}

fn items(value: Json) -> Option<Vec<Json>> {
    match value {
        Json::Array(items) => Some(items),
        _ => None,
    }
}

fn points(value: Json) -> Option<Vec<Point>> {
    items(value)?.into_iter().map(point).collect()
}

fn point(value: Json) -> Option<Point> {
    let number = |item: &Json| match item {
        Json::Long(v) => Some(*v as f64),
        Json::Real(v) => Some(*v),
        _ => None,
    };
    match items(value)?.as_slice() {
        [longitude, latitude, ..] => Point::new(number(longitude)?, number(latitude)?),
        _ => None,
    }
}

fn line(value: Json) -> Option<Path> {
    let mut points = points(value)?;
    points.dedup();
    (points.len() >= 2).then_some(Path { points })
}

fn polygon(value: Json) -> Option<Polygon> {
    let rings: Option<Vec<Path>> = items(value)?.into_iter().map(ring).collect();
    rings.filter(|rings| !rings.is_empty()).map(|rings| Polygon { rings })
}

/// Closed, of at least three distinct points.
fn ring(value: Json) -> Option<Path> {
    let mut points = points(value)?;
    if points.len() < 4 || points.first() != points.last() {
        return None;
    }
    points.pop();
    let distinct = points.iter().enumerate().all(|(at, point)| !points[..at].contains(point));
    distinct.then_some(Path { points })
}

/// A function of a point (the first two arguments) and a shape (the third), which is read once where it is a constant.
pub fn with_shape<S: Send + Sync + 'static>(
    fixed: &Arguments,
    read: fn(&Value<'_>) -> Option<S>,
    answer: impl Fn(Point, &S) -> Value<'static> + Send + Sync + 'static,
) -> RowFunction {
    let constant = fixed.constants.get(2).cloned().flatten().map(|shape| read(&shape));
    Box::new(move |arguments| {
        let own;
        let shape = match &constant {
            Some(known) => known,
            None => {
                own = read(&arguments[2]);
                &own
            }
        };
        match (Point::from_arguments(arguments, 0), shape) {
            (Some(point), Some(shape)) => answer(point, shape),
            _ => Value::Null,
        }
    })
}
