//! Quantiles: a histogram whose buckets grow only as far as memory demands. Exact up to `LIMIT` distinct values.

use std::collections::HashMap;

use ahash::RandomState;

use crate::value::{DateTime, Json, TimeSpan, Type, Value};

/// The largest number of buckets.
const LIMIT: usize = 1 << 16;
/// The largest number of buckets that is written down by `tdigest()`.
const WRITTEN: usize = 1 << 12;

/// Counts per bucket of neighbouring values. A bucket is all values whose sortable bits agree above the lowest `dropped` ones;
/// `dropped` is the least number that keeps within the limit, which makes the outcome independent of the order of rows.
#[derive(Clone, Debug)]
pub struct Digest {
    ty: Type,
    limit: usize,
    dropped: u32,
    /// Per bucket the largest value in it and the weight of all.
    buckets: HashMap<i64, (i64, u64), RandomState>,
}

impl Digest {
    /// Whether quantiles of this type can be had.
    pub fn takes(ty: Type) -> bool {
        ty.is_summable()
    }

    /// Of numbers, datetimes or timespans. Ints become longs; decimals are kept as reals.
    pub fn new(ty: Type) -> Digest {
        let ty = match ty {
            Type::Int => Type::Long,
            Type::Decimal => Type::Real,
            other => other,
        };
        Digest { ty, limit: LIMIT, dropped: 0, buckets: HashMap::default() }
    }

    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Adds a value; nulls, values of other types and weights below one are left out.
    pub fn add(&mut self, value: &Value<'_>, weight: i64) {
        if let (Some(bits), 1..) = (self.bits(value), weight) {
            self.put(bits, weight as u64);
        }
    }

    pub fn merge(&mut self, other: &Digest) {
        for (bits, weight) in other.buckets.values() {
            self.put(*bits, *weight);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    pub fn memory(&self) -> usize {
        size_of::<Digest>() + self.buckets.capacity() * 33
    }

    fn put(&mut self, bits: i64, weight: u64) {
        let bucket = self.buckets.entry(bits >> self.dropped).or_insert((bits, 0));
        bucket.0 = bucket.0.max(bits);
        bucket.1 = bucket.1.saturating_add(weight);
        self.keep_within(self.limit);
    }

    fn keep_within(&mut self, limit: usize) {
        while self.buckets.len() > limit && self.dropped < 63 {
            self.dropped += 1;
            for (bits, weight) in std::mem::take(&mut self.buckets).into_values() {
                let bucket = self.buckets.entry(bits >> self.dropped).or_insert((bits, 0));
                bucket.0 = bucket.0.max(bits);
                bucket.1 = bucket.1.saturating_add(weight);
            }
        }
    }

    fn sorted(&self) -> Vec<(i64, u64)> {
        let mut sorted: Vec<(i64, u64)> = self.buckets.values().copied().collect();
        sorted.sort_unstable();
        sorted
    }

    /// The values at percentiles (0 to 100) by nearest rank; null of nothing.
    pub fn percentiles(&self, percents: &[f64]) -> Vec<Value<'static>> {
        let sorted = self.sorted();
        let total = sorted.iter().map(|(_, weight)| *weight as u128).sum::<u128>();
        percents.iter().map(|percent| at_rank(&sorted, rank(*percent, total)).map_or(Value::Null, |bits| self.value(bits))).collect()
    }

    /// How many values are at most this one, and how many there are.
    pub fn rank(&self, value: &Value<'_>) -> Option<(u128, u128)> {
        let bits = self.bits(value)?;
        let weigh = |within: &dyn Fn(i64) -> bool| self.buckets.values().filter(|(b, _)| within(*b)).map(|(_, w)| u128::from(*w)).sum();
        Some((weigh(&|b| b <= bits), weigh(&|_| true)))
    }

    fn bits(&self, value: &Value<'_>) -> Option<i64> {
        match (self.ty, value) {
            (Type::DateTime, Value::DateTime(v)) => Some(v.ticks()),
            (Type::TimeSpan, Value::TimeSpan(v)) => Some(v.ticks()),
            (Type::Long, _) => value.as_i64(),
            (Type::Real, _) => value.as_f64().map(sortable),
            _ => None,
        }
    }

    fn value(&self, bits: i64) -> Value<'static> {
        match self.ty {
            Type::DateTime => DateTime::from_ticks(bits).map_or(Value::Null, Value::DateTime),
            Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(bits)),
            Type::Long => Value::Long(bits),
            _ => Value::Real(f64::from_bits(unsortable(bits))),
        }
    }

    /// The digest as a dynamic: `[[values], [weights]]`, at most some thousands.
    pub fn to_json(&self) -> Json {
        let mut small = self.clone();
        small.keep_within(WRITTEN);
        let (values, weights): (Vec<i64>, Vec<u64>) = small.sorted().into_iter().unzip();
        let values = values.into_iter().map(|bits| Json::from_value(&small.value(bits))).collect();
        let weights = weights.into_iter().map(|weight| Json::Long(i64::try_from(weight).unwrap_or(i64::MAX))).collect();
        Json::Array(vec![Json::Array(values), Json::Array(weights)])
    }

    /// Reads what `to_json` wrote.
    pub fn from_json(json: &Json) -> Option<Digest> {
        let Json::Array(parts) = json else { return None };
        let [Json::Array(values), Json::Array(weights)] = parts.as_slice() else { return None };
        let ty = match values.first()? {
            Json::DateTime(_) => Type::DateTime,
            Json::TimeSpan(_) => Type::TimeSpan,
            // A real without fraction must not make its neighbours longs.
            _ if values.iter().all(|v| matches!(v, Json::Long(_))) => Type::Long,
            _ => Type::Real,
        };
        if values.len() != weights.len() {
            return None;
        }
        let mut digest = Digest::new(ty);
        for (value, weight) in values.iter().zip(weights) {
            let (bits, Json::Long(weight @ 1..)) = (digest.bits(&scalar(value)?)?, weight) else { return None };
            digest.put(bits, *weight as u64);
        }
        Some(digest)
    }
}

