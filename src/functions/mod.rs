//! The table of scalar functions. A function is one constant in one file and one row in its folder's list.

mod conversions;
mod datetimes;
pub mod dynamics;
mod geo;
mod hashing;
pub mod math;
pub mod network;
pub mod operators;
pub mod regex_dialect;
mod series;
mod sketches;
mod special;
mod strings;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::plan::Function;

/// The folders, each with the rows of its functions.
const FAMILIES: &[&[&Function]] = &[
    conversions::FUNCTIONS,
    datetimes::FUNCTIONS,
    dynamics::FUNCTIONS,
    geo::FUNCTIONS,
    hashing::FUNCTIONS,
    math::FUNCTIONS,
    network::FUNCTIONS,
    operators::FUNCTIONS,
    operators::TEXT_FUNCTIONS,
    series::FUNCTIONS,
    special::FUNCTIONS,
    sketches::FUNCTIONS,
    strings::FUNCTIONS,
];

/// Every function, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// Finds a function by its name or an alias. Names are case-sensitive.
pub fn find(name: &str) -> Option<&'static Function> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index = HashMap::new();
        for function in all() {
            index.insert(function.name, function);
            for alias in function.aliases {
                index.insert(alias, function);
            }
        }
        index
    });
    index.get(name).copied()
}
