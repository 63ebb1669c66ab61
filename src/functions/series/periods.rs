//! series_periods_detect() and series_periods_validate(): the lengths at which a series repeats itself.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Type, Value};

use super::fourier::{Complex, transform};
use super::numbers::{PROCESSING, numbers, reals, results};

pub static SERIES_PERIODS_DETECT: Function = Function {
    name: "series_periods_detect",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, min_period:number, max_period:number, num_periods:long) -> dynamic"],
    summary: "The most significant periods, of 4 points up to half of the series, and their scores from 0 to 1.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| results(detected(arguments), 2)),
    columns: &[("periods", Type::Dynamic), ("periods_scores", Type::Dynamic)],
    examples: &[(
        "print y = dynamic([1,2,9,2,1,2,9,2,1,2,9,2,1,2,9,2]) | project (p, s) = series_periods_detect(y, 0, 8, 1) | project p",
        "[4.0]",
    )],
    differs: "Kusto does not publish its measure: scores agree with it in about two digits",
    ..Function::NEW
};

pub static SERIES_PERIODS_VALIDATE: Function = Function {
    name: "series_periods_validate",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, period:number, ...) -> dynamic"],
    summary: "Scores from 0 to 1 of how well the series repeats itself after the given periods.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| results(validated(arguments), 2)),
    columns: &[("periods", Type::Dynamic), ("scores", Type::Dynamic)],
    examples: &[("print y = dynamic([1,2,9,2,1,2,9,2,1,2,9,2]) | project (p, s) = series_periods_validate(y, 20) | project s", "[0.0]")],
    differs: "Kusto does not publish its measure: scores agree with it in about two digits",
    ..Function::NEW
};

/// Shorter periods are never found.
const SHORTEST: usize = 4;

