//! Points on the sphere by longitude and latitude.

use crate::value::{Json, Value};

use super::geojson::geometry;
use super::sphere::Vector;

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

impl From<Vector> for Point {
    fn from(vector: Vector) -> Point {
        let [x, y, z] = vector.0;
        // Zero is added so that it has no sign.
        Point { longitude: y.atan2(x).to_degrees() + 0.0, latitude: z.atan2(x.hypot(y)).to_degrees() + 0.0 }
    }
}

impl From<Point> for Vector {
    fn from(point: Point) -> Vector {
        point.vector()
    }
}
