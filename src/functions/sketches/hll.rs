//! dcount_hll() and hll_merge(): reading and joining states of dcount().

use crate::plan::{Function, Kernel, Nulls};
use crate::sketch::Hll;
use crate::value::Value;

pub static DCOUNT_HLL: Function = Function {
    name: "dcount_hll",
    category: "hll and tdigest functions",
    signatures: &["(hll:dynamicarray) -> long"],
    summary: "The number of distinct values that a state made by hll() has seen.",
    kernel: Kernel::Row(|arguments| read(&arguments[0]).map_or(Value::Null, |hll| Value::Long(hll.estimate()))),
    examples: &[("range x from 1 to 10 step 1 | summarize h = hll(x) | project dcount_hll(h)", "10")],
    differs: "States that Kusto made are not read: the result is null.",
    ..Function::NEW
};

pub static HLL_MERGE: Function = Function {
    name: "hll_merge",
    category: "hll and tdigest functions",
    signatures: &["(hll1:dynamicarray, hll:dynamicarray, ...) -> dynamic"],
    summary: "One state from several; nulls are left out.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let merged = arguments.iter().filter_map(read).reduce(|mut all, hll| {
            all.merge(hll);
            all
        });
        merged.map_or(Value::Null, |hll| hll.to_json().into_dynamic())
    }),
    examples: &[("range x from 1 to 10 step 1 | summarize a = hll(x), b = hll(x + 5) | project dcount_hll(hll_merge(a, b))", "15")],
    differs: "States that Kusto made are left out.",
    ..Function::NEW
};

fn read(value: &Value<'_>) -> Option<Hll> {
    Hll::from_json(&value.as_dynamic()?.json())
}
