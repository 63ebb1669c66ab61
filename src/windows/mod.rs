//! The table of window functions, which look at neighbouring rows. A function is one constant in one file and one row in the list.

mod cumsum;
mod neighbours;
mod number;
mod rank;
mod restart;
mod session;

use crate::plan::WindowFunction;

const WINDOWS: &[&WindowFunction] = &[
    &neighbours::NEXT,
    &neighbours::PREV,
    &cumsum::ROW_CUMSUM,
    &number::ROW_NUMBER,
    &rank::ROW_RANK,
    &rank::ROW_RANK_DENSE,
    &rank::ROW_RANK_MIN,
    &session::ROW_WINDOW_SESSION,
];

/// Every window function, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static WindowFunction> {
    WINDOWS.iter().copied()
}

/// Finds a window function by its name. Names are case-sensitive.
pub fn find(name: &str) -> Option<&'static WindowFunction> {
    all().find(|function| function.name == name)
}
