//! tdigest(): the intermediate state of percentiles, and merging such states.

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::sketch::Digest;
use crate::value::{Type, Value};

const DIFFERS: &str = "Exact up to 4,096 distinct values, and its states are not those of Kusto's clusters.";

pub static TDIGEST: Aggregate = Aggregate {
    name: "tdigest",
    category: "Aggregation functions",
    signatures: &["(expr:summable, [weight:integer]) -> dynamic"],
    summary: "The intermediate state of percentiles, for percentile_tdigest() and its kin; null without values.",
    prefix: "tdigest",
    make,
    examples: &[("datatable(x:long)[1, 2, 2] | summarize tdigest(x)", "[[1,2],[1,2]]")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static TDIGEST_MERGE: Aggregate = Aggregate {
    name: "tdigest_merge",
    aliases: &["merge_tdigest"],
    category: "Aggregation functions",
    signatures: &["(tdigest:dynamicarray) -> dynamic"],
    summary: "One state of percentiles from the states of all rows.",
    prefix: "merge_tdigests",
    make: |_| Ok(PerGroup::boxed(vec![Type::Dynamic], || Merged(None))),
    examples: &[("range x from 1 to 4 step 1 | summarize t = tdigest(x) by x % 2 | summarize tdigest_merge(t)", "[[1,2,3,4],[1,1,1,1]]")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

fn make(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    let ty = arguments.types.first().copied().unwrap_or(Type::Long);
    Ok(PerGroup::boxed(vec![Type::Dynamic], move || State(Digest::new(ty))))
}

struct State(Digest);

impl GroupState for State {
    fn update(&mut self, arguments: &[Value<'_>]) {
        let weight = arguments.get(1).map_or(Some(1), Value::as_i64);
        self.0.add(&arguments[0], weight.unwrap_or(0));
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(&later.0);
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![if self.0.is_empty() { Value::Null } else { self.0.to_json().into_dynamic() }]
    }

    fn memory(&self) -> usize {
        self.0.memory()
    }
}

/// The states of all rows in one; of another type than the first are left out.
struct Merged(Option<Digest>);

impl Merged {
    fn add(&mut self, digest: Digest) {
        match &mut self.0 {
            Some(merged) => merged.merge(&digest),
            none => *none = Some(digest),
        }
    }
}

impl GroupState for Merged {
    fn update(&mut self, arguments: &[Value<'_>]) {
        if let Some(digest) = arguments[0].as_dynamic().and_then(|state| Digest::from_json(&state.json())) {
            self.add(digest);
        }
    }

    fn merge(&mut self, later: Self) {
        if let Some(digest) = later.0 {
            self.add(digest);
        }
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![self.0.as_ref().map_or(Value::Null, |digest| digest.to_json().into_dynamic())]
    }

    fn memory(&self) -> usize {
        size_of::<Merged>() + self.0.as_ref().map_or(0, Digest::memory)
    }
}
