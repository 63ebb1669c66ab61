//! treepath(): the paths to the leaves of a bag.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::argument::list;

pub static TREEPATH: Function = Function {
    name: "treepath",
    category: "Dynamic and array functions",
    signatures: &["(object:dynamicbag) -> dynamic"],
    summary: "The distinct paths inside a dynamic; the elements of an array all count as element 0.",
    kernel: Kernel::Row(|arguments| {
        let Some(value) = arguments[0].as_dynamic() else { return Value::Null };
        let mut paths = Vec::new();
        walk(&value.json(), "", &mut paths);
        list((!paths.is_empty()).then(|| paths.into_iter().map(Json::String).collect()))
    }),
    examples: &[("treepath(dynamic({'p':[1,{'x':2}], 'q':3}))", "[\"['p']\",\"['p'][0]\",\"['p'][0]['x']\",\"['q']\"]")],
    ..Function::NEW
};

fn walk(value: &Json, path: &str, paths: &mut Vec<String>) {
    match value {
        Json::Object(members) => members.iter().for_each(|(key, value)| step(value, format!("{path}['{key}']"), paths)),
        Json::Array(items) => items.iter().for_each(|value| step(value, format!("{path}[0]"), paths)),
        _ => {}
    }
}

fn step(value: &Json, path: String, paths: &mut Vec<String>) {
    if !paths.contains(&path) {
        paths.push(path.clone());
    }
    walk(value, &path, paths);
}
