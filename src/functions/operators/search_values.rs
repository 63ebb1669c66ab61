//! What `search` asks of a record whose columns are not all known: does any of its values hold a text? The names do not count.

use crate::plan::{Function, Kernel};
use crate::value::{Dynamic, Value};

use super::needle::{Mode, Needle};

/// The operator is one of `has`, `hasprefix`, `hassuffix`, `contains`, with `_cs` or without.
pub static SEARCH_VALUES: Function = Function {
    name: "search_values",
    category: "Internal functions",
    signatures: &["(record:dynamic, text:string, operator:string) -> bool"],
    summary: "Whether a value of a bag holds a text, as `search` looks for it.",
    kernel: Kernel::Prepare(|_, known| {
        let operator = known.constant_str(2).unwrap_or("has");
        let mode = match operator.trim_end_matches("_cs") {
            "hasprefix" => Mode::HasPrefix,
            "hassuffix" => Mode::HasSuffix,
            "contains" => Mode::Contains,
            _ => Mode::Has,
        };
        let needle = Needle::new(known.constant_str(1).unwrap_or(""), mode, operator.ends_with("_cs"));
        Ok(Box::new(move |arguments| match &arguments[0] {
            Value::Dynamic(record) => Value::Bool(any_value(record, &needle)),
            _ => Value::Bool(false),
        }))
    }),
    ..Function::NEW
};

fn any_value(record: &Dynamic<'_>, needle: &Needle) -> bool {
    // A record whose whole text does not hold it has no value that does, but for texts that JSON writes in another way.
    let plain = !record.text().contains('\\');
    if plain && !needle.is_match(record.text()) {
        return false;
    }
    record.members().into_iter().any(|(_, value)| match value {
        Value::Dynamic(value) => match value.scalar_ref() {
            Some(scalar) => needle.is_match(&scalar.to_text()),
            None => needle.is_match(value.text()),
        },
        _ => false,
    })
}
