//! Series to one number: series_sum(), series_product(), series_dot_product(), series_magnitude(), similarity, correlation.

use crate::functions::dynamics::argument::array;
use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::numbers::{PROCESSING, complete, numbers, real_value};

pub static SERIES_SUM: Function = Function {
    name: "series_sum",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> real"],
    summary: "The sum of the elements; null if one is no number.",
    kernel: Kernel::Row(sum),
    examples: &[("series_sum(dynamic([1,2,3,4]))", "10.0")],
    ..Function::NEW
};

pub static SERIES_PRODUCT: Function = Function {
    name: "series_product",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> real"],
    summary: "The product of the elements; null if one is no number.",
    kernel: Kernel::Row(|arguments| real_value(complete(&arguments[0]).map(|items| items.iter().product()))),
    examples: &[("series_product(dynamic([1,2,3,4]))", "24.0")],
    ..Function::NEW
};

pub static SERIES_DOT_PRODUCT: Function = Function {
    name: "series_dot_product",
    category: PROCESSING,
    signatures: &[
        "(series1:dynamicarray, series2:dynamicarray) -> real",
        "(series1:dynamicarray, series2:number) -> real",
        "(series1:number, series2:dynamicarray) -> real",
    ],
    summary: "The sum of the products of the elements at each place, as far as both series go.",
    kernel: Kernel::Row(|arguments| real_value(dot_product(&arguments[0], &arguments[1]))),
    examples: &[("series_dot_product(dynamic([1,2,4]), dynamic([4,2,1]))", "12.0"), ("series_dot_product(dynamic([1,2,4]), 1)", "7.0")],
    ..Function::NEW
};

pub static SERIES_MAGNITUDE: Function = Function {
    name: "series_magnitude",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> real"],
    summary: "The square root of the sum of the squared elements.",
    kernel: Kernel::Row(|arguments| real_value(dot_product(&arguments[0], &arguments[0]).map(f64::sqrt))),
    examples: &[("series_magnitude(dynamic([3,4]))", "5.0")],
    ..Function::NEW
};

pub static SERIES_COSINE_SIMILARITY: Function = Function {
    name: "series_cosine_similarity",
    category: PROCESSING,
    signatures: &["(series1:dynamicarray, series2:dynamicarray, [series1_magnitude:real], [series2_magnitude:real]) -> real"],
    summary: "The cosine of the angle between two series, whose magnitudes may be given to save their computation.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| real_value(cosine(arguments))),
    examples: &[("series_cosine_similarity(dynamic([3,4]), dynamic([3,4]))", "1.0")],
    ..Function::NEW
};

pub static SERIES_PEARSON_CORRELATION: Function = Function {
    name: "series_pearson_correlation",
    category: PROCESSING,
    signatures: &["(series1:dynamicarray, series2:dynamicarray) -> real"],
    summary: "Pearson's correlation coefficient; null if the lengths differ or an element is no number.",
    kernel: Kernel::Row(|arguments| match (complete(&arguments[0]), complete(&arguments[1])) {
        (Some(a), Some(b)) if a.len() == b.len() => real_value(Some(correlation(&a, &b))),
        _ => Value::Null,
    }),
    examples: &[("series_pearson_correlation(dynamic([1,2,3]), dynamic([2,4,6]))", "1.0")],
    ..Function::NEW
};

pub fn sum(arguments: &[Value<'_>]) -> Value<'static> {
    real_value(complete(&arguments[0]).map(|items| items.iter().sum()))
}

/// A number stands for every place; what is no number is passed over. Null for empty series.
fn dot_product(a: &Value<'_>, b: &Value<'_>) -> Option<f64> {
    let of = |series: Vec<f64>, factor: f64| (!series.is_empty()).then(|| series.iter().filter(|v| !v.is_nan()).map(|v| v * factor).sum());
    match (numbers(a), numbers(b)) {
        (Some(a), Some(b)) if a.is_empty() || b.is_empty() => None,
        (Some(a), Some(b)) => Some(a.iter().zip(&b).map(|(a, b)| a * b).filter(|v| !v.is_nan()).sum()),
        (Some(a), None) => of(a, b.as_f64()?),
        (None, Some(b)) => of(b, a.as_f64()?),
        (None, None) => None,
    }
}

fn cosine(arguments: &[Value<'_>]) -> Option<f64> {
    let lengths = array(&arguments[0])?.len() == array(&arguments[1])?.len();
    let magnitude = |index: usize| match arguments.get(index + 2).and_then(Value::as_f64) {
        Some(given) => Some(given),
        None => dot_product(&arguments[index], &arguments[index]).map(f64::sqrt),
    };
    let dot = dot_product(&arguments[0], &arguments[1])?;
    lengths.then_some(dot / (magnitude(0)? * magnitude(1)?))
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sums = a.iter().zip(b).fold((0.0, 0.0, 0.0), |(ab, aa, bb), (a, b)| {
        let (a, b) = (a - mean_a, b - mean_b);
        (ab + a * b, aa + a * a, bb + b * b)
    });
    sums.0 / (sums.1 * sums.2).sqrt()
}

/// What `series_stats` and its dynamic twin compute: min, min_idx, max, max_idx, avg, stdev, variance, sum, len.
pub fn statistics(arguments: &[Value<'_>]) -> Option<Vec<Json>> {
    let items = numbers(&arguments[0])?;
    let ignore = arguments.get(1).and_then(Value::as_bool).unwrap_or(false);
    let finite: Vec<(usize, f64)> = items.iter().copied().enumerate().filter(|(_, v)| v.is_finite()).collect();
    if finite.is_empty() || (!ignore && finite.len() < items.len()) {
        return None;
    }
    let count = finite.len() as f64;
    let sum: f64 = finite.iter().map(|(_, v)| v).sum();
    let avg = sum / count;
    let squares: f64 = finite.iter().map(|(_, v)| (v - avg).powi(2)).sum();
    let variance = if finite.len() > 1 { squares / (count - 1.0) } else { 0.0 };
    let first = |better: fn(f64, f64) -> bool| finite.iter().copied().reduce(|best, one| if better(one.1, best.1) { one } else { best });
    let (min, max) = (first(|a, b| a < b)?, first(|a, b| a > b)?);
    Some(vec![
        Json::Real(min.1),
        Json::Long(min.0 as i64),
        Json::Real(max.1),
        Json::Long(max.0 as i64),
        Json::Real(avg),
        Json::Real(variance.sqrt()),
        Json::Real(variance),
        Json::Real(sum),
        Json::Long(items.len() as i64),
    ])
}
