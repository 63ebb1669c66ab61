//! Series read from arguments as numbers, and written back.

use crate::functions::dynamics::argument::array;
use crate::value::{Json, Value};

pub const ELEMENT_WISE: &str = "Series element-wise functions";
pub const PROCESSING: &str = "Series processing functions";

/// An element as a number, if it is one.
pub fn number(item: &Json) -> Option<f64> {
    match item {
        Json::Long(v) => Some(*v as f64),
        Json::Real(v) => Some(*v),
        Json::Decimal(v) => Some(v.to_f64()),
        Json::DateTime(v) => Some(v.ticks() as f64),
        Json::TimeSpan(v) => Some(v.ticks() as f64),
        _ => None,
    }
}

/// The elements of an array; NaN where one is no number.
pub fn numbers(value: &Value<'_>) -> Option<Vec<f64>> {
    Some(array(value)?.iter().map(|item| number(item).unwrap_or(f64::NAN)).collect())
}

/// The elements of an array if all are numbers.
pub fn complete(value: &Value<'_>) -> Option<Vec<f64>> {
    array(value)?.iter().map(number).collect()
}

/// Reals as an array; NaN, which stands for a missing number, becomes null.
pub fn reals(values: impl IntoIterator<Item = f64>) -> Json {
    Json::Array(values.into_iter().map(real).collect())
}

pub fn real(value: f64) -> Json {
    if value.is_nan() { Json::Null } else { Json::Real(value) }
}

/// A real as a result; NaN becomes null.
pub fn real_value(value: Option<f64>) -> Value<'static> {
    value.filter(|v| !v.is_nan()).map_or(Value::Null, Value::Real)
}

/// The results of a function with several columns; `None` for each when there are none.
pub fn results(results: Option<Vec<Json>>, count: usize) -> Value<'static> {
    Json::Array(results.unwrap_or_else(|| vec![Json::Null; count])).into_dynamic()
}

/// A bag of the results under their names.
pub fn bag(results: Option<Vec<Json>>, names: &[&str]) -> Value<'static> {
    let members = |results: Vec<Json>| names.iter().map(|name| (*name).to_owned()).zip(results).collect();
    results.map_or(Value::Null, |results| Json::Object(members(results)).into_dynamic())
}
