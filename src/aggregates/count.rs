//! count(): the number of rows of a group.

use crate::plan::Aggregate;
use crate::value::{Column, Type, Value};

use super::fold::{Fold, State};

pub static COUNT: Aggregate = Aggregate {
    name: "count",
    category: "Aggregation functions",
    signatures: &["() -> long", "(predicate:scalar) -> long"],
    summary: "The number of rows in the group. An argument does not matter.",
    prefix: "count",
    make: |_| Ok(Fold::<Count>::boxed(Type::Long, |count, _| Value::Long(count.0))),
    examples: &[("range x from 1 to 5 step 1 | summarize count() by x % 2 | order by Column1 asc", "0 | 2\n1 | 3")],
    ..Aggregate::NEW
};

pub static CNT: Aggregate = Aggregate {
    name: "cnt",
    category: "Aggregation functions",
    signatures: &["() -> long"],
    summary: "An obsolete name of count().",
    prefix: "cnt",
    make: COUNT.make,
    examples: &[("range x from 1 to 5 step 1 | summarize n = cnt()", "5")],
    ..Aggregate::NEW
};

pub static COUNTIF: Aggregate = Aggregate {
    name: "countif",
    category: "Aggregation functions",
    signatures: &["(predicate:bool) -> long"],
    summary: "The number of rows where the predicate is true.",
    prefix: "countif",
    filtered: Some("count"),
    examples: &[("range x from 1 to 5 step 1 | summarize countif(x > 3)", "2")],
    ..Aggregate::NEW
};

#[derive(Default)]
struct Count(i64);

impl State for Count {
    fn update(states: &mut [Self], _arguments: &[Column], groups: &[u32]) {
        groups.iter().for_each(|group| states[*group as usize].0 += 1);
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }
}
