//! series_decompose(), series_decompose_anomalies(), series_decompose_forecast(), series_seasonal(): season, trend and rest.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Type, Value};

use super::numbers::{PROCESSING, numbers, reals, results};
use super::outliers::{Kind, check_name, quantile, score};
use super::periods::detect;
use super::regression::{fit, places};

pub static SERIES_DECOMPOSE: Function = Function {
    name: "series_decompose",
    category: PROCESSING,
    signatures: &[
        "(series:dynamicarray, [period:integer], [trend:string], [test_points:integer], [seasonality_threshold:number]) -> dynamic",
    ],
    summary: "A series as season, trend and what is left; the baseline is season and trend together.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        check_name(arguments, 2, "trend", TRENDS)?;
        Ok(Box::new(|arguments| {
            let parts = decompose(arguments, 1, 2, integer(arguments, 3, 0), 4);
            results(parts.map(|p| vec![reals(p.baseline), reals(p.seasonal), reals(p.trend), reals(p.residual)]), 4)
        }))
    }),
    columns: &[("baseline", Type::Dynamic), ("seasonal", Type::Dynamic), ("trend", Type::Dynamic), ("residual", Type::Dynamic)],
    examples: &[(
        "print y = dynamic([1,2,4,3]) | extend (b, s, t, r) = series_decompose(y, 0) | project t, r",
        "[2.5,2.5,2.5,2.5] | [-1.5,-0.5,1.5,0.5]",
    )],
    differs: DIFFERS,
    ..Function::NEW
};

pub static SERIES_DECOMPOSE_ANOMALIES: Function = Function {
    name: "series_decompose_anomalies",
    category: PROCESSING,
    signatures: &[
        "(series:dynamicarray, [threshold:number], [period:integer], [trend:string], [test_points:integer], [method:string], [seasonality_threshold:number]) -> dynamic",
    ],
    summary: "Elements that lie unusually far from season and trend: flags (1 up, -1 down), scores and the baseline.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        check_name(arguments, 3, "trend", TRENDS)?;
        check_name(arguments, 5, "method", &["ctukey", "tukey"])?;
        Ok(Box::new(|arguments| results(anomalies(arguments), 3)))
    }),
    columns: &[("ad_flag", Type::Dynamic), ("ad_score", Type::Dynamic), ("baseline", Type::Dynamic)],
    examples: &[(
        "print y = dynamic([5,6,5,6,50,6,5,6,7,5,6]) | extend (flag) = series_decompose_anomalies(y) | project flag",
        "[0,0,0,0,1,0,0,0,0,0,0]",
    )],
    differs: DIFFERS,
    ..Function::NEW
};

pub static SERIES_DECOMPOSE_FORECAST: Function = Function {
    name: "series_decompose_forecast",
    category: PROCESSING,
    signatures: &[
        "(series:dynamicarray, test_points:integer, [period:integer], [trend:string], [seasonality_threshold:number]) -> dynamic",
    ],
    summary: "The baseline of a series whose last points are not learned from, but forecast.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        check_name(arguments, 3, "trend", TRENDS)?;
        Ok(Box::new(|arguments| {
            let parts = decompose(arguments, 2, 3, integer(arguments, 1, 0), 4);
            results(parts.map(|p| vec![reals(p.baseline), reals(p.seasonal), reals(p.trend), reals(p.residual)]), 4)
        }))
    }),
    columns: &[("forecast", Type::Dynamic), ("seasonal", Type::Dynamic), ("trend", Type::Dynamic), ("residual", Type::Dynamic)],
    examples: &[(
        "print y = dynamic([1,2,3,4,0,0]) | extend f = series_decompose_forecast(y, 2, 0, 'linefit') | project f",
        "[1.0,2.0,3.0,4.0,5.0,6.0]",
    )],
    differs: DIFFERS,
    ..Function::NEW
};

