//! geo_point_in_polygon() and its kin: measures of polygons.

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::point::{CATEGORY, Point, RADIUS};
use super::shape::{region, regions, with_shape};
use super::sphere::{Cap, Region, Vector};

pub static GEO_POINT_IN_POLYGON: Function = Function {
    name: "geo_point_in_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> bool"],
    summary: "Whether a point lies in a polygon or in one of several.",
    kernel: Kernel::Prepare(|_, fixed| {
        Ok(with_shape(fixed, areas, |point, areas| Value::Bool(areas.iter().any(|area| area.contains(point.vector())))))
    }),
    examples: &[
        ("geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}))", "true"),
        ("geo_point_in_polygon(3, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}))", "false"),
    ],
    ..Function::NEW
};

pub static GEO_POLYGON_AREA: Function = Function {
    name: "geo_polygon_area",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> real"],
    summary: "The area of a polygon, in square metres.",
    kernel: Kernel::Row(|arguments| region(&arguments[0]).map_or(Value::Null, |region| Value::Real(RADIUS * RADIUS * region.area()))),
    examples: &[("round(geo_polygon_area(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})) / 1000000, 0)", "6182.0")],
    ..Function::NEW
};

pub static GEO_POLYGON_PERIMETER: Function = Function {
    name: "geo_polygon_perimeter",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> real"],
    summary: "The length of a polygon's border, in metres.",
    kernel: Kernel::Row(|arguments| region(&arguments[0]).map_or(Value::Null, |region| Value::Real(RADIUS * region.perimeter()))),
    examples: &[("round(geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})) / 1000, 0)", "380.0")],
    ..Function::NEW
};

pub static GEO_DISTANCE_POINT_TO_POLYGON: Function = Function {
    name: "geo_distance_point_to_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> real"],
    summary: "The shortest distance in metres between a point and a polygon, 0 inside.",
    kernel: Kernel::Prepare(|_, fixed| {
        let distance = |(_, angle): (Vector, f64)| Value::Real(RADIUS * angle);
        Ok(with_shape(fixed, regions, move |point, regions| nearest(point, regions).map_or(Value::Null, distance)))
    }),
    examples: &[(
        "round(geo_distance_point_to_polygon(-1, 0, dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]})), 3)",
        "111195.101",
    )],
    ..Function::NEW
};

pub static GEO_CLOSEST_POINT_ON_POLYGON: Function = Function {
    name: "geo_closest_point_on_polygon",
    category: CATEGORY,
    signatures: &["(longitude:number, latitude:number, polygon:dynamicbag) -> dynamic"],
    summary: "The point of a polygon that is closest to a point.",
    kernel: Kernel::Prepare(|_, fixed| {
        let closest = |(on, _): (Vector, f64)| Point::from(on).value();
        Ok(with_shape(fixed, regions, move |point, regions| nearest(point, regions).map_or(Value::Null, closest)))
    }),
    examples: &[(
        "geo_closest_point_on_polygon(-1, 0, dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )],
    ..Function::NEW
};

pub static GEO_POLYGON_CENTROID: Function = Function {
    name: "geo_polygon_centroid",
    category: CATEGORY,
    signatures: &["(polygon:dynamicbag) -> dynamic"],
    summary: "The centre of gravity of a polygon.",
    kernel: Kernel::Row(|arguments| {
        let center = region(&arguments[0]).and_then(|region| region.moment().unit());
        center.map_or(Value::Null, |center| Point::from(center).value())
    }),
    examples: &[(
        "round(todouble(geo_polygon_centroid(dynamic({'type':'Polygon','coordinates':[[[0,-1],[2,-1],[2,1],[0,1],[0,-1]]]})).coordinates[0]), 6)",
        "1.0",
    )],
    ..Function::NEW
};

/// A region with a cap around it: most points are told to be outside at once.
struct Area {
    region: Region,
    cap: Cap,
}

impl Area {
    fn contains(&self, point: Vector) -> bool {
        self.cap.holds(point) && self.region.contains(point)
    }
}

fn areas(polygon: &Value<'_>) -> Option<Vec<Area>> {
    Some(regions(polygon)?.into_iter().map(|region| Area { cap: region.cap(), region }).collect())
}

/// The closest point of any polygon and its angle from a point.
fn nearest(point: Point, regions: &[Region]) -> Option<(Vector, f64)> {
    let point = point.vector();
    let closest = regions.iter().filter_map(|region: &Region| region.closest(point)).map(|on| (on, point.angle(on)));
    closest.min_by(|a, b| a.1.total_cmp(&b.1))
}
