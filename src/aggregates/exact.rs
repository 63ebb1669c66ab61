//! Sums of reals without rounding, so that they do not depend on the order of rows.

/// A sum as an expansion: partials that do not overlap and add up to it exactly (Shewchuk, "Adaptive precision floating-point
/// arithmetic", 1997). Rounded once, at the end.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    /// Numbers near the largest real, kept 2^-100 times as large: their sums must not overflow on the way.
    huge: Vec<f64>,
    /// The sum of infinities and NaNs, zero without any.
    special: f64,
}

const HUGE: f64 = 1e280;
/// 2^100
const SCALE: f64 = 1_267_650_600_228_229_401_496_703_205_376.0;

impl ExactSum {
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.special += value;
        } else if value.abs() >= HUGE {
            grow(&mut self.huge, value / SCALE);
        } else {
            grow(&mut self.partials, value);
        }
    }

    /// Adds the exact product.
    pub fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        self.add(product);
        if product.is_finite() {
            self.add(a.mul_add(b, -product));
        }
    }

    pub fn merge(&mut self, other: &ExactSum) {
        self.special += other.special;
        other.huge.iter().for_each(|v| grow(&mut self.huge, *v));
        other.partials.iter().for_each(|v| grow(&mut self.partials, *v));
    }

    /// The parts that add up to the sum; one that is not finite stands alone.
    pub fn parts(&self) -> Vec<f64> {
        if self.special != 0.0 {
            return vec![self.special];
        }
        self.partials.iter().copied().chain(self.huge.iter().map(|v| v * SCALE)).collect()
    }

    /// The sum, correctly rounded.
    pub fn round(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        if self.huge.is_empty() {
            return rounded(&self.partials);
        }
        let mut all = self.huge.clone();
        self.partials.iter().for_each(|v| grow(&mut all, v / SCALE));
        rounded(&all) * SCALE
    }

    pub fn memory(&self) -> usize {
        size_of::<ExactSum>() + (self.partials.capacity() + self.huge.capacity()) * size_of::<f64>()
    }
}

/// Adds a number to an expansion, smallest partial first.
fn grow(partials: &mut Vec<f64>, mut value: f64) {
    let mut kept = 0;
    for at in 0..partials.len() {
        let other = partials[at];
        let (large, small) = if value.abs() < other.abs() { (other, value) } else { (value, other) };
        let sum = large + small;
        let rest = small - (sum - large);
        if rest != 0.0 {
            partials[kept] = rest;
            kept += 1;
        }
        value = sum;
    }
    partials.truncate(kept);
    if value != 0.0 {
        partials.push(value);
    }
}

/// Rounds an expansion half to even, as Python's `fsum` does.
fn rounded(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev();
    let Some(mut high) = rest.next().copied() else { return 0.0 };
    let mut low = 0.0;
    for partial in rest.by_ref() {
        let before = high;
        high = before + partial;
        low = partial - (high - before);
        if low != 0.0 {
            break;
        }
    }
    // What lies below decides a tie.
    if let Some(next) = rest.next()
        && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
    {
        let doubled = low * 2.0;
        let up = high + doubled;
        if doubled == up - high {
            high = up;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::ExactSum;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|v| sum.add(*v));
        sum.round()
    }

    #[test]
    fn rounds_once() {
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e16, 1.0, 1e-16, -1e16]), 1.0);
        assert_eq!(sum(&[1e308, 1e308, -1e308, 1.0]), 1e308);
        assert_eq!(sum(&[1e308, -1e308, 1.0]), 1.0);
        assert_eq!(sum(&[1e308, 1e308]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(sum(&[1.0, 2f64.powi(-53), 2f64.powi(-120)]), 1.0 + f64::EPSILON);
        assert_eq!(sum(&[]), 0.0);
    }
}
