//! count_distinct(): the exact number of distinct values.

use std::collections::HashSet;

use ahash::RandomState;

use crate::plan::{Aggregate, GroupState, PerGroup};
use crate::value::{Type, Value};

use super::text_set::TextSet;

pub static COUNT_DISTINCT: Aggregate = Aggregate {
    name: "count_distinct",
    category: "Aggregation functions",
    signatures: &["(expr:notdynamic) -> long"],
    summary: "The exact number of distinct values that are not null.",
    prefix: "count_distinct",
    make: |_| Ok(PerGroup::boxed(vec![Type::Long], Distinct::default)),
    examples: &[("datatable(x:string)['a', 'b', 'a'] | summarize count_distinct(x)", "2")],
    ..Aggregate::NEW
};

pub static COUNT_DISTINCTIF: Aggregate = Aggregate {
    name: "count_distinctif",
    category: "Aggregation functions",
    signatures: &["(expr:notdynamic, predicate:bool) -> long"],
    summary: "The exact number of distinct values in rows where the predicate is true.",
    prefix: "count_distinctif",
    filtered: Some("count_distinct"),
    examples: &[("range x from 1 to 9 step 1 | summarize count_distinctif(x % 4, x > 2)", "4")],
    ..Aggregate::NEW
};

#[derive(Default)]
struct Distinct {
    fixed: HashSet<u128, RandomState>,
    texts: Option<Box<TextSet>>,
}

impl GroupState for Distinct {
    fn update(&mut self, arguments: &[Value<'_>]) {
        match &arguments[0] {
            Value::Null => {}
            Value::String(text) => {
                self.texts.get_or_insert_default().insert(text);
            }
            Value::Dynamic(dynamic) => {
                self.texts.get_or_insert_default().insert(dynamic.text());
            }
            value => {
                self.fixed.insert(fixed(value));
            }
        }
    }

    fn merge(&mut self, later: Self) {
        self.fixed.extend(later.fixed);
        if let Some(texts) = later.texts {
            let ours = self.texts.get_or_insert_default();
            texts.iter().for_each(|text| {
                ours.insert(text);
            });
        }
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![Value::Long((self.fixed.len() + self.texts.as_ref().map_or(0, |texts| texts.len())) as i64)]
    }

    fn memory(&self) -> usize {
        size_of::<Distinct>() + self.fixed.capacity() * 17 + self.texts.as_ref().map_or(0, |texts| size_of::<TextSet>() + texts.memory())
    }
}

/// Bits that tell the values of one type apart.
fn fixed(value: &Value<'_>) -> u128 {
    match value {
        Value::Bool(v) => u128::from(*v),
        Value::Int(v) => *v as u128,
        Value::Long(v) => *v as u128,
        Value::DateTime(v) => v.ticks() as u128,
        Value::TimeSpan(v) => v.ticks() as u128,
        // Both zeros are one value, and so are all NaNs.
        Value::Real(v) if *v == 0.0 => 0,
        Value::Real(v) if v.is_nan() => u128::from(f64::NAN.to_bits()),
        Value::Real(v) => u128::from(v.to_bits()),
        Value::Decimal(v) => v.to_bits(),
        Value::Guid(v) => v.0,
        Value::Null | Value::String(_) | Value::Dynamic(_) => 0,
    }
}
