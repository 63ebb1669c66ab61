//! Geospatial functions that are known and refused, each with what it would need.

use crate::plan::{Function, Kernel};

use super::point::CATEGORY;

pub static GEO_INTERSECTION_2LINES: Function = refused(
    "geo_intersection_2lines",
    &["(lineString1:dynamicbag, lineString2:dynamicbag) -> dynamic"],
    "it needs the intersection of shapes on the sphere",
);
pub static GEO_INTERSECTION_2POLYGONS: Function = refused(
    "geo_intersection_2polygons",
    &["(polygon1:dynamicbag, polygon2:dynamicbag) -> dynamic"],
    "it needs the intersection of shapes on the sphere",
);
pub static GEO_INTERSECTION_LINE_WITH_POLYGON: Function = refused(
    "geo_intersection_line_with_polygon",
    &["(lineString:dynamicbag, polygon:dynamicbag) -> dynamic"],
    "it needs the intersection of shapes on the sphere",
);
pub static GEO_LINE_BUFFER: Function = refused(
    "geo_line_buffer",
    &["(lineString:dynamicbag, radius:number, [tolerance:number]) -> dynamic"],
    "it needs buffers around shapes on the sphere",
);
pub static GEO_LINE_DENSIFY: Function = refused(
    "geo_line_densify",
    &["(lineString:dynamicbag, [tolerance:number], [preserve_crossing:numberorbool]) -> dynamic"],
    "it needs densifying of edges",
);
pub static GEO_LINE_SIMPLIFY: Function = refused(
    "geo_line_simplify",
    &["(lineString:dynamicbag, [tolerance:number]) -> dynamic"],
    "it needs simplifying of shapes on the sphere",
);
pub static GEO_LINE_TO_S2CELLS: Function = refused(
    "geo_line_to_s2cells",
    &["(lineString:dynamicbag, [level:number], [radius:number]) -> dynamic"],
    "it needs coverings of shapes with S2 cells",
);
pub static GEO_POINT_BUFFER: Function = refused(
    "geo_point_buffer",
    &["(longitude:number, latitude:number, radius:number, [tolerance:number]) -> dynamic"],
    "it needs buffers around shapes on the sphere",
);
pub static GEO_POLYGON_BUFFER: Function = refused(
    "geo_polygon_buffer",
    &["(polygon:dynamicbag, radius:number, [tolerance:number]) -> dynamic"],
    "it needs buffers around shapes on the sphere",
);
pub static GEO_POLYGON_DENSIFY: Function = refused(
    "geo_polygon_densify",
    &["(polygon:dynamicbag, [tolerance:number], [preserve_crossing:numberorbool]) -> dynamic"],
    "it needs densifying of edges",
);
pub static GEO_POLYGON_SIMPLIFY: Function = refused(
    "geo_polygon_simplify",
    &["(polygon:dynamicbag, [tolerance:number]) -> dynamic"],
    "it needs simplifying of shapes on the sphere",
);
pub static GEO_POLYGON_TO_H3CELLS: Function = refused(
    "geo_polygon_to_h3cells",
    &["(polygon:dynamicbag, [resolution:number], [radius:number]) -> dynamic"],
    "it needs coverings of shapes with H3 cells",
);
pub static GEO_POLYGON_TO_S2CELLS: Function = refused(
    "geo_polygon_to_s2cells",
    &["(polygon:dynamicbag, [level:number], [radius:number]) -> dynamic"],
    "it needs coverings of shapes with S2 cells",
);
pub static GEO_SIMPLIFY_POLYGONS_ARRAY: Function = refused(
    "geo_simplify_polygons_array",
    &["(polygons:dynamicarray, [tolerance:number]) -> dynamic"],
    "it needs simplifying of shapes on the sphere",
);
pub static GEO_UNION_LINES_ARRAY: Function =
    refused("geo_union_lines_array", &["(lineStrings:dynamicarray) -> dynamic"], "it needs the union of shapes on the sphere");
pub static GEO_UNION_POLYGONS_ARRAY: Function =
    refused("geo_union_polygons_array", &["(polygons:dynamicarray) -> dynamic"], "it needs the union of shapes on the sphere");

/// An entry without an implementation.
const fn refused(name: &'static str, signatures: &'static [&'static str], reason: &'static str) -> Function {
    Function {
        name,
        category: CATEGORY,
        signatures,
        summary: "Known, but not supported.",
        kernel: Kernel::Refused(reason),
        ..Function::NEW
    }
}
