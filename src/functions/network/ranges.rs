//! Lists of networks or texts as arguments: given one by one or as an array, read once where they are constants.

use crate::plan::Arguments;
use crate::value::{Json, Value};

/// The items of a list of constants, or `None` where the list is not constant.
pub struct Ranges<T>(Option<Vec<T>>);

impl<T> Ranges<T> {
    /// The arguments after the first.
    pub fn constant(known: &Arguments, parse: fn(&str) -> Option<T>) -> Ranges<T> {
        let rest = known.constants.get(1..).unwrap_or_default();
        let all: Option<Vec<&Value<'static>>> = rest.iter().map(Option::as_ref).collect();
        Ranges(all.map(|values| values.into_iter().flat_map(texts).filter_map(|t| parse(&t)).collect()))
    }
}

/// Whether a test holds for any item of the list.
pub fn any<T>(
    prepared: &Ranges<T>,
    arguments: &[Value<'_>],
    parse: fn(&str) -> Option<T>,
    mut test: impl FnMut(&T) -> bool,
) -> Value<'static> {
    Value::Bool(match &prepared.0 {
        Some(items) => items.iter().any(test),
        None => arguments[1..].iter().flat_map(texts).filter_map(|t| parse(&t)).any(|item| test(&item)),
    })
}

fn texts(value: &Value<'_>) -> Vec<String> {
    match Json::from_value(value) {
        Json::String(text) => vec![text],
        Json::Array(items) => items.into_iter().filter_map(|i| if let Json::String(text) = i { Some(text) } else { None }).collect(),
        _ => Vec::new(),
    }
}
