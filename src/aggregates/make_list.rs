//! make_list(): all values of a group, in input order.

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::value::{Dynamic, Type, Value};

use super::json_text;

/// How many elements lists, sets and bags keep unless told otherwise.
pub const DEFAULT_SIZE: usize = 1_048_576;
/// The same for the obsolete names.
pub const OLD_DEFAULT_SIZE: usize = 128;

pub static MAKE_LIST: Aggregate = Aggregate {
    name: "make_list",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, [maxSize:integer]) -> Parameter0Array"],
    summary: "An array of the values that are not null, in input order; arrays are added element by element.",
    prefix: "list",
    make: |arguments| make(arguments, DEFAULT_SIZE, false),
    examples: &[
        ("datatable(x:long)[3, long(null), 1] | summarize make_list(x)", "[3,1]"),
        ("datatable(x:dynamic)[dynamic([1, 2]), dynamic([3])] | summarize make_list(x)", "[1,2,3]"),
        ("range x from 1 to 9 step 1 | summarize make_list(x, 2)", "[1,2]"),
    ],
    ..Aggregate::NEW
};

pub static MAKELIST: Aggregate = Aggregate {
    name: "makelist",
    category: "Aggregation functions",
    signatures: MAKE_LIST.signatures,
    summary: "An obsolete name of make_list(), which keeps 128 elements unless told otherwise.",
    prefix: "list",
    make: |arguments| make(arguments, OLD_DEFAULT_SIZE, false),
    examples: &[("range x from 1 to 200 step 1 | summarize n = array_length(makelist(x))", "128")],
    ..Aggregate::NEW
};

pub static MAKE_LIST_IF: Aggregate = Aggregate {
    name: "make_list_if",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, predicate:bool, [maxSize:integer]) -> Parameter0Array"],
    summary: "An array of the values in rows where the predicate is true.",
    prefix: "list",
    filtered: Some("make_list"),
    examples: &[("range x from 1 to 9 step 1 | summarize make_list_if(x, x > 5, 2)", "[6,7]")],
    ..Aggregate::NEW
};

pub static MAKE_LIST_WITH_NULLS: Aggregate = Aggregate {
    name: "make_list_with_nulls",
    category: "Aggregation functions",
    signatures: &["(expr:scalar) -> Parameter0Array"],
    summary: "An array of the values of all rows, nulls included.",
    prefix: "list",
    make: |arguments| make(arguments, DEFAULT_SIZE, true),
    examples: &[("datatable(x:long)[1, long(null)] | summarize make_list_with_nulls(x)", "[1,null]")],
    ..Aggregate::NEW
};

fn make(arguments: &Arguments, default: usize, nulls: bool) -> Result<Box<dyn Accumulator>, String> {
    let limit = json_text::max_size(arguments.constants.get(1), default)?;
    // A dynamic null is a value like others.
    let nulls = nulls || arguments.types.first() == Some(&Type::Dynamic);
    Ok(PerGroup::boxed(vec![Type::Dynamic], move || List { text: String::new(), count: 0, limit, nulls }))
}

struct List {
    /// The elements' JSON, separated by commas.
    text: String,
    count: usize,
    limit: usize,
    nulls: bool,
}

impl List {
    fn add(&mut self, write: impl FnOnce(&mut String)) {
        if self.count < self.limit {
            if self.count > 0 {
                self.text.push(',');
            }
            write(&mut self.text);
            self.count += 1;
        }
    }
}

impl GroupState for List {
    fn update(&mut self, arguments: &[Value<'_>]) {
        match &arguments[0] {
            Value::Null if !self.nulls => {}
            Value::Dynamic(dynamic) if dynamic.is_array() => {
                dynamic.elements().iter().flatten().for_each(|item| self.add(|out| json_text::push(item, out)));
            }
            value => self.add(|out| json_text::push(value, out)),
        }
    }

    fn merge(&mut self, later: Self) {
        if self.count + later.count <= self.limit {
            if self.count > 0 && later.count > 0 {
                self.text.push(',');
            }
            self.text.push_str(&later.text);
            self.count += later.count;
        } else {
            let items = Dynamic::from_text(format!("[{}]", later.text));
            items.elements().iter().flatten().for_each(|item| self.add(|out| json_text::push(item, out)));
        }
    }

    fn finish(&self) -> Vec<Value<'static>> {
        vec![Value::dynamic(format!("[{}]", self.text))]
    }

    fn memory(&self) -> usize {
        size_of::<List>() + self.text.capacity()
    }
}
