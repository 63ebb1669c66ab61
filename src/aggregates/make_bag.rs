//! make_bag(): the properties of all bags of a group in one.

use std::collections::HashMap;

use ahash::RandomState;

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::value::{Json, Type, Value};

use super::json_text;
use super::make_list::DEFAULT_SIZE;

pub static MAKE_BAG: Aggregate = Aggregate {
    name: "make_bag",
    category: "Aggregation functions",
    signatures: &["(expr:dynamicbag, [maxSize:integer]) -> dynamic"],
    summary: "A bag with the properties of all bags; of a property that repeats, the first row's value. Other values are ignored.",
    prefix: "bag",
    make,
    examples: &[("datatable(k:string, v:long)['a', 1, 'b', 2, 'a', 3] | summarize make_bag(bag_pack(k, v))", "{\"a\":1,\"b\":2}")],
    ..Aggregate::NEW
};

pub static MAKE_DICTIONARY: Aggregate = Aggregate {
    name: "make_dictionary",
    category: "Aggregation functions",
    signatures: MAKE_BAG.signatures,
    summary: "An obsolete name of make_bag().",
    prefix: "dictionary",
    make,
    examples: &[("print b = dynamic({'a': 1}) | summarize make_dictionary(b)", "{\"a\":1}")],
    ..Aggregate::NEW
};

pub static MAKE_BAG_IF: Aggregate = Aggregate {
    name: "make_bag_if",
    category: "Aggregation functions",
    signatures: &["(expr:dynamicbag, predicate:bool, [maxSize:integer]) -> dynamic"],
    summary: "A bag with the properties of the bags in rows where the predicate is true.",
    prefix: "bag",
    filtered: Some("make_bag"),
    examples: &[("datatable(k:string, v:long)['a', 1, 'b', 2] | summarize make_bag_if(bag_pack(k, v), v > 1)", "{\"b\":2}")],
    ..Aggregate::NEW
};

fn make(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    let limit = json_text::max_size(arguments.constants.get(1), DEFAULT_SIZE)?;
    Ok(PerGroup::boxed(vec![Type::Dynamic], move || Bag { members: Vec::new(), index: HashMap::default(), limit, bytes: 0 }))
}

struct Bag {
    members: Vec<(String, Json)>,
    index: HashMap<String, (), RandomState>,
    limit: usize,
    bytes: usize,
}

impl Bag {
    fn add(&mut self, key: String, value: Json) {
        if self.members.len() < self.limit && !self.index.contains_key(&key) {
            self.bytes += 2 * key.len() + 128;
            self.index.insert(key.clone(), ());
            self.members.push((key, value));
        }
    }
}

impl GroupState for Bag {
    fn update(&mut self, arguments: &[Value<'_>]) {
        if let Some(Json::Object(members)) = arguments[0].as_dynamic().map(|dynamic| dynamic.json()) {
            members.into_iter().for_each(|(key, value)| self.add(key, value));
        }
    }

    fn merge(&mut self, later: Self) {
        later.members.into_iter().for_each(|(key, value)| self.add(key, value));
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![Json::Object(self.members.clone()).into_dynamic()]
    }

    fn memory(&self) -> usize {
        size_of::<Bag>() + self.bytes
    }
}
