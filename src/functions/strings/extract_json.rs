//! extract_json(): a place in a text of JSON.

use crate::plan::{Arguments, Function, Kernel};
use crate::value::{Json, PathStep, Type, Value};

pub static EXTRACT_JSON: Function = Function {
    name: "extract_json",
    aliases: &["extractjson"],
    category: "String functions",
    signatures: &[
        "(jsonPath:string, jsonText:stringOrDynamic) -> string",
        "(jsonPath:string, jsonText:stringOrDynamic, type:type) -> ParameterNLiteral",
    ],
    summary: "What stands at a path (`$.a[0].b`, `$['a']`) of a text of JSON, as a type where one is given.",
    kernel: Kernel::Prepare(|_, known: &Arguments| {
        let constant = known.constant_str(0).map(steps);
        let ty = known.constant_str(2).and_then(Type::parse).unwrap_or(Type::String);
        Ok(Box::new(move |arguments| {
            let own;
            let path = match &constant {
                Some(path) => path,
                None => {
                    own = steps(arguments[0].as_str().unwrap_or(""));
                    &own
                }
            };
            let found = Json::parse(&arguments[1].to_text()).and_then(|json| find(&json, path.as_deref()?).cloned());
            found.map_or(Value::Null, Json::into_dynamic).convert(ty)
        }))
    }),
    examples: &[(r#"extract_json("$.a[1].b", '{"a":[{"b":1},{"b":2}]}', typeof(long))"#, "2")],
    ..Function::NEW
};

/// The steps of a path; `None` where it is none.
fn steps(path: &str) -> Option<Vec<PathStep>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            steps.push(PathStep::Key(after[..end].to_owned()));
            rest = &after[end..];
            continue;
        }
        let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
        let name = inside.trim_matches(['\'', '"']);
        steps.push(if name.len() < inside.len() { PathStep::Key(name.to_owned()) } else { PathStep::Index(inside.trim().parse().ok()?) });
        rest = after;
    }
    Some(steps)
}

fn find<'j>(json: &'j Json, path: &[PathStep]) -> Option<&'j Json> {
    path.iter().try_fold(json, |at, step| match (at, step) {
        (Json::Object(members), PathStep::Key(key)) => members.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v),
        (Json::Array(items), PathStep::Index(index)) => {
            let index = if *index < 0 { items.len() as i64 + index } else { *index };
            items.get(usize::try_from(index).ok()?)
        }
        _ => None,
    })
}
