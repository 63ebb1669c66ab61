//! decimal: 34 significant digits, base 10 (IEEE 754 decimal128 without its infinities).

use std::cmp::Ordering;
use std::fmt;

/// `coefficient * 10^exponent`. Always normal (no trailing zeros, zero has exponent 0), so equal numbers have equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    coefficient: i128,
    exponent: i16,
}

/// 10^34, the base of double-width products.
const LIMB: u128 = 10u128.pow(34);
const HALF_LIMB: u128 = 10u128.pow(17);
const MAX_EXPONENT: i32 = 6111;
const MIN_EXPONENT: i32 = -6176;

// The arithmetic gives `None` on overflow, which the traits of the standard library cannot.
#[allow(clippy::should_implement_trait)]
impl Decimal {
    pub const DIGITS: usize = 34;
    pub const ZERO: Decimal = Decimal { coefficient: 0, exponent: 0 };
    pub const ONE: Decimal = Decimal { coefficient: 1, exponent: 0 };

    /// Rounded to 34 digits; the largest number of the sign when out of range.
    pub fn new(coefficient: i128, exponent: i16) -> Decimal {
        let negative = coefficient < 0;
        Decimal::build(negative, coefficient.unsigned_abs(), i32::from(exponent), false)
            .unwrap_or(Decimal { coefficient: if negative { 1 - LIMB as i128 } else { LIMB as i128 - 1 }, exponent: MAX_EXPONENT as i16 })
    }

    pub fn coefficient(self) -> i128 {
        self.coefficient
    }

    pub fn exponent(self) -> i16 {
        self.exponent
    }

