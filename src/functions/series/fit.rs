//! series_fit_line(), series_fit_2lines(), series_fit_poly() and their dynamic twins.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Type, Value};

use super::numbers::{PROCESSING, bag, numbers, real, reals, results};
use super::regression::{Fit, fit, places};

pub static SERIES_FIT_LINE: Function = Function {
    name: "series_fit_line",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> dynamic"],
    summary: "The line closest to the series: how well it fits, slope, variances, interception and the line itself.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| results(fit_line(arguments).map(|fit| line_results(&fit)), LINE.len())),
    columns: &[
        ("rsquare", Type::Real),
        ("slope", Type::Real),
        ("variance", Type::Real),
        ("rvariance", Type::Real),
        ("interception", Type::Real),
        ("line_fit", Type::Dynamic),
    ],
    examples: &[("print y = dynamic([3,5,7]) | project (r, s) = series_fit_line(y) | project r, s", "1.0 | 2.0")],
    ..Function::NEW
};

pub static SERIES_FIT_LINE_DYNAMIC: Function = Function {
    name: "series_fit_line_dynamic",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> dynamic"],
    summary: "The results of series_fit_line in a bag.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| bag(fit_line(arguments).map(|fit| line_results(&fit)), LINE)),
    examples: &[("series_fit_line_dynamic(dynamic([3,5,7])).slope", "2.0")],
    ..Function::NEW
};

pub static SERIES_FIT_2LINES: Function = Function {
    name: "series_fit_2lines",
    category: PROCESSING,
    signatures: &["(array:dynamicarray) -> dynamic"],
    summary: "The two lines, one after the other, closest to the series: how well they fit, where they meet, and the results of each.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let found = two_lines(arguments).map(|found| {
            let (right, left) = (line_results(&found.right), line_results(&found.left));
            [found.whole, side(right), side(left)].concat()
        });
        results(found, SERIES_FIT_2LINES.columns.len())
    }),
    columns: &[
        ("rsquare", Type::Real),
        ("split_idx", Type::Long),
        ("variance", Type::Real),
        ("rvariance", Type::Real),
        ("line_fit", Type::Dynamic),
        ("right_rsquare", Type::Real),
        ("right_slope", Type::Real),
        ("right_interception", Type::Real),
        ("right_variance", Type::Real),
        ("right_rvariance", Type::Real),
        ("left_rsquare", Type::Real),
        ("left_slope", Type::Real),
        ("left_interception", Type::Real),
        ("left_variance", Type::Real),
        ("left_rvariance", Type::Real),
    ],
    examples: &[("print y = dynamic([1,2,3,9,7,5]) | extend (r, at) = series_fit_2lines(y) | project at", "3")],
    ..Function::NEW
};

pub static SERIES_FIT_2LINES_DYNAMIC: Function = Function {
    name: "series_fit_2lines_dynamic",
    category: PROCESSING,
    signatures: &["(series:dynamicarray) -> dynamic"],
    summary: "The results of series_fit_2lines in a bag, with a bag for each side.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let names = ["rsquare", "split_idx", "variance", "rvariance", "line_fit", "right", "left"];
        let found = two_lines(arguments).map(|mut found| {
            found.whole.extend([side_bag(&found.right), side_bag(&found.left)]);
            found.whole
        });
        bag(found, &names)
    }),
    examples: &[("series_fit_2lines_dynamic(dynamic([1,2,3,9,7,5])).split_idx", "3")],
    ..Function::NEW
};

pub static SERIES_FIT_POLY: Function = Function {
    name: "series_fit_poly",
    category: PROCESSING,
    signatures: &["(y_series:dynamicarray, [x_series:dynamicarray], [degree:int]) -> dynamic"],
    summary: "The polynomial closest to the series: how well it fits, its coefficients from the highest power, variances and its values.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| results(polynomial(arguments), SERIES_FIT_POLY.columns.len())),
    columns: &[
        ("rsquare", Type::Real),
        ("coefficients", Type::Dynamic),
        ("variance", Type::Real),
        ("rvariance", Type::Real),
        ("poly_fit", Type::Dynamic),
    ],
    examples: &[("print y = dynamic([3,5,7]) | extend (r, c) = series_fit_poly(y) | project c", "[2.0,1.0]")],
    ..Function::NEW
};