fn detected(arguments: &[Value<'_>]) -> Option<Vec<Json>> {
    let series = numbers(&arguments[0])?;
    let (low, high) = (arguments[1].as_f64()?, arguments[2].as_f64()?);
    let count = usize::try_from(arguments[3].as_i64()?).ok()?.min(series.len());
    let mut found = detect(&series, low, high);
    found.resize(count, (0, 0.0));
    Some(vec![reals(found.iter().map(|(lag, _)| *lag as f64)), reals(found.iter().map(|(_, score)| *score))])
}

fn validated(arguments: &[Value<'_>]) -> Option<Vec<Json>> {
    let series = numbers(&arguments[0])?;
    let repetition = Repetition::new(&centered(&series));
    let periods: Vec<f64> = arguments[1..].iter().filter_map(Value::as_f64).collect();
    let score = |period: &f64| {
        let inside = *period >= SHORTEST as f64 && *period <= series.len() as f64 / 2.0;
        if inside { repetition.validate(*period) } else { 0.0 }
    };
    Some(vec![reals(periods.iter().copied()), reals(periods.iter().map(score))])
}

/// Periods and scores, the best first. The spectrum proposes lengths, a hill of the autocorrelation near one confirms it.
pub fn detect(series: &[f64], low: f64, high: f64) -> Vec<(usize, f64)> {
    let centered = centered(series);
    let repetition = Repetition::new(&centered);
    let power = power(&centered);
    let mean = power.iter().sum::<f64>() / power.len().max(1) as f64;
    let proposed = (1..power.len()).filter(|k| power[*k] > 2.0 * mean && centered.len() as f64 / *k as f64 > SHORTEST as f64 - 0.5);
    let inside = |hill: &(usize, f64)| hill.1 > 0.0 && (low..=high).contains(&(hill.0 as f64));
    let mut hills: Vec<(usize, f64)> = proposed.filter_map(|k| repetition.hill(k)).filter(inside).collect();
    hills.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut found: Vec<(usize, f64)> = Vec::new();
    for hill in hills {
        if !found.iter().any(|better| hill.0 % better.0 == 0) {
            found.push(hill);
        }
    }
    found
}

/// How alike a series is to itself some places later.
struct Repetition {
    count: usize,
    /// For each lag, up to half of the series and one more, the mean product of the elements through their mean square.
    alike: Vec<f64>,
}

impl Repetition {
    fn new(centered: &[f64]) -> Repetition {
        let count = centered.len();
        let size = (2 * count).next_power_of_two();
        let padded: Vec<Complex> = centered.iter().copied().chain(std::iter::repeat(0.0)).take(size).map(|v| (v, 0.0)).collect();
        let squares: Vec<Complex> = transform(&padded, false).iter().map(|v| (v.0 * v.0 + v.1 * v.1, 0.0)).collect();
        let products = transform(&squares, true);
        let total = products.first().map_or(0.0, |v| v.0);
        let alike = |lag: usize| products[lag].0 / total * count as f64 / (count - lag) as f64;
        Repetition { count, alike: (0..=(count / 2 + 1).min(count.saturating_sub(1))).map(alike).collect() }
    }

    fn at(&self, lag: usize) -> f64 {
        self.alike.get(lag).copied().unwrap_or(f64::NAN)
    }

    /// What repeats itself after one period does so after two.
    fn score(&self, lag: usize) -> f64 {
        let twice = if 2 * lag <= self.count / 2 { self.at(2 * lag) } else { f64::INFINITY };
        let score = self.at(lag).min(twice);
        if score.is_finite() { score.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The period that has so many (rarely whole) repetitions in the series.
    fn length(&self, repetitions: f64) -> f64 {
        self.count as f64 / repetitions.max(1.0)
    }

    /// The best lag near the one that the frequency proposes, if it is a hill, and its score.
    fn hill(&self, frequency: usize) -> Option<(usize, f64)> {
        let (own, next, last) = (frequency as f64, frequency as f64 + 1.0, frequency as f64 - 1.0);
        // Up to the middle of the neighbouring frequencies, with one place to spare.
        let from = ((self.length(next) + self.length(own)) / 2.0 - 1.0).floor().max(SHORTEST as f64) as usize;
        let to = ((self.length(own) + self.length(last)) / 2.0 + 1.0).ceil() as usize;
        let is_hill = |lag: &usize| self.at(*lag) >= self.at(lag - 1) && self.at(*lag) >= self.at(lag + 1);
        let lags = (from..=to.min((self.count / 2).saturating_sub(1))).filter(is_hill);
        lags.max_by(|a, b| self.at(*a).total_cmp(&self.at(*b))).map(|lag| (lag, self.score(lag)))
    }

    /// The score of a given period; 0 where a neighbouring length repeats better.
    fn validate(&self, period: f64) -> f64 {
        let (lag, repetitions) = (period.round() as usize, self.count as f64 / period);
        let near = self.length(repetitions + 1.0).ceil() as usize..=self.length(repetitions - 1.0).floor() as usize;
        if near.into_iter().any(|other| self.at(other) > self.at(lag)) { 0.0 } else { self.score(lag) }
    }
}

/// The series around its mean; missing values become the mean.
fn centered(series: &[f64]) -> Vec<f64> {
    let known: Vec<f64> = series.iter().copied().filter(|v| v.is_finite()).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    series.iter().map(|v| if v.is_finite() { v - mean } else { 0.0 }).collect()
}

/// The power at each frequency up to half of the length; that of frequency 0 is 0.
fn power(centered: &[f64]) -> Vec<f64> {
    let series: Vec<Complex> = centered.iter().map(|v| (*v, 0.0)).collect();
    transform(&series, false).iter().take(centered.len() / 2 + 1).map(|v| v.0 * v.0 + v.1 * v.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_week_in_half_days() {
        let series = [
            80, 139, 87, 110, 68, 54, 50, 51, 53, 133, 86, 141, 97, 156, 94, 149, 95, 140, 77, 61, 50, 54, 47, 133, 72, 152, 94, 148, 105,
            162, 101, 160, 87, 63, 53, 55, 54, 151, 103, 189, 108, 183, 113, 175, 113, 178, 90, 71, 62, 62, 65, 165, 109, 181, 115, 182,
            121, 178, 114, 170,
        ];
        let found = detect(&series.map(f64::from), 0.0, 50.0);
        assert_eq!(found.iter().map(|f| (f.0, (f.1 * 100.0) as i64)).collect::<Vec<_>>(), [(14, 84)]);
    }
}
