//! geo_distance_2points(), geo_azimuth(), geo_angle(), geo_point_in_circle(): measures between points.

use std::f64::consts::PI;

use crate::plan::{Function, Kernel, Nulls};
use crate::value::Value;

use super::point::{CATEGORY, Point, RADIUS};

pub static GEO_DISTANCE_2POINTS: Function = Function {
    name: "geo_distance_2points",
    category: CATEGORY,
    signatures: &[
        "(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number, [use_spheroid:numberorbool]) -> real",
    ],
    summary: "The shortest distance in metres between two points, on a sphere or on the WGS-84 spheroid.",
    kernel: Kernel::Row(|arguments| {
        let (Some(a), Some(b)) = (Point::from_arguments(arguments, 0), Point::from_arguments(arguments, 2)) else { return Value::Null };
        let spheroid = arguments.get(4).is_some_and(|v| v.as_bool().unwrap_or_else(|| v.as_f64().is_some_and(|v| v != 0.0)));
        if spheroid { on_spheroid(a, b).map_or(Value::Null, Value::Real) } else { Value::Real(RADIUS * a.angle(b)) }
    }),
    examples: &[("round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 3)", "1546754.352")],
    ..Function::NEW
};

pub static GEO_AZIMUTH: Function = Function {
    name: "geo_azimuth",
    category: CATEGORY,
    signatures: &["(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number) -> real"],
    summary: "The direction from the first point to the second, in radians clockwise from north.",
    kernel: Kernel::Row(|arguments| match (Point::from_arguments(arguments, 0), Point::from_arguments(arguments, 2)) {
        (Some(a), Some(b)) => azimuth(a, b).map_or(Value::Null, Value::Real),
        _ => Value::Null,
    }),
    examples: &[("round(geo_azimuth(5, 10, 10, -40), 9)", "3.054599398")],
    ..Function::NEW
};

pub static GEO_ANGLE: Function = Function {
    name: "geo_angle",
    category: CATEGORY,
    signatures: &[
        "(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number, p3_longitude:number, p3_latitude:number) -> real",
    ],
    summary: "The clockwise angle in radians from the line between the first two points to the line between the last two.",
    kernel: Kernel::Row(|arguments| {
        let point = |index| Point::from_arguments(arguments, index);
        let (Some(a), Some(b), Some(c)) = (point(0), point(2), point(4)) else { return Value::Null };
        match (azimuth(b, a), azimuth(b, c)) {
            (Some(back), Some(on)) => Value::Real((on - back).rem_euclid(2.0 * PI)),
            _ => Value::Null,
        }
    }),
    examples: &[("round(geo_angle(0, 10, 0, 5, 3, -10), 9)", "2.944938434")],
    ..Function::NEW
};

pub static GEO_POINT_IN_CIRCLE: Function = Function {
    name: "geo_point_in_circle",
    category: CATEGORY,
    signatures: &["(p_longitude:number, p_latitude:number, pc_longitude:number, pc_latitude:number, c_radius:number) -> bool"],
    summary: "Whether the first point lies within the radius (in metres) of the second.",
    nulls: Nulls::Propagate,
    kernel: Kernel::Row(|arguments| {
        let (point, center) = (Point::from_arguments(arguments, 0), Point::from_arguments(arguments, 2));
        match (point, center, arguments[4].as_f64().filter(|radius| *radius >= 0.0)) {
            (Some(point), Some(center), Some(radius)) => Value::Bool(RADIUS * point.angle(center) <= radius),
            _ => Value::Null,
        }
    }),
    examples: &[
        ("geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)", "true"),
        ("geo_point_in_circle(1, 1, 1, 1, -1)", ""),
    ],
    ..Function::NEW
};

/// `None` between points that are the same or opposite, where no direction is the shortest.
fn azimuth(from: Point, to: Point) -> Option<f64> {
    let angle = from.vector().angle(to.vector());
    if !(1e-15..PI - 1e-15).contains(&angle) {
        return None;
    }
    let (a, b, turn) = (from.latitude.to_radians(), to.latitude.to_radians(), (to.longitude - from.longitude).to_radians());
    let (east, north) = (turn.sin() * b.cos(), a.cos() * b.sin() - a.sin() * b.cos() * turn.cos());
    Some(east.atan2(north).rem_euclid(2.0 * PI))
}

/// Vincenty's inverse formula. `None` for nearly opposite points, where it does not converge.
fn on_spheroid(a: Point, b: Point) -> Option<f64> {
    const EQUATOR: f64 = 6_378_137.0;
    const FLAT: f64 = 1.0 / 298.257_223_563;
    const POLE: f64 = EQUATOR * (1.0 - FLAT);
    let reduced = |latitude: f64| ((1.0 - FLAT) * latitude.to_radians().tan()).atan().sin_cos();
    let ((sin_a, cos_a), (sin_b, cos_b)) = (reduced(a.latitude), reduced(b.latitude));
    let turn = (b.longitude - a.longitude).to_radians();
    let mut lambda = turn;
    for _ in 0..200 {
        let (sin_l, cos_l) = lambda.sin_cos();
        let sin = (cos_b * sin_l).hypot(cos_a * sin_b - sin_a * cos_b * cos_l);
        if sin == 0.0 {
            return Some(0.0);
        }
        let cos = sin_a * sin_b + cos_a * cos_b * cos_l;
        let sigma = sin.atan2(cos);
        let sin_alpha = cos_a * cos_b * sin_l / sin;
        let square = 1.0 - sin_alpha * sin_alpha;
        let middle = if square > 0.0 { cos - 2.0 * sin_a * sin_b / square } else { 0.0 };
        let c = FLAT / 16.0 * square * (4.0 + FLAT * (4.0 - 3.0 * square));
        let next = turn + (1.0 - c) * FLAT * sin_alpha * (sigma + c * sin * (middle + c * cos * (2.0 * middle * middle - 1.0)));
        if (next - lambda).abs() < 1e-12 {
            let u = square * (EQUATOR * EQUATOR - POLE * POLE) / (POLE * POLE);
            let big_a = 1.0 + u / 16_384.0 * (4096.0 + u * (-768.0 + u * (320.0 - 175.0 * u)));
            let big_b = u / 1024.0 * (256.0 + u * (-128.0 + u * (74.0 - 47.0 * u)));
            let inner =
                cos * (2.0 * middle * middle - 1.0) - big_b / 6.0 * middle * (4.0 * sin * sin - 3.0) * (4.0 * middle * middle - 3.0);
            return Some(POLE * big_a * (sigma - big_b * sin * (middle + big_b / 4.0 * inner)));
        }
        lambda = next;
    }
    None
}