    /// Rounds half to even to 34 digits. `sticky`: something non-zero lies beyond the coefficient's last digit.
    fn build(negative: bool, mut coefficient: u128, mut exponent: i32, sticky: bool) -> Option<Decimal> {
        let surplus = digits(coefficient).saturating_sub(Decimal::DIGITS as u32).max((MIN_EXPONENT - exponent).max(0) as u32);
        if surplus > 38 {
            return Some(Decimal::ZERO);
        }
        if surplus > 0 {
            let unit = 10u128.pow(surplus);
            let (quotient, rest) = (coefficient / unit, coefficient % unit);
            let up = match rest.cmp(&(unit / 2)) {
                Ordering::Less => false,
                Ordering::Equal => sticky || quotient % 2 == 1,
                Ordering::Greater => true,
            };
            coefficient = quotient + u128::from(up);
            exponent += surplus as i32;
        }
        if coefficient == 0 {
            return Some(Decimal::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        while exponent > MAX_EXPONENT && coefficient < LIMB / 10 {
            coefficient *= 10;
            exponent -= 1;
        }
        let exponent = i16::try_from(exponent).ok().filter(|e| i32::from(*e) <= MAX_EXPONENT)?;
        let coefficient = coefficient as i128;
        Some(Decimal { coefficient: if negative { -coefficient } else { coefficient }, exponent })
    }

    /// `12`, `-1.50`, `.5`, `1.5e-10`; more than 34 digits are rounded.
    pub fn parse(text: &str) -> Option<Decimal> {
        let text = text.trim();
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (mut coefficient, mut shift, mut sticky) = (0u128, 0i32, false);
        for (byte, behind_point) in whole.bytes().map(|b| (b, false)).chain(fraction.bytes().map(|b| (b, true))) {
            if !byte.is_ascii_digit() {
                return None;
            }
            if coefficient < LIMB * 100 {
                coefficient = coefficient * 10 + u128::from(byte - b'0');
                shift -= i32::from(behind_point);
            } else {
                sticky |= byte != b'0';
                shift += i32::from(!behind_point);
            }
        }
        Decimal::build(negative, coefficient, exponent.clamp(-20_000, 20_000).saturating_add(shift), sticky)
    }

    /// The shortest decimal that reads back as the same real; `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Decimal> {
        value.is_finite().then(|| Decimal::parse(&format!("{value:e}"))).flatten()
    }

    pub fn to_f64(self) -> f64 {
        if self.exponent == 0 && self.coefficient.unsigned_abs() < (1 << 53) {
            return self.coefficient as f64;
        }
        format!("{}e{}", self.coefficient, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// The whole part, or `None` when it does not fit.
    pub fn to_i64(self) -> Option<i64> {
        let whole = if self.exponent < 0 {
            10i128.checked_pow(u32::from(self.exponent.unsigned_abs())).map_or(0, |unit| self.coefficient / unit)
        } else {
            10i128.checked_pow(u32::from(self.exponent.unsigned_abs())).and_then(|unit| self.coefficient.checked_mul(unit))?
        };
        i64::try_from(whole).ok()
    }

    /// 16 bytes for a column: 114 bits of coefficient (two's complement), 14 bits of exponent. Equal numbers have equal bits.
    pub fn to_bits(self) -> u128 {
        ((self.coefficient as u128) << 14) | ((self.exponent as u16 & 0x3fff) as u128)
    }

    pub fn from_bits(bits: u128) -> Decimal {
        let exponent = ((bits & 0x3fff) as u16) << 2;
        Decimal { coefficient: (bits as i128) >> 14, exponent: (exponent as i16) >> 2 }
    }

    /// The same number without trailing zeros in the coefficient.
    pub fn normalized(self) -> Decimal {
        let mut reduced = self;
        while reduced.coefficient != 0 && reduced.coefficient % 10 == 0 {
            reduced = Decimal { coefficient: reduced.coefficient / 10, exponent: reduced.exponent + 1 };
        }
        if reduced.coefficient == 0 { Decimal { coefficient: 0, exponent: 0 } } else { reduced }
    }

    pub fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    pub fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    pub fn neg(self) -> Decimal {
        Decimal { coefficient: -self.coefficient, exponent: self.exponent }
    }

    pub fn abs(self) -> Decimal {
        Decimal { coefficient: self.coefficient.abs(), exponent: self.exponent }
    }

    /// `None` on overflow, as with the other operations.
    pub fn add(self, other: Decimal) -> Option<Decimal> {
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let gap = (i32::from(high.exponent) - i32::from(low.exponent)) as u32;
        // Three guard digits beyond the 34 leave room for rounding once.
        let shift = gap.min(37 - digits(high.coefficient.unsigned_abs()));
        let scaled = high.coefficient * 10i128.pow(shift);
        let mut addend = low.coefficient;
        if gap > shift {
            let unit = 10i128.checked_pow(gap - shift);
            let (quotient, lost) = unit.map_or((0, true), |unit| (addend / unit, addend % unit != 0));
            // A lost remainder must not look like an exact tie or an exact value.
            addend = if lost && quotient % 5 == 0 { quotient + low.coefficient.signum() } else { quotient };
        }
        let sum = scaled + addend;
        Decimal::build(sum < 0, sum.unsigned_abs(), i32::from(high.exponent) - shift as i32, false)
    }

    pub fn sub(self, other: Decimal) -> Option<Decimal> {
        self.add(other.neg())
    }

    pub fn mul(self, other: Decimal) -> Option<Decimal> {
        let (high, low) = widening_mul(self.coefficient.unsigned_abs(), other.coefficient.unsigned_abs());
        let negative = self.is_negative() != other.is_negative();
        let exponent = i32::from(self.exponent) + i32::from(other.exponent);
        if high == 0 {
            return Decimal::build(negative, low, exponent, false);
        }
        // Keep 36 digits: 34 and two for rounding.
        let dropped = digits(high).saturating_sub(2);
        let unit = 10u128.pow(dropped);
        let kept = high * 10u128.pow(34 - dropped) + low / unit;
        Decimal::build(negative, kept, exponent + dropped as i32, low % unit != 0)
    }

    /// `None` on division by zero too.
    pub fn div(self, other: Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let divisor = other.coefficient.unsigned_abs();
        let (mut quotient, mut rest) = (self.coefficient.unsigned_abs() / divisor, self.coefficient.unsigned_abs() % divisor);
        let mut exponent = i32::from(self.exponent) - i32::from(other.exponent);
        while rest != 0 && quotient < LIMB * 10 {
            rest *= 10;
            quotient = quotient * 10 + rest / divisor;
            rest %= divisor;
            exponent -= 1;
        }
        Decimal::build(self.is_negative() != other.is_negative(), quotient, exponent, rest != 0)
    }

    /// The remainder of the division truncated towards zero; it has the sign of `self`. `None` when dividing by zero.
    pub fn rem(self, other: Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let (left, right) = (self.coefficient.unsigned_abs(), other.coefficient.unsigned_abs());
        let gap = i32::from(self.exponent) - i32::from(other.exponent);
        let (rest, exponent) = if gap >= 0 {
            (multiply_modulo(left, gap as u32, right), other.exponent)
        } else {
            let scaled = 10u128.checked_pow(gap.unsigned_abs()).and_then(|unit| right.checked_mul(unit));
            (scaled.map_or(left, |scaled| left % scaled), self.exponent)
        };
        Decimal::build(self.is_negative(), rest, i32::from(exponent), false)
    }

    /// To this many digits after the point (before it when negative), halves away from zero.
    pub fn round(self, places: i32) -> Decimal {
        self.cut(places, |rest, unit, _| rest >= unit - rest)
    }

    pub fn floor(self) -> Decimal {
        self.cut(0, |rest, _, negative| negative && rest > 0)
    }

    pub fn ceil(self) -> Decimal {
        self.cut(0, |rest, _, negative| !negative && rest > 0)
    }

    pub fn trunc(self) -> Decimal {
        self.cut(0, |_, _, _| false)
    }

    /// Drops the digits beyond `places`; `away` decides from (dropped part, its unit, sign) whether to step away from zero.
    fn cut(self, places: i32, away: impl Fn(u128, u128, bool) -> bool) -> Decimal {
        let surplus = -i32::from(self.exponent) - places;
        if surplus <= 0 {
            return self;
        }
        let (surplus, magnitude) = (surplus as u32, self.coefficient.unsigned_abs());
        // A unit beyond all digits behaves like any other such unit.
        let unit = 10u128.pow(surplus.min(38));
        let up = away(magnitude % unit, unit, self.is_negative());
        Decimal::build(self.is_negative(), magnitude / unit + u128::from(up), -places, false).unwrap_or(self)
    }
}

/// The number of decimal digits; 0 for 0.
fn digits(value: u128) -> u32 {
    value.checked_ilog10().map_or(0, |log| log + 1)
}

/// The product of two numbers below 10^34 in base 10^34: (high, low).
fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0, b1, b0) = (a / HALF_LIMB, a % HALF_LIMB, b / HALF_LIMB, b % HALF_LIMB);
    let middle = a1 * b0 + a0 * b1;
    let low = (middle % HALF_LIMB) * HALF_LIMB + a0 * b0;
    (a1 * b1 + middle / HALF_LIMB + low / LIMB, low % LIMB)
}

/// `value * 10^power % modulus`, for a modulus below 10^34.
fn multiply_modulo(value: u128, power: u32, modulus: u128) -> u128 {
    let mut rest = value % modulus;
    for _ in 0..power {
        if rest == 0 {
            break;
        }
        rest = rest * 10 % modulus;
    }
    rest
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Decimal {
        Decimal::new(i128::from(value), 0)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let signs = self.coefficient.signum().cmp(&other.coefficient.signum());
        if signs != Ordering::Equal || self.is_zero() {
            return signs;
        }
        let (a, b) = (self.coefficient.unsigned_abs(), other.coefficient.unsigned_abs());
        let sizes = (digits(a) as i32 + i32::from(self.exponent)).cmp(&(digits(b) as i32 + i32::from(other.exponent)));
        let magnitudes = sizes.then_with(|| {
            // Of equal size, so after padding both have the same number of digits, at most 34.
            let width = digits(a).max(digits(b));
            (a * 10u128.pow(width - digits(a))).cmp(&(b * 10u128.pow(width - digits(b))))
        });
        if self.is_negative() { magnitudes.reverse() } else { magnitudes }
    }
}

/// Plain digits, with an exponent only beyond 34 places either way.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.coefficient.unsigned_abs().to_string();
        let exponent = i32::from(self.exponent);
        let point = text.len() as i32 + exponent;
        if self.is_negative() {
            f.write_str("-")?;
        }
        if !(-33..=40).contains(&point) {
            let (first, rest) = text.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{dot}{rest}E{:+}", point - 1);
        }
        match usize::try_from(point) {
            Ok(point) if point > 0 && point < text.len() => write!(f, "{}.{}", &text[..point], &text[point..]),
            Ok(point) if point >= text.len() => write!(f, "{text}{}", "0".repeat(point - text.len())),
            _ => write!(f, "0.{}{text}", "0".repeat(point.unsigned_abs() as usize)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or(Decimal::ZERO)
    }

    #[test]
    fn arithmetic_keeps_34_digits() {
        assert_eq!(d("1").div(d("3")).map(|v| v.to_string()).as_deref(), Some("0.3333333333333333333333333333333333"));
        assert_eq!(d("2").div(d("3")).map(|v| v.to_string()).as_deref(), Some("0.6666666666666666666666666666666667"));
        assert_eq!(d("0.1").add(d("0.2")), Some(d("0.3")));
        assert_eq!(
            d("9999999999999999999999999999999999").mul(d("9999999999999999999999999999999999")),
            Some(d("99999999999999999999999999999999980000000000000000000000000000000001"))
        );
        assert_eq!(d("1e34").add(d("-1e-34")), Some(d("1e34")));
        assert_eq!(d("5.5").rem(d("-2")), Some(d("1.5")));
        assert_eq!(d("1e6111").mul(d("1e40")), None);
    }

    #[test]
    fn orders_and_prints_exactly() {
        assert!(d("9007199254740993") > d("9007199254740992"));
        assert!(d("-1.5") < d("-1.49") && d("1e-20") > d("0") && d("10") == d("1e1"));
        for (text, shown) in [("100", "100"), ("1.50", "1.5"), ("-.05", "-0.05"), ("0", "0"), ("12e3", "12000"), ("1e-40", "1E-40")] {
            assert_eq!(d(text).to_string(), shown);
        }
        assert_eq!((d("2.5").round(0), d("-2.5").round(0), d("-2.5").floor(), d("2.1").ceil()), (d("3"), d("-3"), d("-3"), d("3")));
        assert_eq!(Decimal::from_bits(d("-1.5e-30").to_bits()), d("-1.5e-30"));
    }
}
