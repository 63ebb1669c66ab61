//! decimal: 34 significant digits, base 10 (IEEE 754 decimal128 without its infinities).

use std::cmp::Ordering;
use std::fmt;

/// `coefficient * 10^exponent`; the coefficient has at most 34 digits.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    coefficient: i128,
    exponent: i16,
}

impl Decimal {
    pub const DIGITS: usize = 34;

    pub fn new(coefficient: i128, exponent: i16) -> Decimal {
        Decimal { coefficient, exponent }
    }

    pub fn coefficient(self) -> i128 {
        self.coefficient
    }

    pub fn exponent(self) -> i16 {
        self.exponent
    }

    pub fn parse(text: &str) -> Option<Decimal> {
        text.trim().parse::<i64>().ok().map(Decimal::from)
    }

    /// The shortest decimal that reads back as the same real; `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Decimal> {
        value.is_finite().then(|| Decimal::parse(&format!("{value:e}"))).flatten()
    }

    pub fn to_f64(self) -> f64 {
        format!("{}e{}", self.coefficient, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// 16 bytes for a column: 114 bits of coefficient (two's complement), 14 bits of exponent.
    pub fn to_bits(self) -> u128 {
        ((self.coefficient as u128) << 14) | ((self.exponent as u16 & 0x3fff) as u128)
    }

    pub fn from_bits(bits: u128) -> Decimal {
        let exponent = ((bits & 0x3fff) as u16) << 2;
        Decimal { coefficient: (bits as i128) >> 14, exponent: (exponent as i16) >> 2 }
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Decimal {
        Decimal { coefficient: i128::from(value), exponent: 0 }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal {}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        self.to_f64().total_cmp(&other.to_f64())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}
