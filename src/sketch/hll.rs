//! Counting distinct values by their hashes: a set of hashes while small, HyperLogLog registers beyond.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_64;

use crate::value::{Json, Value};

/// More distinct hashes than these and the registers take over, so that the outcome depends on the set of values only.
const EXACT: usize = 10_000;
const VERSION: i64 = 1;

/// An estimator of the number of distinct values.
#[derive(Clone, Debug)]
pub struct Hll {
    bits: u8,
    seen: Seen,
}

#[derive(Clone, Debug)]
enum Seen {
    Hashes(HashSet<u64, BuildHasherDefault<Spread>>),
    /// Per register the longest run of leading zeros seen, plus one.
    Registers(Vec<u8>),
}

/// The hashes are mixed already.
#[derive(Clone, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Hll {
    /// `accuracy` as `dcount()` takes it, 0 to 4: errors of 1.6, 0.8, 0.4, 0.28 and 0.2 percent.
    pub fn new(accuracy: i64) -> Option<Hll> {
        let bits = [12, 14, 16, 17, 18].get(usize::try_from(accuracy).ok()?)?;
        Some(Hll { bits: *bits, seen: Seen::Hashes(HashSet::default()) })
    }

    pub fn add(&mut self, hash: u64) {
        match &mut self.seen {
            Seen::Registers(registers) => note(registers, self.bits, hash),
            Seen::Hashes(hashes) => {
                if hashes.insert(hash) && hashes.len() > EXACT {
                    self.condense();
                }
            }
        }
    }

    fn condense(&mut self) {
        if let Seen::Hashes(hashes) = &self.seen {
            let mut registers = vec![0; 1 << self.bits];
            hashes.iter().for_each(|hash| note(&mut registers, self.bits, *hash));
            self.seen = Seen::Registers(registers);
        }
    }

    /// Adds what another has seen. Of two accuracies the lower one stays.
    pub fn merge(&mut self, mut other: Hll) {
        if other.bits < self.bits {
            std::mem::swap(self, &mut other);
        }
        match other.seen {
            Seen::Hashes(hashes) => hashes.into_iter().for_each(|hash| self.add(hash)),
            Seen::Registers(theirs) => {
                self.condense();
                if let Seen::Registers(ours) = &mut self.seen {
                    let theirs = coarsen(theirs, other.bits, self.bits);
                    ours.iter_mut().zip(theirs).for_each(|(a, b)| *a = (*a).max(b));
                }
            }
        }
    }

    /// The number of distinct values: exact for a small one.
    pub fn estimate(&self) -> i64 {
        match &self.seen {
            Seen::Hashes(hashes) => hashes.len() as i64,
            Seen::Registers(registers) => estimate(registers, self.bits).round() as i64,
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(&self.seen, Seen::Hashes(hashes) if hashes.is_empty())
    }

    pub fn memory(&self) -> usize {
        size_of::<Hll>()
            + match &self.seen {
                Seen::Hashes(hashes) => hashes.capacity() * 9,
                Seen::Registers(registers) => registers.len(),
            }
    }

    /// The state as a dynamic: `[[version, bits], [hashes], registers]`, the registers in base64 or empty.
    pub fn to_json(&self) -> Json {
        let (hashes, registers) = match &self.seen {
            Seen::Registers(registers) => (Vec::new(), STANDARD.encode(registers)),
            Seen::Hashes(hashes) => {
                let mut sorted: Vec<i64> = hashes.iter().map(|hash| *hash as i64).collect();
                sorted.sort_unstable();
                (sorted, String::new())
            }
        };
        let head = Json::Array(vec![Json::Long(VERSION), Json::Long(i64::from(self.bits))]);
        Json::Array(vec![head, Json::Array(hashes.into_iter().map(Json::Long).collect()), Json::String(registers)])
    }

    /// Reads what `to_json` wrote.
    pub fn from_json(json: &Json) -> Option<Hll> {
        let Json::Array(parts) = json else { return None };
        let [Json::Array(head), Json::Array(hashes), Json::String(registers)] = parts.as_slice() else { return None };
        let [Json::Long(VERSION), Json::Long(bits)] = head.as_slice() else { return None };
        let bits = u8::try_from(*bits).ok().filter(|bits| (12..=18).contains(bits))?;
        if !registers.is_empty() {
            let registers = STANDARD.decode(registers).ok().filter(|r| r.len() == 1 << bits && r.iter().all(|v| *v <= 64))?;
            return Some(Hll { bits, seen: Seen::Registers(registers) });
        }
        let mut hll = Hll { bits, seen: Seen::Hashes(HashSet::default()) };
        for hash in hashes {
            let Json::Long(hash) = hash else { return None };
            hll.add(*hash as u64);
        }
        Some(hll)
    }
}

