//! series_outliers(): how far each element lies outside of what is usual.

use crate::plan::{Arguments, Function, Kernel, Nulls};
use crate::value::{Json, Value};

use super::numbers::{PROCESSING, numbers, reals};

pub static SERIES_OUTLIERS: Function = Function {
    name: "series_outliers",
    category: PROCESSING,
    signatures: &[
        "(series:dynamicarray, [kind:string], [ignore_val:number]) -> dynamic",
        "(series:dynamicarray, kind:string, ignore_val:real, min_percentile:real, [max_percentile:real], [test_points:integer]) -> dynamic",
    ],
    summary: "A score for each element by Tukey's test: beyond 1.5 it is unusually high, below -1.5 unusually low.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        check_name(arguments, 1, "kind", &["tukey", "ctukey"])?;
        Ok(Box::new(|arguments| outliers(arguments).map_or(Value::Null, Json::into_dynamic)))
    }),
    examples: &[(
        "series_outliers(dynamic([30,28,5,27,31,38,29,80,25,37,30]))",
        "[0.0,0.0,-3.206896551724138,-0.1724137931034483,0.0,2.6666666666666665,0.0,16.666666666666668,-0.4482758620689655,2.3333333333333335,0.0]",
    )],
    ..Function::NEW
};

/// Refuses a constant name that is none of the known ones.
pub fn check_name(arguments: &Arguments, index: usize, what: &str, known: &[&str]) -> Result<(), String> {
    match arguments.constant_str(index) {
        Some(name) if !known.contains(&name) => Err(format!("`{name}` is no {what}: it takes {}", known.join(", "))),
        _ => Ok(()),
    }
}

fn outliers(arguments: &[Value<'_>]) -> Option<Json> {
    let mut series = numbers(&arguments[0])?;
    if let Some(ignored) = arguments.get(2).and_then(Value::as_f64) {
        series.iter_mut().filter(|v| **v == ignored).for_each(|v| *v = f64::NAN);
    }
    let percentile = |index: usize, default: f64| arguments.get(index).and_then(Value::as_f64).unwrap_or(default);
    let kind = match arguments.get(1).and_then(Value::as_str) {
        Some("tukey") => Kind::Tukey,
        _ => Kind::Custom(percentile(3, 10.0), percentile(4, 90.0)),
    };
    let test_points = arguments.get(5).and_then(Value::as_i64).and_then(|v| usize::try_from(v).ok()).unwrap_or(0);
    let learned = series.len().saturating_sub(test_points);
    Some(reals(score(&series, &series[..learned], kind)))
}

#[derive(Clone, Copy)]
pub enum Kind {
    Tukey,
    /// With the percentiles beyond which values don't take part in measuring the other side.
    Custom(f64, f64),
}

/// The quartiles by which one side is measured.
struct Fence {
    low: f64,
    high: f64,
}

impl Fence {
    fn new(sorted: &[f64]) -> Fence {
        Fence { low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
    }
}

/// Scores each element by the values that `learned` holds. Missing elements score 0.
///
/// An element between the quartiles scores 0. Another one scores its distance from the near quartile in units of the distance
/// between the quartiles; for the custom test these are quartiles of the values below the high percentile for elements that are
/// high, and of those above the low percentile for elements that are low.
pub fn score(series: &[f64], learned: &[f64], kind: Kind) -> Vec<f64> {
    let mut sorted: Vec<f64> = learned.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |percentile: f64| ((sorted.len() as f64 * percentile / 100.0) as usize).min(sorted.len());
    let (above, below) = match kind {
        Kind::Tukey => (0, sorted.len()),
        Kind::Custom(low, high) => (rank(low), rank(high)),
    };
    let (all, lower, upper) = (Fence::new(&sorted), Fence::new(&sorted[above..]), Fence::new(&sorted[..below]));
    let of = |v: &f64| {
        if *v > all.high {
            (v - upper.high) / (upper.high - upper.low)
        } else if *v < all.low {
            (v - lower.low) / (lower.high - lower.low)
        } else {
            0.0
        }
    };
    series.iter().map(of).map(|score| if score.is_nan() { 0.0 } else { score }).collect()
}

/// With interpolation between the neighbours; NaN of nothing.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = q * sorted.len().saturating_sub(1) as f64;
    let low = sorted.get(at as usize).copied().unwrap_or(f64::NAN);
    let high = sorted.get(at.ceil() as usize).copied().unwrap_or(low);
    low + (high - low) * at.fract()
}