pub static SERIES_SEASONAL: Function = Function {
    name: "series_seasonal",
    category: PROCESSING,
    signatures: &[
        "(series:dynamicarray) -> dynamic",
        "(series:dynamicarray, period:integer) -> dynamic",
        "(series:dynamicarray, period:integer, test_points:integer) -> dynamic",
    ],
    summary: "The season of a series: at each place the median of the elements in the same place of the other periods; 0 without a period.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let Some(series) = numbers(&arguments[0]) else { return Value::Null };
        let learned = &series[..series.len().saturating_sub(count(integer(arguments, 2, 0)))];
        reals(season(learned, series.len(), integer(arguments, 1, -1), 0.7)).into_dynamic()
    }),
    examples: &[("series_seasonal(dynamic([1,3,5,1,3,5,2,4,6]), 3)", "[1.0,3.0,5.0,1.0,3.0,5.0,1.0,3.0,5.0]")],
    differs: DIFFERS,
    ..Function::NEW
};

const TRENDS: &[&str] = &["avg", "linefit", "none"];
const DIFFERS: &str = "a period that is not given is found as series_periods_detect finds it, whose measure Kusto does not publish";

struct Parts {
    baseline: Vec<f64>,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
}

/// Decomposes the series of the first argument; the indexes say where period, trend and threshold stand.
fn decompose(arguments: &[Value<'_>], period: usize, trend: usize, test_points: i64, threshold: usize) -> Option<Parts> {
    let series = numbers(&arguments[0])?;
    let learned = series.len().saturating_sub(count(test_points));
    let threshold = arguments.get(threshold).and_then(Value::as_f64).unwrap_or(0.6);
    let seasonal = season(&series[..learned], series.len(), integer(arguments, period, -1), threshold);
    let rest: Vec<f64> = series[..learned].iter().zip(&seasonal).map(|(v, season)| v - season).collect();
    let trend = follow(&rest, series.len(), arguments.get(trend).and_then(Value::as_str).unwrap_or("avg"));
    let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(season, trend)| season + trend).collect();
    let residual = series.iter().zip(&baseline).map(|(v, baseline)| v - baseline).collect();
    Some(Parts { baseline, seasonal, trend, residual })
}

fn season(learned: &[f64], length: usize, period: i64, threshold: f64) -> Vec<f64> {
    let period = match usize::try_from(period) {
        Ok(given) => given,
        Err(_) => detect(learned, 0.0, f64::MAX).first().filter(|found| found.1 >= threshold).map_or(0, |found| found.0),
    };
    let phases: Vec<f64> = (0..period.min(learned.len())).map(|phase| median(learned.iter().skip(phase).step_by(period))).collect();
    (0..length).map(|at| at.checked_rem(period).map_or(0.0, |phase| phases.get(phase).copied().unwrap_or(0.0))).collect()
}

fn median<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let mut sorted: Vec<f64> = values.copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let found = quantile(&sorted, 0.5);
    if found.is_nan() { 0.0 } else { found }
}

/// The trend of what was learned, over the whole length.
fn follow(learned: &[f64], length: usize, trend: &str) -> Vec<f64> {
    let degree = match trend {
        "avg" => 0,
        "linefit" => 1,
        _ => return vec![0.0; length],
    };
    let padded: Vec<f64> = learned.iter().copied().chain(std::iter::repeat(f64::NAN)).take(length).collect();
    fit(&places(length), &padded, degree).map_or_else(|| vec![0.0; length], |fit| fit.values)
}

fn anomalies(arguments: &[Value<'_>]) -> Option<Vec<Json>> {
    let test_points = integer(arguments, 4, 0);
    let parts = decompose(arguments, 2, 3, test_points, 6)?;
    let threshold = arguments.get(1).and_then(Value::as_f64).unwrap_or(1.5);
    let kind = match arguments.get(5).and_then(Value::as_str) {
        Some("tukey") => Kind::Tukey,
        _ => Kind::Custom(10.0, 90.0),
    };
    let learned = parts.residual.len().saturating_sub(count(test_points));
    let scores = score(&parts.residual, &parts.residual[..learned], kind);
    let flag = |score: &f64| Json::Long(i64::from(*score > threshold) - i64::from(*score < -threshold));
    Some(vec![Json::Array(scores.iter().map(flag).collect()), reals(scores), reals(parts.baseline)])
}

fn integer(arguments: &[Value<'_>], index: usize, default: i64) -> i64 {
    arguments.get(index).and_then(Value::as_i64).unwrap_or(default)
}

fn count(points: i64) -> usize {
    usize::try_from(points).unwrap_or(0)
}
