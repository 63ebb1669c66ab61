//! The geometry that the geospatial functions share: points as unit vectors, edges as the shortest arcs between them, regions bounded by
//! rings that have the region to their left.

mod arrangement;
mod assemble;
mod cap;
mod edge;
mod near;
mod overlay;
mod region;
mod vector;

pub use arrangement::{Arrangement, Source, tangled};
pub use assemble::{Link, paths};
pub use cap::Cap;
pub use edge::{Edge, closest_on_edge, crossing};
pub use near::Near;
pub use overlay::{Parts, intersection, line_inside, lines_meet, unite};
pub use region::{Region, Ring};
pub use vector::Vector;

/// Angle within which two places are one, about 6 micrometres on Kusto's sphere: the corners of adjacent grid cells differ by their rounding.
pub const SAME: f64 = 1e-12;
