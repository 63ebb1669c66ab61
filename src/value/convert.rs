//! Conversions between types, as `toint()`, `tostring()`, `todatetime()` … define them. What can't be converted becomes null.

use std::borrow::Cow;

use super::{DateTime, Decimal, Dynamic, Guid, Json, TimeSpan, Type, Value, real};

impl<'a> Value<'a> {
    /// The value as another type; null (empty for string) where it does not convert.
    pub fn convert(self, ty: Type) -> Value<'a> {
        if self.ty() == Some(ty) {
            return self;
        }
        match (self, ty) {
            (Value::Null, Type::String) => Value::String(Cow::Borrowed("")),
            (Value::Null, _) => Value::Null,
            (value, Type::Dynamic) => to_dynamic(value),
            (Value::Dynamic(dynamic), Type::String) => dynamic_to_string(dynamic),
            (value, Type::String) => Value::String(Cow::Owned(value.to_text().into_owned())),
            (Value::Dynamic(dynamic), _) => match dynamic.into_scalar() {
                Some(scalar) => scalar.convert(ty),
                None => Value::Null,
            },
            (value, Type::Bool) => to_bool(&value).map_or(Value::Null, Value::Bool),
            (value, Type::Int) => to_int(&value).map_or(Value::Null, Value::Int),
            (value, Type::Long) => to_long(&value).map_or(Value::Null, Value::Long),
            (value, Type::Real) => to_real(&value).map_or(Value::Null, Value::Real),
            (value, Type::Decimal) => to_decimal(&value).map_or(Value::Null, Value::Decimal),
            (value, Type::DateTime) => to_datetime(&value).map_or(Value::Null, Value::DateTime),
            (value, Type::TimeSpan) => to_timespan(&value).map_or(Value::Null, Value::TimeSpan),
            (value, Type::Guid) => value.as_str().and_then(Guid::parse).map_or(Value::Null, Value::Guid),
        }
    }
}

fn dynamic_to_string(dynamic: Dynamic<'_>) -> Value<'_> {
    match dynamic.into_text() {
        Cow::Borrowed(text) => match Dynamic::from_text(text).into_scalar() {
            Some(Value::String(inside)) => Value::String(inside),
            _ => borrowed_text(text),
        },
        Cow::Owned(text) => Value::String(Cow::Owned(Value::dynamic(text).to_text().into_owned())),
    }
}

fn borrowed_text(text: &str) -> Value<'_> {
    match Value::dynamic(text).to_text() {
        shown if shown == text => Value::String(Cow::Borrowed(text)),
        shown => Value::String(Cow::Owned(shown.into_owned())),
    }
}

/// A string is parsed as JSON; one that is no JSON becomes a dynamic string.
fn to_dynamic(value: Value<'_>) -> Value<'_> {
    let Value::String(text) = value else {
        return Json::from_value(&value).into_dynamic();
    };
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() || trimmed == "null" {
        return Value::Null;
    }
    if serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_err() {
        return Json::String(text.into_owned()).into_dynamic();
    }
    match text {
        Cow::Borrowed(text) => Value::dynamic(text.trim_ascii()),
        Cow::Owned(text) => Value::dynamic(text.trim_ascii().to_owned()),
    }
}

fn to_bool(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Int(v) => Some(*v != 0),
        Value::Long(v) => Some(*v != 0),
        Value::Real(v) => Some(*v != 0.0),
        Value::Decimal(v) => Some(!v.is_zero()),
        Value::String(text) => match text.trim() {
            t if t.eq_ignore_ascii_case("true") => Some(true),
            t if t.eq_ignore_ascii_case("false") => Some(false),
            t => parse_long(t).map(|v| v != 0),
        },
        _ => None,
    }
}

/// What is beyond the range of int wraps; a real stops at its ends, and of text and decimals nothing is left.
fn to_int(value: &Value<'_>) -> Option<i32> {
    match value {
        Value::Real(v) => (!v.is_nan()).then_some(*v as i32),
        Value::String(_) | Value::Decimal(_) => to_long(value).and_then(|v| i32::try_from(v).ok()),
        _ => to_long(value).map(|v| v as i32),
    }
}

/// A real loses its fraction, and stops at the ends of long.
fn to_long(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Bool(v) => Some(i64::from(*v)),
        Value::Int(v) => Some(i64::from(*v)),
        Value::Long(v) => Some(*v),
        Value::Real(v) => (!v.is_nan()).then_some(*v as i64),
        Value::Decimal(v) => v.to_i64(),
        Value::DateTime(v) => Some(v.ticks()),
        Value::TimeSpan(v) => Some(v.ticks()),
        Value::String(text) => parse_long(text.trim()),
        _ => None,
    }
}

