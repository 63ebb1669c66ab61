//! make_set(): the distinct values of a group, in the order of their first rows.

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::value::{Type, Value};

use super::json_text;
use super::make_list::{DEFAULT_SIZE, OLD_DEFAULT_SIZE};
use super::text_set::TextSet;

pub static MAKE_SET: Aggregate = Aggregate {
    name: "make_set",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, [maxSize:integer]) -> Parameter0Array"],
    summary: "An array of the distinct values, in the order of first appearance; arrays are added element by element.",
    prefix: "set",
    make: |arguments| make(arguments, DEFAULT_SIZE),
    examples: &[
        ("datatable(x:string)['b', 'a', 'b'] | summarize make_set(x)", "[\"b\",\"a\"]"),
        ("datatable(x:dynamic)[dynamic([1, 2]), dynamic([2, 3])] | summarize make_set(x)", "[1,2,3]"),
    ],
    ..Aggregate::NEW
};

pub static MAKESET: Aggregate = Aggregate {
    name: "makeset",
    category: "Aggregation functions",
    signatures: MAKE_SET.signatures,
    summary: "An obsolete name of make_set(), which keeps 128 elements unless told otherwise.",
    prefix: "set",
    make: |arguments| make(arguments, OLD_DEFAULT_SIZE),
    examples: &[("range x from 1 to 200 step 1 | summarize n = array_length(makeset(x))", "128")],
    ..Aggregate::NEW
};

pub static MAKE_SET_IF: Aggregate = Aggregate {
    name: "make_set_if",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, predicate:bool, [maxSize:integer]) -> Parameter0Array"],
    summary: "An array of the distinct values in rows where the predicate is true.",
    prefix: "set",
    filtered: Some("make_set"),
    examples: &[("range x from 1 to 9 step 1 | summarize make_set_if(x % 2, x > 5)", "[0,1]")],
    ..Aggregate::NEW
};

fn make(arguments: &Arguments, default: usize) -> Result<Box<dyn Accumulator>, String> {
    let limit = json_text::max_size(arguments.constants.get(1), default)?;
    let nulls = arguments.types.first() == Some(&Type::Dynamic);
    Ok(PerGroup::boxed(vec![Type::Dynamic], move || Set { texts: TextSet::default(), limit, nulls }))
}

struct Set {
    /// The elements as JSON.
    texts: TextSet,
    limit: usize,
    /// A dynamic null is a value like others.
    nulls: bool,
}

impl Set {
    fn add(&mut self, text: &str) {
        if self.texts.len() < self.limit {
            self.texts.insert(text);
        }
    }

    fn add_value(&mut self, value: &Value<'_>) {
        let mut text = String::new();
        json_text::push(value, &mut text);
        self.add(&text);
    }
}

impl GroupState for Set {
    fn update(&mut self, arguments: &[Value<'_>]) {
        match &arguments[0] {
            Value::Null if !self.nulls => {}
            Value::Dynamic(dynamic) if dynamic.is_array() => dynamic.elements().iter().flatten().for_each(|item| self.add_value(item)),
            value => self.add_value(value),
        }
    }

    fn merge(&mut self, later: Self) {
        later.texts.iter().for_each(|text| self.add(text));
    }

    fn finish(&self) -> Vec<Value<'static>> {
        let items: Vec<&str> = self.texts.iter().collect();
        vec![Value::dynamic(format!("[{}]", items.join(",")))]
    }

    fn memory(&self) -> usize {
        size_of::<Set>() + self.texts.memory()
    }
}
