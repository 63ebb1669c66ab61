//! Vectors from the centre of the sphere.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vector(pub [f64; 3]);

impl Vector {
    pub const ZERO: Vector = Vector([0.0; 3]);

    pub fn dot(self, other: Vector) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| a * b).sum()
    }

    pub fn cross(self, other: Vector) -> Vector {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Vector([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    /// The normal of the great circle through two points, precise for close points too; of length 2·sin(angle).
    pub fn normal(self, other: Vector) -> Vector {
        self.plus(other, 1.0).cross(other.plus(self, -1.0))
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
        (length > 1e-30).then(|| Vector(self.0.map(|v| v / length)))
    }

    pub fn opposite(self) -> Vector {
        Vector(self.0.map(|v| -v))
    }

    /// Precise for small angles too.
    pub fn angle(self, other: Vector) -> f64 {
        (self.normal(other).length() / 2.0).atan2(self.dot(other))
    }

    /// Whether two points are one.
    pub fn near(self, other: Vector) -> bool {
        self.plus(other, -1.0).length() < super::SAME
    }

    /// The sum's direction; `None` for vectors that cancel out.
    pub fn middle(self, other: Vector) -> Option<Vector> {
        self.plus(other, 1.0).unit()
    }

    /// The point at an angle from `self` towards `other`.
    pub fn towards(self, other: Vector, angle: f64) -> Option<Vector> {
        let ahead = self.normal(other).unit()?.cross(self);
        Some(Vector::ZERO.plus(self, angle.cos()).plus(ahead, angle.sin()))
    }

    /// The directions east and north at a point. At the poles north is along the meridian of longitude 0.
    fn compass(self) -> (Vector, Vector) {
        let east = Vector([0.0, 0.0, 1.0]).cross(self).unit().unwrap_or(Vector([0.0, 1.0, 0.0]));
        (east, self.cross(east))
    }

    /// The point at an angle and an azimuth (clockwise from north).
    pub fn offset(self, angle: f64, azimuth: f64) -> Vector {
        let (east, north) = self.compass();
        let direction = Vector::ZERO.plus(north, azimuth.cos()).plus(east, azimuth.sin());
        Vector::ZERO.plus(self, angle.cos()).plus(direction, angle.sin()).unit().unwrap_or(self)
    }

    /// The azimuth of the way from here to there.
    pub fn azimuth(self, there: Vector) -> f64 {
        let (east, north) = self.compass();
        let way = there.plus(self, -1.0);
        way.dot(east).atan2(way.dot(north))
    }
}
