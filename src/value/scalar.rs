//! One scalar value, borrowed from a column or owned.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{DateTime, Decimal, Dynamic, Guid, TimeSpan, Type, real};

/// A scalar value. `Null` carries no type: the column or expression it stands in has it.
/// A string is never null (an absent string is empty).
#[derive(Clone, Debug)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    Decimal(Decimal),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    String(Cow<'a, str>),
    Guid(Guid),
    Dynamic(Dynamic<'a>),
}

impl<'a> Value<'a> {
    pub fn string(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        Value::String(text.into())
    }

    /// A dynamic from JSON text, which must be valid.
    pub fn dynamic(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        Value::Dynamic(Dynamic::from_text(text))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The type, or `None` for null.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Long(_) => Type::Long,
            Value::Real(_) => Type::Real,
            Value::Decimal(_) => Type::Decimal,
            Value::DateTime(_) => Type::DateTime,
            Value::TimeSpan(_) => Type::TimeSpan,
            Value::String(_) => Type::String,
            Value::Guid(_) => Type::Guid,
            Value::Dynamic(_) => Type::Dynamic,
        })
    }

    /// The same value without a copy of its text.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::String(text) => Value::String(Cow::Borrowed(text)),
            Value::Dynamic(dynamic) => Value::dynamic(dynamic.text()),
            other => other.clone(),
        }
    }

    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::String(s) => Value::String(Cow::Owned(s.into_owned())),
            Value::Dynamic(d) => Value::Dynamic(d.into_owned()),
            Value::Null => Value::Null,
            Value::Bool(v) => Value::Bool(v),
            Value::Int(v) => Value::Int(v),
            Value::Long(v) => Value::Long(v),
            Value::Real(v) => Value::Real(v),
            Value::Decimal(v) => Value::Decimal(v),
            Value::DateTime(v) => Value::DateTime(v),
            Value::TimeSpan(v) => Value::TimeSpan(v),
            Value::Guid(v) => Value::Guid(v),
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(v) => Some(*v),
            _ => None,
        }
    }

    /// Int and long as `i64`.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(v) => Some(i64::from(*v)),
            Value::Long(v) => Some(*v),
            _ => None,
        }
    }

    /// Any number as `f64`.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(v) => Some(f64::from(*v)),
            Value::Long(v) => Some(*v as f64),
            Value::Real(v) => Some(*v),
            Value::Decimal(v) => Some(v.to_f64()),
            _ => None,
        }
    }

    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Value::Int(v) => Some(Decimal::from(i64::from(*v))),
            Value::Long(v) => Some(Decimal::from(*v)),
            Value::Real(v) => Decimal::from_f64(*v),
            Value::Decimal(v) => Some(*v),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_datetime(&self) -> Option<DateTime> {
        match self {
            Value::DateTime(v) => Some(*v),
            _ => None,
        }
    }

    pub fn as_timespan(&self) -> Option<TimeSpan> {
        match self {
            Value::TimeSpan(v) => Some(*v),
            _ => None,
        }
    }

    pub fn as_dynamic(&self) -> Option<&Dynamic<'a>> {
        match self {
            Value::Dynamic(d) => Some(d),
            _ => None,
        }
    }

    /// As `tostring()` gives it. Null is empty.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Bool(v) => Cow::Borrowed(if *v { "True" } else { "False" }),
            Value::Int(v) => Cow::Owned(v.to_string()),
            Value::Long(v) => Cow::Owned(v.to_string()),
            Value::Real(v) => real::engine_text(*v),
            Value::Decimal(v) => Cow::Owned(v.to_string()),
            Value::DateTime(v) => Cow::Owned(v.to_string()),
            Value::TimeSpan(v) => Cow::Owned(v.to_string()),
            Value::Guid(v) => Cow::Owned(v.to_string()),
            Value::String(v) => Cow::Borrowed(v),
            Value::Dynamic(v) => match v.scalar_ref() {
                Some(Value::String(text)) => text,
                Some(Value::Null) => Cow::Borrowed(""),
                _ => v.shown_text(),
            },
        }
    }

    /// As a cell of a result shows it: `true`, `1` for a real without fraction, `Infinity`, a dynamic as JSON. Null is empty.
    pub fn to_cell(&self) -> Cow<'_, str> {
        match self {
            Value::Bool(v) => Cow::Borrowed(if *v { "true" } else { "false" }),
            Value::Real(v) => real::cell_text(*v),
            Value::Dynamic(v) => v.display(),
            other => other.to_text(),
        }
    }

    /// Whether `compare` is meaningful: both are numbers, or both of one type.
    pub fn is_comparable_to(&self, other: &Value<'_>) -> bool {
        match (self.ty(), other.ty()) {
            (Some(a), Some(b)) => a == b || (a.is_numeric() && b.is_numeric()),
            _ => false,
        }
    }

    /// Whether two values that are not null are the same: numbers by value whatever their type, NaN is nothing's equal.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Real(a), _) if a.is_nan() => false,
            (_, Value::Real(b)) if b.is_nan() => false,
            (Value::Dynamic(a), Value::Dynamic(b)) => a.compare(b).is_eq(),
            _ => self.is_comparable_to(other) && self.compare(other).is_eq(),
        }
    }

    /// The total order that `sort`, `min`, `max` and `top` use: null before all, NaN after null and before numbers,
    /// numbers by value whatever their type, strings by code point, dynamics by their text.
    pub fn compare(&self, other: &Value<'_>) -> Ordering {
        use Value::*;
        match (self, other) {
            (Null, Null) => Ordering::Equal,
            (Null, _) => Ordering::Less,
            (_, Null) => Ordering::Greater,
            (Bool(a), Bool(b)) => a.cmp(b),
            (DateTime(a), DateTime(b)) => a.cmp(b),
            (TimeSpan(a), TimeSpan(b)) => a.cmp(b),
            (String(a), String(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Guid(a), Guid(b)) => a.cmp(b),
            (Dynamic(a), Dynamic(b)) => a.compare(b),
            (Decimal(_), _) | (_, Decimal(_)) => match (self.as_decimal(), other.as_decimal()) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, None) => Ordering::Equal,
                (None, _) => Ordering::Less,
                (_, None) => Ordering::Greater,
            },
            (Real(a), Real(b)) => compare_f64(*a, *b),
            _ => match (self.as_i64(), other.as_i64()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => compare_f64(self.as_f64().unwrap_or(f64::NAN), other.as_f64().unwrap_or(f64::NAN)),
            },
        }
    }
}

/// Orders reals with NaN before every number.
fn compare_f64(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}
