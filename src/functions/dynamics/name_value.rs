//! name_value(): looks a property up by name in an array of names and values, as audit records have them.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Dynamic, PathStep, Value};

pub static NAME_VALUE: Function = Function {
    name: "name_value",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamic, name:string, [key:string], [value:string]) -> string"],
    summary: "The value that an array of `{\"Name\": …, \"Value\": …}` objects gives to a name, as text; `NewValue` where there is no `Value`.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let Some(Value::Dynamic(array)) = arguments.first() else { return Value::string("") };
        let text = |index: usize, default: &'static str| arguments.get(index).and_then(Value::as_str).unwrap_or(default).to_owned();
        let (name, key) = (text(1, ""), PathStep::Key(text(2, "Name")));
        let values = [PathStep::Key(text(3, "Value")), PathStep::Key("NewValue".to_owned())];
        Value::string(look_up(array, &name, &key, &values).unwrap_or_default())
    }),
    examples: &[
        ("name_value(dynamic([{'Name':'OS','Value':'Windows'},{'Name':'BrowserType','Value':'Edge'}]), 'BrowserType')", "Edge"),
        ("name_value(dynamic([{'Name':'Role','NewValue':'Reader'}]), 'Role')", "Reader"),
        ("name_value(dynamic([{'ID':'a@b.example','Type':5}]), '5', 'Type', 'ID')", "a@b.example"),
        ("name_value(dynamic({'Name':'OS'}), 'OS')", ""),
    ],
    differs: "Kusto does not have it.",
    ..Function::NEW
};

fn look_up(array: &Dynamic<'_>, name: &str, key: &PathStep, values: &[PathStep]) -> Option<String> {
    let bags = array.elements()?;
    let bag = bags.iter().filter_map(Value::as_dynamic).find(|bag| bag.get(key).to_text() == name)?;
    let found = values.iter().map(|value| bag.get(value)).find(|value| !value.is_null())?;
    Some(found.to_text().into_owned())
}
