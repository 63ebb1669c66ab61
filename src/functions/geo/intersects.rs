//! geo_intersects_2lines() and its kin: whether shapes touch.

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::point::CATEGORY;
use super::shape::{edges, lines, regions};
use super::sphere::{Edge, Region, Vector, crossing};

pub static GEO_INTERSECTS_2LINES: Function = Function {
    name: "geo_intersects_2lines",
    category: CATEGORY,
    signatures: &["(lineString1:dynamicbag, lineString2:dynamicbag) -> bool"],
    summary: "Whether two lines cross or touch.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), lines(&arguments[1])) {
        (Some(a), Some(b)) => Value::Bool(meet(&edges(&a).collect::<Vec<_>>(), &edges(&b).collect::<Vec<_>>())),
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[2,2]]}), dynamic({'type':'LineString','coordinates':[[0,2],[2,0]]}))",
        "true",
    )],
    ..Function::NEW
};

pub static GEO_INTERSECTS_2POLYGONS: Function = Function {
    name: "geo_intersects_2polygons",
    category: CATEGORY,
    signatures: &["(polygon1:dynamicbag, polygon2:dynamicbag) -> bool"],
    summary: "Whether two polygons have a point in common.",
    kernel: Kernel::Row(|arguments| match (regions(&arguments[0]), regions(&arguments[1])) {
        (Some(a), Some(b)) => {
            let reaches = |a: &[Region], b: &[Region]| any_inside(b, a.iter().flat_map(Region::corners));
            Value::Bool(reaches(&a, &b) || reaches(&b, &a) || meet(&borders(&a), &borders(&b)))
        }
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[1,1],[2,1],[1,2],[1,1]]]}))",
        "true",
    )],
    ..Function::NEW
};

pub static GEO_INTERSECTS_LINE_WITH_POLYGON: Function = Function {
    name: "geo_intersects_line_with_polygon",
    category: CATEGORY,
    signatures: &["(lineString:dynamicbag, polygon:dynamicbag) -> bool"],
    summary: "Whether a line and a polygon have a point in common.",
    kernel: Kernel::Row(|arguments| match (lines(&arguments[0]), regions(&arguments[1])) {
        (Some(lines), Some(regions)) => {
            let corners = lines.iter().flat_map(|line| &line.points).map(|point| point.vector());
            Value::Bool(any_inside(&regions, corners) || meet(&edges(&lines).collect::<Vec<_>>(), &borders(&regions)))
        }
        _ => Value::Null,
    }),
    examples: &[(
        "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[5,5],[6,6]]}), dynamic({'type':'Polygon','coordinates':[[[1,1],[2,1],[1,2],[1,1]]]}))",
        "false",
    )],
    ..Function::NEW
};

fn any_inside(regions: &[Region], mut points: impl Iterator<Item = Vector>) -> bool {
    points.any(|point| regions.iter().any(|region| region.contains(point)))
}

fn borders(regions: &[Region]) -> Vec<Edge> {
    regions.iter().flat_map(Region::edges).collect()
}

fn meet(a: &[Edge], b: &[Edge]) -> bool {
    let share_end = |a: Edge, b: Edge| [a.0, a.1].iter().any(|end| end.near(b.0) || end.near(b.1));
    a.iter().any(|a| b.iter().any(|b| share_end(*a, *b) || crossing(*a, *b).is_some()))
}
