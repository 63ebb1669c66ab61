//! series_fir() and series_iir(): linear filters.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::numbers::{PROCESSING, complete, numbers, reals};

pub static SERIES_FIR: Function = Function {
    name: "series_fir",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, filter:dynamicarray, [normalize:bool], [center:bool]) -> dynamic"],
    summary: "Applies a finite impulse response filter; values before and after the series count as 0.",
    kernel: Kernel::Row(|arguments| fir(arguments).map_or(Value::Null, Json::into_dynamic)),
    examples: &[
        ("series_fir(dynamic([3,6,9,12]), dynamic([1,1,1]))", "[1.0,3.0,6.0,9.0]"),
        ("series_fir(dynamic([0,2,2,3]), dynamic([1,-1]), false, false)", "[0.0,2.0,0.0,1.0]"),
        ("series_fir(dynamic([0,0,3,0]), dynamic([1,1,1]), true, true)", "[0.0,1.0,1.0,1.0]"),
    ],
    ..Function::NEW
};

pub static SERIES_IIR: Function = Function {
    name: "series_iir",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, numerators:dynamicarray, denominators:dynamicarray) -> dynamic"],
    summary: "Applies an infinite impulse response filter.",
    kernel: Kernel::Row(|arguments| iir(arguments).map_or(Value::Null, Json::into_dynamic)),
    examples: &[("series_iir(dynamic([1,2,3,4]), dynamic([1]), dynamic([1,-1]))", "[1.0,3.0,6.0,10.0]")],
    ..Function::NEW
};

fn fir(arguments: &[Value<'_>]) -> Option<Json> {
    let (series, mut filter) = (numbers(&arguments[0])?, complete(&arguments[1])?);
    let negative = filter.iter().any(|v| *v < 0.0);
    if arguments.get(2).and_then(Value::as_bool).unwrap_or(!negative) {
        let total: f64 = filter.iter().sum();
        if negative || total == 0.0 {
            return None;
        }
        filter.iter_mut().for_each(|v| *v /= total);
    }
    let center = arguments.get(3).and_then(Value::as_bool).unwrap_or(false);
    let ahead = if center { filter.len().saturating_sub(1) / 2 } else { 0 };
    // The sum of the values around each place, by the filter; what is out of the series adds nothing.
    let at = |place: usize| {
        let newest = (place + ahead).min(series.len() - 1);
        let factors = filter.get(place + ahead - newest..).unwrap_or_default();
        factors.iter().zip(series[..=newest].iter().rev()).fold(0.0, |sum, (factor, value)| sum + value * factor)
    };
    Some(reals((0..series.len()).map(at)))
}

fn iir(arguments: &[Value<'_>]) -> Option<Json> {
    let (series, numerators, denominators) = (numbers(&arguments[0])?, complete(&arguments[1])?, complete(&arguments[2])?);
    let (first, rest) = denominators.split_first().filter(|(first, _)| **first != 0.0)?;
    let mut output: Vec<f64> = Vec::with_capacity(series.len());
    for at in 0..series.len() {
        let forward: f64 = numerators.iter().zip(series[..=at].iter().rev()).map(|(b, x)| b * x).sum();
        let backward: f64 = rest.iter().zip(output.iter().rev()).map(|(a, y)| a * y).sum();
        output.push((forward - backward) / first);
    }
    Some(reals(output))
}