const LINE: &[&str] = &["rsquare", "slope", "variance", "rvariance", "interception", "line_fit"];

fn fit_line(arguments: &[Value<'_>]) -> Option<Fit> {
    let series = numbers(&arguments[0])?;
    fit(&places(series.len()), &series, 1)
}

fn line_results(fit: &Fit) -> Vec<Json> {
    let coefficient = |at: usize| fit.coefficients.get(at).copied().map_or(Json::Null, real);
    vec![real(fit.rsquare), coefficient(0), real(fit.variance), real(fit.rvariance), coefficient(1), reals(fit.values.iter().copied())]
}

/// The results of one side in the order in which `series_fit_2lines` has them.
fn side(line: Vec<Json>) -> Vec<Json> {
    [0, 1, 4, 2, 3].iter().filter_map(|at| line.get(*at).cloned()).collect()
}

fn side_bag(fit: &Fit) -> Json {
    let names = ["rsquare", "slope", "interception", "variance", "rvariance"];
    Json::Object(names.iter().map(|name| (*name).to_owned()).zip(side(line_results(fit))).collect())
}

struct TwoLines {
    /// rsquare, split_idx, variance, rvariance, line_fit.
    whole: Vec<Json>,
    left: Fit,
    right: Fit,
}

fn two_lines(arguments: &[Value<'_>]) -> Option<TwoLines> {
    let series = numbers(&arguments[0])?;
    let split = best_split(&series)?;
    let (left, right) = series.split_at(split);
    let (left, right) = (fit(&places(left.len()), left, 1)?, fit(&places(right.len()), right, 1)?);
    let values: Vec<f64> = left.values.iter().chain(&right.values).copied().collect();
    let variance = fit(&places(series.len()), &series, 0)?.variance;
    let known: Vec<(f64, f64)> = series.iter().copied().zip(values.iter().copied()).filter(|(y, _)| y.is_finite()).collect();
    let rest = known.iter().map(|(y, fitted)| (y - fitted).powi(2)).sum::<f64>() / (known.len() as f64 - 1.0).max(1.0);
    let rsquare = if variance == 0.0 { 1.0 } else { 1.0 - rest / variance };
    Some(TwoLines { whole: vec![real(rsquare), Json::Long(split as i64), real(variance), real(rest), reals(values)], left, right })
}

/// The first index of the right side where the squared distances to both lines are smallest.
fn best_split(series: &[f64]) -> Option<usize> {
    let (before, mut after) = (distances(series.iter().copied()), distances(series.iter().rev().copied()));
    after.reverse();
    let last = series.len().checked_sub(2)?;
    (2..=last).filter(|at| before[*at - 1].is_finite() && after[*at].is_finite()).min_by(|a, b| {
        let total = |at: usize| before[at - 1] + after[at];
        total(*a).total_cmp(&total(*b))
    })
}

/// For each place the squared distances of the points up to it to their closest line, from running moments.
fn distances(series: impl Iterator<Item = f64>) -> Vec<f64> {
    let (mut count, mut mean_x, mut mean_y, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let mut found = Vec::new();
    for (x, y) in series.enumerate() {
        if y.is_finite() {
            count += 1.0;
            let (dx, dy) = (x as f64 - mean_x, y - mean_y);
            mean_x += dx / count;
            mean_y += dy / count;
            xx += dx * (x as f64 - mean_x);
            xy += dx * (y - mean_y);
            yy += dy * (y - mean_y);
        }
        found.push(if count < 2.0 { f64::NAN } else { (yy - xy * xy / xx).max(0.0) });
    }
    found
}

fn polynomial(arguments: &[Value<'_>]) -> Option<Vec<Json>> {
    let y = numbers(&arguments[0])?;
    // The second argument may be left out before the degree.
    let x = match arguments.get(1) {
        Some(Value::Dynamic(_)) => numbers(&arguments[1])?,
        _ => places(y.len()),
    };
    let degree = arguments.iter().skip(1).find_map(Value::as_i64).map_or(Some(1), |degree| usize::try_from(degree).ok())?;
    if x.len() != y.len() || degree > 64 {
        return None;
    }
    let fit = fit(&x, &y, degree)?;
    Some(vec![real(fit.rsquare), reals(fit.coefficients), real(fit.variance), real(fit.rvariance), reals(fit.values)])
}
