//! count(): the number of rows of a group.

use std::any::Any;
use std::sync::Arc;

use arrow::array::Int64Array;

use crate::plan::{Accumulator, Aggregate};
use crate::value::{Column, Type};

pub static COUNT: Aggregate = Aggregate {
    name: "count",
    category: "Aggregation functions",
    signatures: &["() -> long"],
    summary: "The number of rows in the group.",
    prefix: "count",
    make: |_| Ok(Box::new(Counts::default())),
    examples: &[("range x from 1 to 5 step 1 | summarize count() by x % 2 | order by Column1 asc", "0 | 2\n1 | 3")],
    ..Aggregate::NEW
};

#[derive(Default)]
struct Counts(Vec<i64>);

impl Accumulator for Counts {
    fn update(&mut self, _arguments: &[Column], groups: &[u32], count: usize) {
        self.0.resize(count, 0);
        for group in groups {
            self.0[*group as usize] += 1;
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize) {
        self.0.resize(count, 0);
        if let Ok(other) = other.into_any().downcast::<Counts>() {
            for (value, group) in other.0.iter().zip(groups) {
                self.0[*group as usize] += value;
            }
        }
    }

    fn finish(&mut self, count: usize) -> Vec<Column> {
        self.0.resize(count, 0);
        vec![Column::new(Type::Long, Arc::new(Int64Array::from(std::mem::take(&mut self.0))))]
    }

    fn memory(&self) -> usize {
        self.0.len() * size_of::<i64>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
