//! dynamic_to_json(): the canonical text of a dynamic, with sorted keys.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

fn sort(tree: &mut Json) {
    match tree {
        Json::Array(items) => items.iter_mut().for_each(sort),
        Json::Object(members) => {
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members.iter_mut().for_each(|(_, value)| sort(value));
        }
        _ => {}
    }
}

pub static DYNAMIC_TO_JSON: Function = Function {
    name: "dynamic_to_json",
    category: "Conversion functions",
    signatures: &["(dynamic:scalar) -> string"],
    summary: "The dynamic as JSON text with sorted keys, the same for equal values.",
    kernel: Kernel::Row(|arguments| match &arguments[0] {
        Value::Dynamic(dynamic) => {
            let mut tree = dynamic.json();
            sort(&mut tree);
            Value::string(tree.display_text())
        }
        other => Value::string(other.to_text().into_owned()),
    }),
    examples: &[(r#"dynamic_to_json(dynamic({"b":2,"a":[1, {"d":1,"c":2}]}))"#, r#"{"a":[1,{"c":2,"d":1}],"b":2}"#)],
    ..Function::NEW
};
