//! The table of aggregate functions. An aggregate is one constant in one file and one row in the list here.

mod count;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::plan::Aggregate;

const AGGREGATES: &[&Aggregate] = &[&count::COUNT];

/// Every aggregate, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Aggregate> {
    AGGREGATES.iter().copied()
}

/// Finds an aggregate by its name or an alias. Names are case-sensitive.
pub fn find(name: &str) -> Option<&'static Aggregate> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Aggregate>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index = HashMap::new();
        for aggregate in all() {
            index.insert(aggregate.name, aggregate);
            for alias in aggregate.aliases {
                index.insert(alias, aggregate);
            }
        }
        index
    });
    index.get(name).copied()
}
