//! Caps: a direction and an angle around it, for quick refusals.

use super::Vector;

/// Around a set of points.
pub struct Cap {
    center: Vector,
    /// The least cosine of the angle of any point; below -1 for the whole sphere.
    least: f64,
}

impl Cap {
    /// Holds the points and the arcs between neighbours, as long as it is no more than half of the sphere.
    pub fn around(points: &[Vector]) -> Cap {
        let sum = points.iter().fold(Vector::ZERO, |sum, point| sum.plus(*point, 1.0));
        let whole = Cap { center: sum, least: -2.0 };
        let Some(center) = sum.unit() else { return whole };
        let least = points.iter().map(|point| point.dot(center)).fold(1.0, f64::min);
        // A cap beyond a quarter turn is not convex: arcs may leave it.
        if least < 0.1 { whole } else { Cap { center, least: least - 1e-9 } }
    }

    pub fn holds(&self, point: Vector) -> bool {
        self.least < -1.0 || point.dot(self.center) >= self.least
    }
}
