//! Geospatial functions, on a sphere of Kusto's radius.

mod buffer;
mod combine;
mod cover;
mod densify;
mod distance;
mod geohash;
mod geojson;
mod h3;
mod intersects;
mod line;
mod point;
mod polygon;
mod s2;
mod shape;
mod simplify;
mod sphere;
mod wkt;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &distance::GEO_ANGLE,
    &distance::GEO_AZIMUTH,
    &line::GEO_CLOSEST_POINT_ON_LINE,
    &polygon::GEO_CLOSEST_POINT_ON_POLYGON,
    &distance::GEO_DISTANCE_2POINTS,
    &line::GEO_DISTANCE_POINT_TO_LINE,
    &polygon::GEO_DISTANCE_POINT_TO_POLYGON,
    &wkt::GEO_FROM_WKT,
    &geohash::GEO_GEOHASH_NEIGHBORS,
    &geohash::GEO_GEOHASH_TO_CENTRAL_POINT,
    &geohash::GEO_GEOHASH_TO_POLYGON,
    &h3::GEO_H3CELL_CHILDREN,
    &h3::GEO_H3CELL_LEVEL,
    &h3::GEO_H3CELL_NEIGHBORS,
    &h3::GEO_H3CELL_PARENT,
    &h3::GEO_H3CELL_RINGS,
    &h3::GEO_H3CELL_TO_CENTRAL_POINT,
    &h3::GEO_H3CELL_TO_POLYGON,
    &combine::GEO_INTERSECTION_2LINES,
    &combine::GEO_INTERSECTION_2POLYGONS,
    &combine::GEO_INTERSECTION_LINE_WITH_POLYGON,
    &intersects::GEO_INTERSECTS_2LINES,
    &intersects::GEO_INTERSECTS_2POLYGONS,
    &intersects::GEO_INTERSECTS_LINE_WITH_POLYGON,
    &buffer::GEO_LINE_BUFFER,
    &line::GEO_LINE_CENTROID,
    &densify::GEO_LINE_DENSIFY,
    &line::GEO_LINE_INTERPOLATE_POINT,
    &line::GEO_LINE_LENGTH,
    &line::GEO_LINE_LOCATE_POINT,
    &simplify::GEO_LINE_SIMPLIFY,
    &cover::GEO_LINE_TO_S2CELLS,
    &buffer::GEO_POINT_BUFFER,
    &distance::GEO_POINT_IN_CIRCLE,
    &polygon::GEO_POINT_IN_POLYGON,
    &geohash::GEO_POINT_TO_GEOHASH,
    &h3::GEO_POINT_TO_H3CELL,
    &s2::GEO_POINT_TO_S2CELL,
    &polygon::GEO_POLYGON_AREA,
    &buffer::GEO_POLYGON_BUFFER,
    &polygon::GEO_POLYGON_CENTROID,
    &densify::GEO_POLYGON_DENSIFY,
    &polygon::GEO_POLYGON_PERIMETER,
    &simplify::GEO_POLYGON_SIMPLIFY,
    &cover::GEO_POLYGON_TO_H3CELLS,
    &cover::GEO_POLYGON_TO_S2CELLS,
    &s2::GEO_S2CELL_NEIGHBORS,
    &s2::GEO_S2CELL_TO_CENTRAL_POINT,
    &s2::GEO_S2CELL_TO_POLYGON,
    &simplify::GEO_SIMPLIFY_POLYGONS_ARRAY,
    &combine::GEO_UNION_LINES_ARRAY,
    &combine::GEO_UNION_POLYGONS_ARRAY,
];