fn scalar(json: &Json) -> Option<Value<'static>> {
    Some(match json {
        Json::Long(v) => Value::Long(*v),
        Json::Real(v) => Value::Real(*v),
        Json::DateTime(v) => Value::DateTime(*v),
        Json::TimeSpan(v) => Value::TimeSpan(*v),
        // How JSON writes the reals that it has not.
        Json::String(text) => Value::Real(text.parse().ok()?),
        _ => return None,
    })
}

/// The nearest rank, from 1.
fn rank(percent: f64, total: u128) -> u128 {
    let exact = percent.clamp(0.0, 100.0) * total as f64 / 100.0;
    // The division may have added an ulp to a whole number.
    let whole = exact.round();
    let rank = if (exact - whole).abs() <= whole.abs() * 1e-14 { whole } else { exact.ceil() };
    (rank as u128).clamp(1, total.max(1))
}

fn at_rank(sorted: &[(i64, u64)], rank: u128) -> Option<i64> {
    let mut below = 0u128;
    sorted.iter().find_map(|(bits, weight)| {
        below += u128::from(*weight);
        (below >= rank).then_some(*bits)
    })
}

/// The bits of a real as a long that sorts as the reals do, NaN first.
fn sortable(value: f64) -> i64 {
    if value.is_nan() {
        return i64::MIN;
    }
    let bits = (if value == 0.0 { 0.0 } else { value }).to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

fn unsortable(bits: i64) -> u64 {
    match bits {
        i64::MIN => f64::NAN.to_bits(),
        negative if negative < 0 => (negative ^ i64::MAX) as u64,
        positive => positive as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_nearest_rank() {
        let mut digest = Digest::new(Type::Long);
        for (value, weight) in [(10, 8), (20, 6), (30, 3), (40, 1)] {
            digest.add(&Value::Long(value), weight);
        }
        let found: Vec<_> = digest.percentiles(&[0.0, 50.0, 75.0, 99.9, 100.0]).iter().map(|v| v.as_i64()).collect();
        assert_eq!(found, [Some(10), Some(20), Some(20), Some(40), Some(40)]);
        assert_eq!(digest.rank(&Value::Long(20)), Some((14, 18)));
        assert_eq!(Digest::from_json(&digest.to_json()).map(|d| d.sorted()), Some(digest.sorted()));
    }

    #[test]
    fn stays_close_and_independent_of_order_when_large() {
        let values: Vec<f64> = (0..200_000).map(|i| f64::from(i * 7919 % 200_003) / 3.0 - 1000.0).collect();
        let mut forwards = Digest::new(Type::Real);
        values.iter().for_each(|v| forwards.add(&Value::Real(*v), 1));
        let (mut backwards, mut later) = (Digest::new(Type::Real), Digest::new(Type::Real));
        values[..777].iter().rev().for_each(|v| later.add(&Value::Real(*v), 1));
        values[777..].iter().rev().for_each(|v| backwards.add(&Value::Real(*v), 1));
        backwards.merge(&later);
        assert!(forwards.dropped > 0);
        assert_eq!(forwards.sorted(), backwards.sorted());
        let median = forwards.percentiles(&[50.0])[0].as_f64().unwrap_or_default();
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        assert!((median / sorted[99_999] - 1.0).abs() < 1e-3, "{median}");
    }
}
