//! What `search` asks of a record whose columns are not all known: does any of its values hold a text? The names do not count.

use crate::functions::regex_dialect;
use crate::plan::{Function, Kernel};
use crate::value::{Dynamic, Value};

use super::needle::{Mode, Needle};

/// The operator is one of `has`, `hasprefix`, `hassuffix`, `contains`, with `_cs` or without, or `matches regex`.
pub static SEARCH_VALUES: Function = Function {
    name: "search_values",
    category: "Internal functions",
    signatures: &["(record:dynamic, text:string, operator:string) -> bool"],
    summary: "Whether a value of a bag holds a text, as `search` looks for it.",
    kernel: Kernel::Prepare(|_, known| {
        let text = known.constant_str(1).unwrap_or("");
        let operator = known.constant_str(2).unwrap_or("has");
        let mode = match operator.trim_end_matches("_cs") {
            "hasprefix" => Mode::HasPrefix,
            "hassuffix" => Mode::HasSuffix,
            "contains" => Mode::Contains,
            _ => Mode::Has,
        };
        let matches: Box<dyn Fn(&str) -> bool + Send + Sync> = if operator == "matches regex" {
            let regex = regex_dialect::compile(text)?;
            Box::new(move |value| regex.is_match(value))
        } else {
            let needle = Needle::new(text, mode, operator.ends_with("_cs"));
            Box::new(move |value| needle.is_match(value))
        };
        Ok(Box::new(move |arguments| match &arguments[0] {
            Value::Dynamic(record) => Value::Bool(any_value(record, &matches)),
            _ => Value::Bool(false),
        }))
    }),
    ..Function::NEW
};

fn any_value(record: &Dynamic<'_>, matches: impl Fn(&str) -> bool) -> bool {
    // A record whose whole text does not hold it has no value that does, but for texts that JSON writes in another way.
    let plain = !record.text().contains('\\');
    if plain && !matches(record.text()) {
        return false;
    }
    record.members().into_iter().any(|(_, value)| match value {
        Value::Dynamic(value) => match value.scalar_ref() {
            Some(scalar) => matches(&scalar.to_text()),
            None => matches(value.text()),
        },
        _ => false,
    })
}
