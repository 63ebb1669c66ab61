//! The gamma function and the error function.

use std::f64::consts::PI;

use crate::plan::{Function, Kernel};

use super::real::map;

/// Lanczos' approximation with g = 7, good to about 15 digits.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The sum and the shifted argument of Lanczos' formula for gamma(x + 1).
fn lanczos(x: f64) -> (f64, f64) {
    let sum = LANCZOS.iter().enumerate().skip(1).fold(LANCZOS[0], |sum, (i, c)| sum + c / (x + i as f64));
    (sum, x + 7.5)
}

/// Gamma. Of whole numbers it is the exact product, so that factorials come out whole.
fn gamma(x: f64) -> f64 {
    if x.fract() == 0.0 && x > 0.0 && x <= 171.0 {
        return (2..x as u32).fold(1.0, |product, i| product * f64::from(i));
    }
    if x.fract() == 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if x < 0.5 {
        return PI / ((PI * x).sin() * gamma(1.0 - x));
    }
    let (sum, t) = lanczos(x - 1.0);
    // Two steps keep the power in range for large arguments.
    let half = t.powf((x - 0.5) / 2.0);
    (2.0 * PI).sqrt() * half * (-t).exp() * half * sum
}

/// The logarithm of the absolute value of gamma.
pub(super) fn log_gamma(x: f64) -> f64 {
    if x <= 0.0 && x.fract() == 0.0 {
        return f64::INFINITY;
    }
    if x < 0.5 {
        return (PI / (PI * x).sin().abs()).ln() - log_gamma(1.0 - x);
    }
    let (sum, t) = lanczos(x - 1.0);
    0.5 * (2.0 * PI).ln() + (x - 0.5) * t.ln() - t + sum.ln()
}

/// Where the series gives way to the continued fraction.
const FAR: f64 = 2.5;

/// erf by its series of positive terms; `x` is at most `FAR` away from zero.
fn erf_near(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > sum.abs() * 1e-17 && n < 200.0 {
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// erfc by its continued fraction; `x` is at least `FAR`.
fn erfc_far(x: f64) -> f64 {
    let fraction = (1..=100).rev().fold(x, |below, k| x + f64::from(k) / 2.0 / below);
    (-x * x).exp() / PI.sqrt() / fraction
}

fn erf(x: f64) -> f64 {
    if x.abs() < FAR { erf_near(x) } else { (1.0 - erfc_far(x.abs())).copysign(x) }
}

fn erfc(x: f64) -> f64 {
    if x < FAR { 1.0 - erf(x) } else { erfc_far(x) }
}

pub static GAMMA: Function = Function {
    name: "gamma",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The gamma function.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, gamma)),
    examples: &[("gamma(5)", "24.0")],
    ..Function::NEW
};

pub static LOGGAMMA: Function = Function {
    name: "loggamma",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The logarithm of the absolute value of the gamma function.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, log_gamma)),
    examples: &[("round(loggamma(5), 6)", "3.178054")],
    ..Function::NEW
};

pub static ERF: Function = Function {
    name: "erf",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The error function.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, erf)),
    examples: &[("erf(0)", "0.0"), ("round(erf(1), 6)", "0.842701")],
    ..Function::NEW
};

pub static ERFC: Function = Function {
    name: "erfc",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The complementary error function.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, erfc)),
    examples: &[("erfc(0)", "1.0")],
    ..Function::NEW
};
