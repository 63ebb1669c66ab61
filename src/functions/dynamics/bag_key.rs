//! bag_has_key(), bag_keys(), bag_remove_keys(), bag_set_key(): the keys of bags.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::argument::{array, bag, list, object};
use super::json_path;

const CATEGORY: &str = "Dynamic and array functions";

pub static BAG_HAS_KEY: Function = Function {
    name: "bag_has_key",
    category: CATEGORY,
    signatures: &["(bag:dynamicbag, key:string) -> bool"],
    summary: "Whether the bag has the key, which may be a JSON path like `$.key2.prop1`.",
    kernel: Kernel::Row(|arguments| match (bag(&arguments[0]), arguments[1].as_str()) {
        (Some(members), Some(key)) => Value::Bool(json_path::contains(&members, &json_path::names(key))),
        _ => Value::Bool(false),
    }),
    examples: &[("bag_has_key(dynamic({'key1': 123, 'key2': {'prop1': 'abc'}}), '$.key2.prop1')", "true")],
    ..Function::NEW
};

pub static BAG_KEYS: Function = Function {
    name: "bag_keys",
    category: CATEGORY,
    signatures: &["(object:dynamicbag) -> dynamic"],
    summary: "The keys of the bag, without those of bags inside it.",
    kernel: Kernel::Row(|arguments| {
        let mut keys: Vec<Json> = Vec::new();
        let Some(members) = bag(&arguments[0]) else { return Value::Null };
        for (key, _) in members {
            let key = Json::String(key);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        list(Some(keys))
    }),
    examples: &[("bag_keys(dynamic({'a':'b', 'c':{'d':123}}))", "[\"a\",\"c\"]"), ("bag_keys(dynamic([1]))", "")],
    ..Function::NEW
};

pub static BAG_REMOVE_KEYS: Function = Function {
    name: "bag_remove_keys",
    category: CATEGORY,
    signatures: &["(bag:dynamicbag, keys:dynamicarray) -> dynamic"],
    summary: "The bag without the given keys, which may be JSON paths like `$.key2.prop1`.",
    kernel: Kernel::Row(|arguments| {
        let (Some(mut members), Some(keys)) = (bag(&arguments[0]), array(&arguments[1])) else { return Value::Null };
        for key in &keys {
            if let Json::String(key) = key {
                json_path::remove(&mut members, &json_path::names(key));
            }
        }
        object(Some(members))
    }),
    examples: &[("bag_remove_keys(dynamic({'k1':1, 'k2':{'p1':'a', 'p2':'b'}}), dynamic(['$.k2.p1','k1']))", "{\"k2\":{\"p2\":\"b\"}}")],
    ..Function::NEW
};

pub static BAG_SET_KEY: Function = Function {
    name: "bag_set_key",
    category: CATEGORY,
    signatures: &["(bag:dynamicbag, key:string, value:scalar) -> dynamic"],
    summary: "The bag with the key, which may be a JSON path like `$.key2.prop1`, set to the value.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let (Some(mut members), Some(key)) = (bag(&arguments[0]), arguments[1].as_str()) else { return Value::Null };
        json_path::set(&mut members, &json_path::names(key), Json::from_value(&arguments[2]));
        object(Some(members))
    }),
    examples: &[
        ("bag_set_key(dynamic({'k1':1, 'k2':2}), 'k1', 'x')", "{\"k1\":\"x\",\"k2\":2}"),
        ("bag_set_key(dynamic({'k1':1}), '$.k2.p', 3)", "{\"k1\":1,\"k2\":{\"p\":3}}"),
    ],
    ..Function::NEW
};
