//! extract(), extract_all(): the groups of a regular expression.

use regex::{Captures, Regex};

use super::part::part_of;
use crate::functions::regex_dialect;
use crate::plan::{Arguments, Function, Kernel, Nulls};
use crate::value::{Json, Type, Value};

pub static EXTRACT: Function = Function {
    name: "extract",
    category: "String functions",
    signatures: &[
        "(regex:string, captureGroup:long, source:string) -> string",
        "(regex:string, captureGroup:long, source:string, typeLiteral:type) -> ParameterNLiteral",
    ],
    summary: "A group of the first match of a regular expression (0 is the whole match), as a type where one is given.",
    kernel: Kernel::Prepare(|_, known| {
        let compiled = known.constant_str(0).map(regex_dialect::compile).transpose()?;
        let ty = known.constant_str(3).and_then(Type::parse).unwrap_or(Type::String);
        Ok(Box::new(move |arguments| {
            let own: Option<Regex> = if compiled.is_some() { None } else { regex_dialect::cached(arguments[0].as_str().unwrap_or("")) };
            let Some(regex) = compiled.as_ref().or(own.as_ref()) else { return Value::Null };
            let group = usize::try_from(arguments[1].as_i64().unwrap_or(0)).unwrap_or(usize::MAX);
            let text = part_of(&arguments[2], |text| captured(regex, group, text));
            if ty == Type::String { text } else { text.convert(ty) }
        }))
    }),
    examples: &[
        ("extract('x=([0-9.]+)', 1, 'hello x=45.6|wo')", "45.6"),
        ("extract('Duration=([0-9.]+)', 1, 'Duration=5', typeof(long)) + 1", "6"),
    ],
    ..Function::NEW
};

pub static EXTRACT_ALL: Function = Function {
    name: "extract_all",
    aliases: &["extractall"],
    category: "String functions",
    signatures: &["(regex:string, source:string) -> dynamic", "(regex:string, captureGroups:dynamicarray, source:string) -> dynamic"],
    summary: "The groups of all matches of a regular expression: texts where it has one group, else arrays of them.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, known| {
        let compiled = known.constant_str(0).map(regex_dialect::compile).transpose()?;
        if let Some(regex) = &compiled
            && regex.captures_len() < 2
        {
            return Err("the regular expression needs a group in parentheses".to_owned());
        }
        let with_groups = with_groups(known);
        Ok(Box::new(move |arguments| {
            let own: Option<Regex> = if compiled.is_some() { None } else { regex_dialect::cached(arguments[0].as_str().unwrap_or("")) };
            let Some(regex) = compiled.as_ref().or(own.as_ref()) else { return Value::Null };
            let groups = if with_groups { groups(regex, &arguments[1]) } else { (1..regex.captures_len()).collect() };
            let text = arguments.last().and_then(Value::as_str).unwrap_or("");
            let matches: Vec<Json> = regex.captures_iter(text).map(|c| all_captured(&c, &groups)).collect();
            if matches.is_empty() { Value::Null } else { Json::Array(matches).into_dynamic() }
        }))
    }),
    examples: &[
        (r"extract_all(@'(\d+)', 'a set of numbers: 123, 567')", r#"["123","567"]"#),
        (r"extract_all(@'(\w)(\d)', 'a1 b2')", r#"[["a","1"],["b","2"]]"#),
    ],
    ..Function::NEW
};

/// The text of one group of the first match. The whole match does without the search for groups, which costs more.
fn captured<'t>(regex: &Regex, group: usize, text: &'t str) -> &'t str {
    let found = if group == 0 { regex.find(text) } else { regex.captures(text).and_then(|c| c.get(group)) };
    found.map_or("", |g| g.as_str())
}

fn with_groups(known: &Arguments) -> bool {
    known.types.len() == 3
}

/// The wanted groups, by number or by name, without those that there are not; all where none is left.
fn groups(regex: &Regex, wanted: &Value<'_>) -> Vec<usize> {
    let all = 1..regex.captures_len();
    let Some(Json::Array(items)) = wanted.as_dynamic().map(|d| d.json()) else { return all.collect() };
    let number = |item: Json| match item {
        Json::Long(n) => usize::try_from(n).ok(),
        Json::String(name) => regex.capture_names().position(|n| n == Some(name.as_str())),
        _ => None,
    };
    let found: Vec<usize> = items.into_iter().filter_map(number).filter(|group| all.contains(group)).collect();
    if found.is_empty() { all.collect() } else { found }
}

fn all_captured(captures: &Captures<'_>, groups: &[usize]) -> Json {
    let text = |group: &usize| Json::String(captures.get(*group).map_or("", |g| g.as_str()).to_owned());
    match groups {
        [one] => text(one),
        several => Json::Array(several.iter().map(text).collect()),
    }
}
