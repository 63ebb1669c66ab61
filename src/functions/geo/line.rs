//! geo_line_length() and its kin: measures along lines.

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::combine::united_lines;
use super::point::{CATEGORY, Point, RADIUS};
use super::shape::{Path, edges, lines, with_shape};
use super::sphere::{Vector, closest_on_edge};

pub static GEO_LINE_LENGTH: Function = Function {
    name: "geo_line_length",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag) -> real"],
    summary: "The length of a line or of several, in metres.",
    kernel: Kernel::Row(|arguments| match lines(&arguments[0]).as_deref() {
        Some([line]) => Value::Real(RADIUS * line.length()),
        Some(lines) => Value::Real(RADIUS * united_lines(lines).length()),
        None => Value::Null,
    }),
    examples: &[("round(geo_line_length(dynamic({'type':'LineString','coordinates':[[0,0],[0,1]]})), 3)", "111195.101")],
    ..Function::NEW
};

pub static GEO_CLOSEST_POINT_ON_LINE: Function = Function {
    name: "geo_closest_point_on_line",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, lineString:dynamicbag) -> dynamic"],
    summary: "The point of a line that is closest to a point.",
    kernel: Kernel::Prepare(|_, fixed| {
        let closest = |(on, _): (Vector, f64)| Point::from(on).value();
        Ok(with_shape(fixed, lines, move |point, lines| nearest(point, lines).map_or(Value::Null, closest)))
    }),
    examples: &[(
        "geo_closest_point_on_line(3, 3, dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}))",
        "{\"type\":\"Point\",\"coordinates\":[2.0,2.0]}",
    )],
    ..Function::NEW
};

pub static GEO_DISTANCE_POINT_TO_LINE: Function = Function {
    name: "geo_distance_point_to_line",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, lineString:dynamicbag) -> real"],
    summary: "The shortest distance in metres between a point and a line.",
    kernel: Kernel::Prepare(|_, fixed| {
        let distance = |(_, angle): (Vector, f64)| Value::Real(RADIUS * angle);
        Ok(with_shape(fixed, lines, move |point, lines| nearest(point, lines).map_or(Value::Null, distance)))
    }),
    examples: &[("round(geo_distance_point_to_line(0, 1, dynamic({'type':'LineString','coordinates':[[-1,0],[1,0]]})), 3)", "111195.101")],
    ..Function::NEW
};

pub static GEO_LINE_INTERPOLATE_POINT: Function = Function {
    name: "geo_line_interpolate_point",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, fraction:number) -> dynamic"],
    summary: "The point at a fraction (0 to 1) of a line's length.",
    kernel: Kernel::Row(|arguments| {
        let (line, fraction) = (single(&arguments[0]), arguments[1].as_f64().filter(|fraction| (0.0..=1.0).contains(fraction)));
        match line.zip(fraction) {
            Some((line, fraction)) => at_fraction(&line, fraction).map_or(Value::Null, Point::value),
            None => Value::Null,
        }
    }),
    examples: &[(
        "round(todouble(geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[0,0],[2,0]]}), 0.5).coordinates[0]), 9)",
        "1.0",
    )],
    ..Function::NEW
};

pub static GEO_LINE_LOCATE_POINT: Function = Function {
    name: "geo_line_locate_point",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, longitude:number, latitude:number, [use_spheroid:bool]) -> real"],
    summary: "The fraction of a line's length at which it is closest to a point.",
    kernel: Kernel::Prepare(|_, fixed| {
        if !matches!(fixed.constants.get(3), None | Some(Some(Value::Bool(false)))) {
            return Err("distances are measured on the sphere: use_spheroid can only be `false`".to_owned());
        }
        Ok(Box::new(|arguments| match single(&arguments[0]).zip(Point::from_arguments(arguments, 1)) {
            Some((line, point)) => Value::Real(fraction(&line, point)),
            None => Value::Null,
        }))
    }),
    examples: &[
        ("round(geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[0,0],[2,0]]}), 0.5, 1), 6)", "0.25"),
        ("round(geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[0,0],[2,0]]}), 0.5, 1, false), 6)", "0.25"),
    ],
    differs: "it measures on the sphere, and refuses to measure on the spheroid",
    ..Function::NEW
};

pub static GEO_LINE_CENTROID: Function = Function {
    name: "geo_line_centroid",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag) -> dynamic"],
    summary: "The centre of gravity of a line or of several.",
    kernel: Kernel::Row(|arguments| lines(&arguments[0]).and_then(|lines| centroid(&lines)).map_or(Value::Null, Point::value)),
    examples: &[(
        "geo_line_centroid(dynamic({'type':'LineString','coordinates':[[0,0],[2,0]]}))",
        "{\"type\":\"Point\",\"coordinates\":[1.0,0.0]}",
    )],
    ..Function::NEW
};

fn single(value: &Value<'_>) -> Option<Path> {
    lines(value).filter(|lines| lines.len() == 1)?.pop()
}

/// The closest point of any line and its angle from a point.
fn nearest(point: Point, lines: &[Path]) -> Option<(Vector, f64)> {
    let point = point.vector();
    let on_edges = edges(lines).map(|edge| closest_on_edge(point, edge));
    on_edges.map(|on| (on, point.angle(on))).min_by(|a, b| a.1.total_cmp(&b.1))
}

fn at_fraction(line: &Path, fraction: f64) -> Option<Point> {
    let mut rest = fraction * line.edges().map(|(a, b)| a.angle(b)).sum::<f64>();
    for (a, b) in line.edges() {
        let angle = a.angle(b);
        if rest <= angle {
            return a.towards(b, rest).map(Point::from);
        }
        rest -= angle;
    }
    line.points.last().copied()
}

fn fraction(line: &Path, point: Point) -> f64 {
    let point = point.vector();
    let (mut before, mut best) = (0.0, (f64::MAX, 0.0));
    for (a, b) in line.edges() {
        let on = closest_on_edge(point, (a, b));
        if point.angle(on) < best.0 {
            best = (point.angle(on), before + a.angle(on));
        }
        before += a.angle(b);
    }
    best.1 / before
}

/// Each edge weighs its chord's middle direction by its exact mass on the sphere.
fn centroid(lines: &[Path]) -> Option<Point> {
    let sum = edges(lines).fold(Vector::ZERO, |sum, (a, b)| match a.middle(b) {
        Some(middle) => sum.plus(middle, 2.0 * (a.angle(b) / 2.0).sin()),
        None => sum,
    });
    sum.unit().map(Point::from)
}
