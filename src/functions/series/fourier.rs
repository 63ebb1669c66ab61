//! series_fft() and series_ifft(), and the transform behind them for any length.

use std::f64::consts::PI;

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Type, Value};

use super::numbers::{PROCESSING, complete, reals, results};

pub static SERIES_FFT: Function = Function {
    name: "series_fft",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [series_imaginary:dynamicarray]) -> dynamic"],
    summary: "The Fourier transform of a series, as real and imaginary parts.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| both(arguments, false)),
    columns: &[("real", Type::Dynamic), ("imag", Type::Dynamic)],
    examples: &[("print x = dynamic([1,1]) | project series_fft(x)", "[2.0,0.0] | [0.0,0.0]")],
    ..Function::NEW
};

pub static SERIES_IFFT: Function = Function {
    name: "series_ifft",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [series_imaginary:dynamicarray]) -> dynamic"],
    summary: "The inverse Fourier transform of a series, as real and imaginary parts.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| both(arguments, true)),
    columns: &[("real", Type::Dynamic), ("imag", Type::Dynamic)],
    examples: &[("print x = dynamic([2,0]) | project series_ifft(x)", "[1.0,1.0] | [0.0,0.0]")],
    ..Function::NEW
};

/// A complex number: real and imaginary part.
pub type Complex = (f64, f64);

fn both(arguments: &[Value<'_>], inverse: bool) -> Value<'static> {
    let real = complete(&arguments[0]);
    let imaginary = match (arguments.get(1), &real) {
        (Some(given), _) => complete(given),
        (None, real) => real.as_ref().map(|real| vec![0.0; real.len()]),
    };
    let series = real.zip(imaginary).filter(|(real, imaginary)| real.len() == imaginary.len());
    let transformed = series.map(|(real, imaginary)| {
        let found = transform(&real.into_iter().zip(imaginary).collect::<Vec<Complex>>(), inverse);
        vec![reals(found.iter().map(|v| v.0)), reals(found.iter().map(|v| v.1))]
    });
    results(transformed, 2)
}

/// The discrete Fourier transform; the inverse is divided by the length.
pub fn transform(series: &[Complex], inverse: bool) -> Vec<Complex> {
    let count = series.len();
    let mut values = if count.is_power_of_two() { radix_two(series.to_vec(), inverse) } else { bluestein(series, inverse) };
    if inverse {
        values.iter_mut().for_each(|v| *v = (v.0 / count as f64, v.1 / count as f64));
    }
    values
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn unit(angle: f64) -> Complex {
    (angle.cos(), angle.sin())
}

fn radix_two(mut values: Vec<Complex>, inverse: bool) -> Vec<Complex> {
    let count = values.len();
    let bits = count.trailing_zeros();
    if bits == 0 {
        return values;
    }
    for at in 0..count {
        let mirrored = at.reverse_bits() >> (usize::BITS - bits);
        if at < mirrored {
            values.swap(at, mirrored);
        }
    }
    let sign = if inverse { 2.0 } else { -2.0 };
    let mut half = 1;
    while half < count {
        let twiddles: Vec<Complex> = (0..half).map(|k| unit(sign * PI * k as f64 / (2 * half) as f64)).collect();
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), twiddle) in low.iter_mut().zip(high).zip(&twiddles) {
                let turned = times(*b, *twiddle);
                (*a, *b) = ((a.0 + turned.0, a.1 + turned.1), (a.0 - turned.0, a.1 - turned.1));
            }
        }
        half *= 2;
    }
    values
}

/// Any length, as a convolution whose length is a power of two.
fn bluestein(series: &[Complex], inverse: bool) -> Vec<Complex> {
    let count = series.len();
    if count == 0 {
        return Vec::new();
    }
    let size = (2 * count - 1).next_power_of_two();
    let sign = if inverse { 1.0 } else { -1.0 };
    // The square is reduced first: large angles would lose digits.
    let chirp: Vec<Complex> = (0..count).map(|k| unit(sign * PI * (k * k % (2 * count)) as f64 / count as f64)).collect();
    let mut padded = vec![(0.0, 0.0); size];
    let mut response = vec![(0.0, 0.0); size];
    for at in 0..count {
        padded[at] = times(series[at], chirp[at]);
        let conjugate = (chirp[at].0, -chirp[at].1);
        response[at] = conjugate;
        response[(size - at) % size] = conjugate;
    }
    let product: Vec<Complex> = radix_two(padded, false).into_iter().zip(radix_two(response, false)).map(|(a, b)| times(a, b)).collect();
    let scale = 1.0 / size as f64;
    radix_two(product, true).into_iter().zip(&chirp).map(|(v, chirp)| times((v.0 * scale, v.1 * scale), *chirp)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_agrees_with_the_definition() {
        for count in [1usize, 2, 3, 5, 8, 12] {
            let series: Vec<Complex> = (0..count).map(|k| ((k * k % 7) as f64, (k % 3) as f64)).collect();
            for (k, found) in transform(&series, false).iter().enumerate() {
                let wanted = series.iter().enumerate().fold((0.0, 0.0), |sum, (n, v)| {
                    let term = times(*v, unit(-2.0 * PI * (k * n) as f64 / count as f64));
                    (sum.0 + term.0, sum.1 + term.1)
                });
                assert!((found.0 - wanted.0).abs() < 1e-9 && (found.1 - wanted.1).abs() < 1e-9, "{count} {k}");
            }
        }
    }
}
