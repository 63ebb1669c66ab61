//! bag_merge() and bag_zip(): bags made of bags and arrays.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::argument::{Members, array, bag, object, set_member};

pub static BAG_MERGE: Function = Function {
    name: "bag_merge",
    category: "Dynamic and array functions",
    signatures: &["(bag1:dynamicbag, bag:dynamicbag, ...) -> dynamic"],
    summary: "One bag of the members of all; of a repeated key the first value stays. What is no bag is passed over.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let mut merged: Option<Members> = None;
        for members in arguments.iter().filter_map(bag) {
            let merged = merged.get_or_insert_default();
            for (key, value) in members {
                if !merged.iter().any(|(k, _)| *k == key) {
                    merged.push((key, value));
                }
            }
        }
        object(merged)
    }),
    examples: &[("bag_merge(dynamic({'a':1,'b':2}), dynamic({'b':3,'c':4}))", "{\"a\":1,\"b\":2,\"c\":4}")],
    ..Function::NEW
};

pub static BAG_ZIP: Function = Function {
    name: "bag_zip",
    category: "Dynamic and array functions",
    signatures: &["(keys:dynamicarray, values:dynamicarray) -> dynamic"],
    summary: "A bag of the keys in one array with the values in the other; keys that are no strings are passed over.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let Some(keys) = array(&arguments[0]) else { return Value::Null };
        let values = array(&arguments[1]).unwrap_or_default();
        let mut members = Members::new();
        for (at, key) in keys.iter().enumerate() {
            if let Json::String(key) = key {
                set_member(&mut members, key, values.get(at).cloned().unwrap_or(Json::Null));
            }
        }
        object(Some(members))
    }),
    examples: &[("bag_zip(dynamic(['a', 8, 'b']), dynamic([1, '2', 2.5]))", "{\"a\":1,\"b\":2.5}")],
    ..Function::NEW
};