fn note(registers: &mut [u8], bits: u8, hash: u64) {
    let index = (hash >> (64 - bits)) as usize;
    let zeros = ((hash << bits) | (1 << (bits - 1))).leading_zeros() as u8 + 1;
    registers[index] = registers[index].max(zeros);
}

/// The registers of fewer bits: the index bits that go become leading bits of the rest.
fn coarsen(registers: Vec<u8>, from: u8, to: u8) -> Vec<u8> {
    if from == to {
        return registers;
    }
    let dropped = from - to;
    let mut coarse = vec![0u8; 1 << to];
    for (index, value) in registers.into_iter().enumerate().filter(|(_, value)| *value > 0) {
        let low = index & ((1 << dropped) - 1);
        let value = if low == 0 { value + dropped } else { (low.leading_zeros() - (usize::BITS - u32::from(dropped))) as u8 + 1 };
        let slot = &mut coarse[index >> dropped];
        *slot = (*slot).max(value);
    }
    coarse
}

/// Otmar Ertl's improved estimator, which needs no tables against bias (arXiv:1702.01284, algorithm 6).
fn estimate(registers: &[u8], bits: u8) -> f64 {
    let q = 64 - usize::from(bits);
    let m = registers.len() as f64;
    let mut counts = vec![0usize; q + 2];
    registers.iter().for_each(|value| counts[usize::from(*value).min(q + 1)] += 1);
    let mut z = m * tau(1.0 - counts[q + 1] as f64 / m);
    for count in counts[1..=q].iter().rev() {
        z = 0.5 * (z + *count as f64);
    }
    z += m * sigma(counts[0] as f64 / m);
    m / (2.0 * std::f64::consts::LN_2) * m / z
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

/// The hash of a value that is not null; the same for equal values of int, long and the other integral types.
pub fn hash_value(value: &Value<'_>) -> Option<u64> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(v) => hash_long(i64::from(*v)),
        Value::Int(v) => hash_long(i64::from(*v)),
        Value::Long(v) => hash_long(*v),
        Value::DateTime(v) => hash_long(v.ticks()),
        Value::TimeSpan(v) => hash_long(v.ticks()),
        Value::Real(v) => hash_long(real_bits(*v)),
        Value::Decimal(v) => xxh3_64(&v.to_bits().to_le_bytes()),
        Value::Guid(v) => xxh3_64(&v.0.to_le_bytes()),
        Value::String(v) => hash_text(v),
        Value::Dynamic(v) => xxh3_64(v.json().text().as_bytes()),
    })
}

/// Of a long, or the ticks of a datetime or timespan.
pub fn hash_long(value: i64) -> u64 {
    xxh3_64(&value.to_le_bytes())
}

pub fn hash_text(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// Both zeros are one value, and so are all NaNs.
fn real_bits(value: f64) -> i64 {
    let canonical = if value == 0.0 {
        0.0
    } else if value.is_nan() {
        f64::NAN
    } else {
        value
    };
    canonical.to_bits() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accuracy: i64, range: std::ops::Range<i64>) -> Hll {
        let mut hll = Hll::new(accuracy).expect("an accuracy");
        range.for_each(|v| hll.add(hash_long(v)));
        hll
    }

    #[test]
    fn is_exact_while_small_and_close_beyond() {
        assert_eq!(of(1, 0..9_999).estimate(), 9_999);
        for (accuracy, error) in [(0, 0.05), (1, 0.025), (2, 0.0125), (4, 0.007)] {
            let estimate = of(accuracy, 0..200_000).estimate() as f64;
            assert!((estimate / 200_000.0 - 1.0).abs() < error, "{accuracy}: {estimate}");
        }
    }

    #[test]
    fn merging_equals_seeing_everything() {
        let whole = of(1, 0..30_000);
        for cut in [100, 9_000, 15_000, 29_000] {
            let mut parts = of(1, 0..cut);
            parts.merge(of(1, cut - 50..30_000));
            assert_eq!(parts.to_json(), whole.to_json());
        }
        let mut mixed = of(4, 0..30_000);
        mixed.merge(of(0, 100..200));
        assert_eq!(mixed.to_json(), of(0, 0..30_000).to_json());
    }

    #[test]
    fn reads_its_own_text() {
        for hll in [of(1, 0..3), of(0, 0..20_000)] {
            let again = Hll::from_json(&hll.to_json()).expect("a state");
            assert_eq!(again.estimate(), hll.estimate());
        }
        assert!(Hll::from_json(&Json::Array(vec![])).is_none());
    }
}