/// Decimal digits with a sign, or `0x` and hexadecimal digits.
fn parse_long(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [b'0', b'x' | b'X', rest @ ..] if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
            u64::from_str_radix(&text[2..], 16).ok().map(|v| v as i64)
        }
        _ => text.parse().ok(),
    }
}

fn to_real(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Bool(v) => Some(f64::from(u8::from(*v))),
        Value::DateTime(v) => Some(v.ticks() as f64),
        Value::TimeSpan(v) => Some(v.ticks() as f64),
        Value::String(text) => real::parse(text),
        number => number.as_f64(),
    }
}

fn to_decimal(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::String(text) => Decimal::parse(text),
        Value::Bool(_) | Value::DateTime(_) | Value::TimeSpan(_) => to_long(value).map(Decimal::from),
        number => number.as_decimal(),
    }
}

/// Numbers are ticks.
fn to_datetime(value: &Value<'_>) -> Option<DateTime> {
    match value {
        Value::String(text) => DateTime::parse(text),
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => to_long(value).and_then(DateTime::from_ticks),
        _ => None,
    }
}

/// Numbers are ticks.
fn to_timespan(value: &Value<'_>) -> Option<TimeSpan> {
    match value {
        Value::String(text) => TimeSpan::parse(text),
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => to_long(value).map(TimeSpan::from_ticks),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: Value<'_>, ty: Type) -> Option<String> {
        let converted = value.convert(ty);
        (!converted.is_null()).then(|| converted.to_text().into_owned())
    }

    #[test]
    fn converts_text_as_kusto_does() {
        let long = |text: &'static str| shown(Value::string(text), Type::Long);
        assert_eq!(long("  45  ").as_deref(), Some("45"));
        assert_eq!(long("0x1F").as_deref(), Some("31"));
        assert_eq!(long("9223372036854775808"), None);
        assert_eq!(long("3.14"), None);
        let real = |text: &'static str| shown(Value::string(text), Type::Real);
        assert_eq!(real("5.").as_deref(), Some("5.0"));
        assert_eq!(real("1e400").as_deref(), Some("inf"));
        assert_eq!(real("INF"), None);
        assert_eq!(shown(Value::string("-1"), Type::Bool).as_deref(), Some("True"));
        assert_eq!(shown(Value::string("1.0"), Type::Bool), None);
        assert_eq!(shown(Value::string("90s"), Type::TimeSpan).as_deref(), Some("00:01:30"));
        assert_eq!(shown(Value::string("1.5"), Type::TimeSpan), None);
        assert_eq!(shown(Value::string("-2"), Type::TimeSpan).as_deref(), Some("-2.00:00:00"));
        assert_eq!(shown(Value::string("9999999999"), Type::Int), None);
    }

    #[test]
    fn wraps_longs_and_bounds_reals() {
        assert_eq!(shown(Value::Long(9_999_999_999), Type::Int).as_deref(), Some("1410065407"));
        assert_eq!(shown(Value::TimeSpan(TimeSpan::from_ticks(864_000_000_000)), Type::Int).as_deref(), Some("711573504"));
        assert_eq!(shown(Value::Real(1e10), Type::Int).as_deref(), Some("2147483647"));
        assert_eq!(shown(Value::Real(-1e30), Type::Long).as_deref(), Some("-9223372036854775808"));
        assert_eq!(shown(Value::Real(f64::NAN), Type::Long), None);
    }

    #[test]
    fn unwraps_dynamics() {
        assert_eq!(shown(Value::dynamic("\"a\\nb\""), Type::String).as_deref(), Some("a\nb"));
        assert_eq!(shown(Value::dynamic("true"), Type::String).as_deref(), Some("true"));
        assert_eq!(shown(Value::dynamic("[1, 2]"), Type::String).as_deref(), Some("[1,2]"));
        assert_eq!(shown(Value::dynamic("2147483648"), Type::Int).as_deref(), Some("-2147483648"));
        assert_eq!(shown(Value::dynamic("[1]"), Type::Int), None);
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(shown(Value::string(deep.clone()), Type::Dynamic), Some(deep), "nesting is no danger");
        assert_eq!(shown(Value::string("{\"a\":\"\t\"}"), Type::Dynamic).as_deref(), Some("{\"a\":\"\t\"}"));
    }
}
