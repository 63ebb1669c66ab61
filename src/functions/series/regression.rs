//! Least squares: lines and polynomials through the points of a series.

/// A polynomial through points, and how well it fits.
pub struct Fit {
    /// From the highest power to the constant.
    pub coefficients: Vec<f64>,
    /// The polynomial at every x, also where y is missing.
    pub values: Vec<f64>,
    pub rsquare: f64,
    pub variance: f64,
    pub rvariance: f64,
}

/// Fits a polynomial to the points, passing over those whose y is NaN. `None` with fewer points than coefficients.
pub fn fit(x: &[f64], y: &[f64], degree: usize) -> Option<Fit> {
    let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    if points.len() <= degree {
        return None;
    }
    let coefficients = if degree == 1 { line(&points)? } else { polynomial(&points, degree)? };
    let at = |x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let count = points.len() as f64;
    let mean = points.iter().map(|p| p.1).sum::<f64>() / count;
    let total: f64 = points.iter().map(|p| (p.1 - mean).powi(2)).sum();
    let rest: f64 = points.iter().map(|p| (p.1 - at(p.0)).powi(2)).sum();
    let freedom = (count - 1.0).max(1.0);
    let values = x.iter().map(|x| at(*x)).collect();
    let rsquare = if total == 0.0 { 1.0 } else { 1.0 - rest / total };
    Some(Fit { coefficients, values, rsquare, variance: total / freedom, rvariance: rest / freedom })
}

/// 1, 2, 3 …: the x of a series without one.
pub fn places(count: usize) -> Vec<f64> {
    (1..=count).map(|at| at as f64).collect()
}

fn line(points: &[(f64, f64)]) -> Option<Vec<f64>> {
    let count = points.len() as f64;
    let (mean_x, mean_y) = (points.iter().map(|p| p.0).sum::<f64>() / count, points.iter().map(|p| p.1).sum::<f64>() / count);
    let (xy, xx) = points.iter().fold((0.0, 0.0), |(xy, xx), p| (xy + (p.0 - mean_x) * (p.1 - mean_y), xx + (p.0 - mean_x).powi(2)));
    let slope = xy / xx;
    slope.is_finite().then(|| vec![slope, mean_y - slope * mean_x])
}

/// By QR on powers of x scaled to [-1, 1], which keeps high degrees solvable.
fn polynomial(points: &[(f64, f64)], degree: usize) -> Option<Vec<f64>> {
    let (low, high) = points.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p.0), high.max(p.0)));
    let (center, radius) = ((low + high) / 2.0, if high > low { (high - low) / 2.0 } else { 1.0 });
    let mut columns: Vec<Vec<f64>> =
        (0..=degree).map(|k| points.iter().map(|p| ((p.0 - center) / radius).powi(k as i32)).collect()).collect();
    let mut rest: Vec<f64> = points.iter().map(|p| p.1).collect();
    let mut triangle = vec![vec![0.0; degree + 1]; degree + 1];
    let mut right = vec![0.0; degree + 1];
    for k in 0..=degree {
        let norm = dot(&columns[k], &columns[k]).sqrt();
        if norm < 1e-12 {
            return None;
        }
        columns[k].iter_mut().for_each(|v| *v /= norm);
        triangle[k][k] = norm;
        let (done, later) = columns.split_at_mut(k + 1);
        for (offset, column) in later.iter_mut().enumerate() {
            triangle[k][k + 1 + offset] = remove(column, &done[k]);
        }
        right[k] = remove(&mut rest, &done[k]);
    }
    let mut scaled = vec![0.0; degree + 1];
    for k in (0..=degree).rev() {
        let known: f64 = (k + 1..=degree).map(|j| triangle[k][j] * scaled[j]).sum();
        scaled[k] = (right[k] - known) / triangle[k][k];
    }
    Some(unscale(&scaled, center, radius))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Removes the part along a unit vector and says how long it was.
fn remove(column: &mut [f64], along: &[f64]) -> f64 {
    let length = dot(column, along);
    column.iter_mut().zip(along).for_each(|(v, q)| *v -= length * q);
    length
}

/// From powers of `(x - center) / radius`, lowest first, to powers of x, highest first.
fn unscale(scaled: &[f64], center: f64, radius: f64) -> Vec<f64> {
    let mut powers: Vec<f64> = Vec::new();
    for coefficient in scaled.iter().rev() {
        // Horner: powers = powers * (x - center) / radius + coefficient.
        let mut next = vec![0.0; powers.len() + 1];
        for (at, value) in powers.iter().enumerate() {
            next[at] += value / radius;
            next[at + 1] -= value * center / radius;
        }
        if let Some(constant) = next.last_mut() {
            *constant += coefficient;
        }
        powers = next;
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_polynomial_behind_exact_points() {
        let x = places(10);
        let y: Vec<f64> = x.iter().map(|x| 2.0 * x * x * x - x + 5.0).collect();
        let found = fit(&x, &y, 3).map(|fit| fit.coefficients).unwrap_or_default();
        for (found, wanted) in found.iter().zip([2.0, 0.0, -1.0, 5.0]) {
            assert!((found - wanted).abs() < 1e-8, "{found} for {wanted}");
        }
    }
}
