//! The beta distribution, and Welch's test, which rests on it.

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::gamma::log_gamma;
use super::real::number;

/// Kusto's limit of the parameters alpha and beta of the cumulative function.
const LARGEST: f64 = 10_000.0;

fn log_beta(alpha: f64, beta: f64) -> f64 {
    log_gamma(alpha) + log_gamma(beta) - log_gamma(alpha + beta)
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let tiny = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / tiny(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for i in 1..10_000 {
        let m = f64::from(i);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / tiny(1.0 + numerator * d);
            c = tiny(1.0 + numerator / c);
            change = d * c;
            result *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    result
}

/// The regularised incomplete beta function, for `x` in 0 to 1 and positive parameters.
fn cumulative(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (alpha * x.ln() + beta * (1.0 - x).ln() - log_beta(alpha, beta)).exp();
    // The fraction converges fast on one side of the mean only; the other side is its mirror image.
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * fraction(1.0 - x, beta, alpha) / beta
    }
}

fn beta_cdf(x: f64, alpha: f64, beta: f64) -> f64 {
    let valid = (0.0..=1.0).contains(&x) && alpha > 0.0 && beta > 0.0 && alpha <= LARGEST && beta <= LARGEST;
    if valid { cumulative(x, alpha, beta) } else { f64::NAN }
}

fn beta_pdf(x: f64, alpha: f64, beta: f64) -> f64 {
    let valid = x > 0.0 && x < 1.0 && alpha > 0.0 && beta > 0.0;
    if valid { ((alpha - 1.0) * x.ln() + (beta - 1.0) * (1.0 - x).ln() - log_beta(alpha, beta)).exp() } else { f64::NAN }
}

/// Halves the interval until it cannot be halved any more. As Kusto has it, an impossible probability gives null and impossible
/// parameters give NaN.
fn beta_inv(probability: f64, alpha: f64, beta: f64) -> Option<f64> {
    if !(alpha > 0.0 && beta > 0.0) {
        return Some(f64::NAN);
    }
    if !(probability > 0.0 && probability <= 1.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..1100 {
        let middle = (low + high) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if cumulative(middle, alpha, beta) < probability { low = middle } else { high = middle }
    }
    Some(high)
}

/// The two-sided probability that the means of two samples are equal.
fn welch_test(first: (f64, f64, f64), second: (f64, f64, f64)) -> f64 {
    let (a, b) = (first.1 / first.2, second.1 / second.2);
    let t2 = (first.0 - second.0).powi(2) / (a + b);
    let freedom = (a + b).powi(2) / (a * a / (first.2 - 1.0) + b * b / (second.2 - 1.0));
    if t2.is_nan() || freedom.is_nan() || freedom <= 0.0 {
        return f64::NAN;
    }
    cumulative(freedom / (freedom + t2), freedom / 2.0, 0.5)
}

pub static BETA_CDF: Function = Function {
    name: "beta_cdf",
    category: "Mathematical functions",
    signatures: &["(x:number, alpha:number, beta:number) -> real"],
    summary: "The cumulative distribution function of the beta distribution.",
    kernel: Kernel::Row(|a| Value::Real(beta_cdf(number(a, 0), number(a, 1), number(a, 2)))),
    examples: &[("round(beta_cdf(0.5, 10, 20), 6)", "0.969286"), ("beta_cdf(1.5, 10, 20)", "NaN")],
    ..Function::NEW
};

pub static BETA_INV: Function = Function {
    name: "beta_inv",
    category: "Mathematical functions",
    signatures: &["(probability:number, alpha:number, beta:number) -> real"],
    summary: "The value at which the cumulative beta distribution reaches the probability.",
    kernel: Kernel::Row(|a| beta_inv(number(a, 0), number(a, 1), number(a, 2)).map_or(Value::Null, Value::Real)),
    examples: &[("round(beta_inv(0.1, 10, 20), 6)", "0.226415"), ("beta_inv(1.5, 10, 20)", ""), ("beta_inv(0.1, -1, 20)", "NaN")],
    ..Function::NEW
};

pub static BETA_PDF: Function = Function {
    name: "beta_pdf",
    category: "Mathematical functions",
    signatures: &["(x:number, alpha:number, beta:number) -> real"],
    summary: "The density of the beta distribution.",
    kernel: Kernel::Row(|a| Value::Real(beta_pdf(number(a, 0), number(a, 1), number(a, 2)))),
    examples: &[("round(beta_pdf(0.5, 10, 20), 6)", "0.746176"), ("beta_pdf(-10, 10, 20)", "NaN")],
    ..Function::NEW
};

pub static WELCH_TEST: Function = Function {
    name: "welch_test",
    category: "Mathematical functions",
    signatures: &["(mean1:number, variance1:number, count1:number, mean2:number, variance2:number, count2:number) -> real"],
    summary: "The p-value of Welch's test that two samples have the same mean.",
    kernel: Kernel::Row(|a| {
        Value::Real(welch_test((number(a, 0), number(a, 1), number(a, 2)), (number(a, 3), number(a, 4), number(a, 5))))
    }),
    examples: &[("welch_test(1, 2, 10, 1, 3, 12)", "1.0")],
    ..Function::NEW
};
