//! dcount() and hll(): estimates of the number of distinct values, and the states behind them.

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::sketch::{Hll, hash_long, hash_text, hash_value};
use crate::value::{Column, Type, Value};

use super::fold::{Fold, Item, State};

const DIFFERS: &str = "Exact up to 10,000 distinct values, and its states are not those of Kusto's clusters.";

pub static DCOUNT: Aggregate = Aggregate {
    name: "dcount",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, [accuracy:notdynamic]) -> long"],
    summary: "An estimate of the number of distinct values; the accuracy is 0 to 4, 1 unless given.",
    prefix: "dcount",
    make: |arguments| make(arguments, Type::Long, |seen, _| Value::Long(seen.0.estimate())),
    examples: &[("range x from 1 to 100 step 1 | summarize dcount(x % 7)", "7")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static DCOUNTIF: Aggregate = Aggregate {
    name: "dcountif",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, predicate:bool, [accuracy:notdynamic]) -> long"],
    summary: "An estimate of the number of distinct values in rows where the predicate is true.",
    prefix: "dcountif",
    filtered: Some("dcount"),
    examples: &[("range x from 1 to 100 step 1 | summarize dcountif(x, x > 90, 2)", "10")],
    ..Aggregate::NEW
};

pub static HLL: Aggregate = Aggregate {
    name: "hll",
    category: "Aggregation functions",
    signatures: &["(expr:notrealorbool, [accuracy:integer]) -> dynamic"],
    summary: "The intermediate state of dcount(), for hll_merge() and dcount_hll(); null without values.",
    prefix: "hll",
    make: |arguments| make(arguments, Type::Dynamic, state),
    examples: &[("range x from 1 to 10 step 1 | summarize h = hll(x) | project dcount_hll(h)", "10")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static HLL_IF: Aggregate = Aggregate {
    name: "hll_if",
    category: "Aggregation functions",
    signatures: &["(expr:notrealorbool, predicate:bool, [accuracy:integer]) -> dynamic"],
    summary: "The intermediate state of dcount() over rows where the predicate is true.",
    prefix: "hll_if",
    filtered: Some("hll"),
    examples: &[("range x from 1 to 10 step 1 | summarize h = hll_if(x, x > 7) | project dcount_hll(h)", "3")],
    ..Aggregate::NEW
};

pub static HLL_MERGE: Aggregate = Aggregate {
    name: "hll_merge",
    category: "Aggregation functions",
    signatures: &["(hll:dynamicarray) -> dynamic"],
    summary: "One state of dcount() from the states of all rows.",
    prefix: "hll_merge",
    make: |_| Ok(PerGroup::boxed(vec![Type::Dynamic], || Merged(None))),
    examples: &[("range x from 1 to 9 step 1 | summarize h = hll(x) by x % 2 | summarize h = hll_merge(h) | project dcount_hll(h)", "9")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

fn state(seen: &Seen, _: Type) -> Value<'static> {
    if seen.0.is_empty() { Value::Null } else { seen.0.to_json().into_dynamic() }
}

fn make(arguments: &Arguments, ty: Type, finish: fn(&Seen, Type) -> Value<'static>) -> Result<Box<dyn Accumulator>, String> {
    let accuracy = match arguments.constants.get(1) {
        None => 1,
        Some(Some(value)) => value.as_i64().unwrap_or(-1),
        Some(None) => return Err("the accuracy must be a constant".to_owned()),
    };
    let empty = Hll::new(accuracy).ok_or("the accuracy must be 0 to 4")?;
    Ok(Fold::from_new(move || Seen(empty.clone()), ty, finish))
}

struct Seen(Hll);

impl State for Seen {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        let column = &arguments[0];
        match column.ty() {
            Type::String => {
                for (group, text) in groups.iter().zip(column.strings().iter()) {
                    states[*group as usize].0.add(hash_text(text.unwrap_or_default()));
                }
            }
            Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
                i64::each(column, |row, value| states[groups[row] as usize].0.add(hash_long(value)));
            }
            _ => {
                for (group, value) in groups.iter().zip(column.values()) {
                    if let Some(hash) = hash_value(&value) {
                        states[*group as usize].0.add(hash);
                    }
                }
            }
        }
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(later.0);
    }

    fn memory(&self) -> usize {
        self.0.memory()
    }
}

/// The states of all rows in one.
struct Merged(Option<Hll>);

impl Merged {
    fn add(&mut self, hll: Hll) {
        match &mut self.0 {
            Some(merged) => merged.merge(hll),
            none => *none = Some(hll),
        }
    }
}

impl GroupState for Merged {
    fn update(&mut self, arguments: &[Value<'_>]) {
        if let Some(hll) = arguments[0].as_dynamic().and_then(|state| Hll::from_json(&state.json())) {
            self.add(hll);
        }
    }

    fn merge(&mut self, later: Self) {
        if let Some(hll) = later.0 {
            self.add(hll);
        }
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![self.0.as_ref().map_or(Value::Null, |hll| hll.to_json().into_dynamic())]
    }

    fn memory(&self) -> usize {
        size_of::<Merged>() + self.0.as_ref().map_or(0, Hll::memory)
    }
}
