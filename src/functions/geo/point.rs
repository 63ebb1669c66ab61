//! Points on the sphere, by longitude and latitude or as unit vectors.

use crate::value::{Json, Value};

pub const CATEGORY: &str = "Geospatial functions";

/// Kusto's sphere, in metres.
pub const RADIUS: f64 = 6_371_010.0;

/// A place in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub longitude: f64,
    pub latitude: f64,
}

impl Point {
    /// `None` outside of the globe.
    pub fn new(longitude: f64, latitude: f64) -> Option<Point> {
        ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)).then_some(Point { longitude, latitude })
    }

    /// From the two arguments at `index`.
    pub fn from_arguments(arguments: &[Value<'_>], index: usize) -> Option<Point> {
        Point::new(arguments.get(index)?.as_f64()?, arguments.get(index + 1)?.as_f64()?)
    }

    pub fn vector(self) -> Vector {
        let (longitude, latitude) = (self.longitude.to_radians(), self.latitude.to_radians());
        Vector([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()])
    }

    /// The angle between two points, seen from the centre.
    pub fn angle(self, other: Point) -> f64 {
        let half = |a: f64, b: f64| ((b - a).to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let square = half(self.latitude, other.latitude) + across * half(self.longitude, other.longitude);
        2.0 * square.min(1.0).sqrt().asin()
    }

    pub fn coordinates(self) -> Json {
        Json::Array(vec![Json::Real(self.longitude), Json::Real(self.latitude)])
    }

    /// As a GeoJSON point.
    pub fn value(self) -> Value<'static> {
        geometry("Point", self.coordinates()).into_dynamic()
    }
}

/// A GeoJSON geometry.
pub fn geometry(kind: &str, coordinates: Json) -> Json {
    Json::Object(vec![("type".to_owned(), Json::String(kind.to_owned())), ("coordinates".to_owned(), coordinates)])
}

/// A GeoJSON polygon of one ring, which is closed here.
pub fn polygon(mut ring: Vec<Point>) -> Value<'static> {
    ring.extend(ring.first().copied());
    geometry("Polygon", Json::Array(vec![Json::Array(ring.into_iter().map(Point::coordinates).collect())])).into_dynamic()
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vector(pub [f64; 3]);

impl Vector {
    pub fn dot(self, other: Vector) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| a * b).sum()
    }

    pub fn cross(self, other: Vector) -> Vector {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Vector([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    pub fn plus(self, other: Vector, factor: f64) -> Vector {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Vector([a + factor * x, b + factor * y, c + factor * z])
    }

    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// `None` for no direction at all.
    pub fn unit(self) -> Option<Vector> {
        let length = self.length();
        (length > 1e-15).then(|| Vector(self.0.map(|v| v / length)))
    }

    /// Precise for small angles too.
    pub fn angle(self, other: Vector) -> f64 {
        self.cross(other).length().atan2(self.dot(other))
    }

    pub fn point(self) -> Point {
        let [x, y, z] = self.0;
        Point { longitude: y.atan2(x).to_degrees(), latitude: z.atan2(x.hypot(y)).to_degrees() }
    }
}
