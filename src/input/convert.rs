//! Turns found values into column values of the wanted type.

use memchr::memchr;

use crate::plan::ScanColumn;
use crate::value::{Column, ColumnBuilder, Decimal, Guid, TimeSpan, Type, Value};

use super::account::wider;
use super::extract::{Token, opens};
use super::json::{compact, quote, skip_value, unescape};
use super::kernels::is_compact;
use super::timestamp::{self, DayOrder};

/// Writes values into a column, row after row; rows that are left out are null. `misfits` counts those that do not fit its type.
pub struct Writer {
    builder: ColumnBuilder,
    /// The rows that the column is made ready for with its first value.
    expected: usize,
    /// Rows that were written.
    rows: usize,
    scratch: String,
    /// The value is a column of its own: JSON in a string is opened.
    column: bool,
    pub misfits: u64,
    /// A type that fits these too.
    pub wider: Option<Type>,
}

impl Writer {
    /// The writer of a scan's column of about so many rows.
    pub fn new(column: &ScanColumn, expected: usize) -> Writer {
        Writer {
            builder: ColumnBuilder::new(column.ty, 0),
            expected,
            rows: 0,
            scratch: String::new(),
            column: column.steps.is_empty() && !column.column.is_empty(),
            misfits: 0,
            wider: None,
        }
    }

    /// The type that it was asked for.
    pub fn ty(&self) -> Type {
        self.builder.ty()
    }

    /// The column, of so many rows. Those without values are all one in memory, by their types.
    pub fn finish(mut self, rows: usize, nulls: &mut Vec<Column>) -> Column {
        if self.rows == 0 {
            let ty = self.builder.ty();
            if !nulls.iter().any(|column| column.ty() == ty) {
                nulls.push(Column::nulls(ty, rows));
            }
            return nulls.iter().find(|column| column.ty() == ty).cloned().unwrap_or_else(|| Column::nulls(ty, rows));
        }
        self.builder.push_nulls(rows.saturating_sub(self.rows));
        self.builder.finish()
    }

    /// Writes the value of a row, which is a later one than those before.
    pub fn push(&mut self, row: usize, token: Token<'_>, order: DayOrder) {
        if self.rows == 0 {
            self.builder = ColumnBuilder::new(self.builder.ty(), self.expected.max(row + 1));
        }
        if row > self.rows {
            self.builder.push_nulls(row - self.rows);
        }
        self.rows = row + 1;
        match token {
            Token::Absent => self.builder.push_null(),
            Token::Plain(text) => self.plain(text, order),
            Token::Number(number) => self.builder.push(Value::Long(number)),
            Token::Json(raw) => self.json(raw, order),
            Token::Clean(raw) => self.json_string(raw, false, order),
        }
    }

    fn json(&mut self, raw: &str, order: DayOrder) {
        match raw.as_bytes().first() {
            None => self.builder.push_null(),
            Some(b'n') if raw == "null" => self.builder.push_null(),
            Some(b'"') => self.json_string(raw, memchr(b'\\', raw.as_bytes()).is_some(), order),
            Some(b'{' | b'[') => self.container(raw),
            Some(_) => self.json_scalar(raw, order),
        }
    }

    fn json_string(&mut self, raw: &str, escaped: bool, order: DayOrder) {
        let content = raw.get(1..raw.len() - 1).unwrap_or("");
        if self.builder.ty() == Type::Dynamic && !(self.column && opens(content)) {
            return if escaped && !is_valid_string(raw) { self.plain_unescaped(content, order) } else { self.builder.push_text(raw) };
        }
        if !escaped {
            return self.plain(content, order);
        }
        self.plain_unescaped(content, order);
    }

    fn plain_unescaped(&mut self, content: &str, order: DayOrder) {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        unescape(content, &mut text);
        self.plain(&text, order);
        self.scratch = text;
    }

    fn container(&mut self, raw: &str) {
        match self.builder.ty() {
            Type::String | Type::Dynamic if is_compact(raw.as_bytes()) => self.builder.push_text(raw),
            Type::String | Type::Dynamic => {
                let mut text = std::mem::take(&mut self.scratch);
                text.clear();
                compact(raw, &mut text);
                self.builder.push_text(&text);
                self.scratch = text;
            }
            _ => self.misfit(Type::Dynamic),
        }
    }

    fn json_scalar(&mut self, raw: &str, order: DayOrder) {
        match self.builder.ty() {
            Type::String => self.builder.push_text(raw),
            Type::Dynamic => match serde_json::from_str::<&serde_json::value::RawValue>(raw) {
                Ok(_) => self.builder.push_text(raw),
                Err(_) => self.quoted(raw),
            },
            _ => self.plain(raw, order),
        }
    }

    fn quoted(&mut self, text: &str) {
        let mut out = String::with_capacity(text.len() + 2);
        quote(text, &mut out);
        self.builder.push_text(&out);
    }

    fn misfit(&mut self, fits: Type) {
        let ty = self.builder.ty();
        self.wider = Some(wider(self.wider.unwrap_or(ty), fits));
        self.misfits += 1;
        self.builder.push_null();
    }

    fn plain(&mut self, text: &str, order: DayOrder) {
        let ty = self.builder.ty();
        if ty == Type::String {
            return self.builder.push_text(text);
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return if ty == Type::Dynamic && !text.is_empty() { self.quoted(text) } else { self.builder.push_null() };
        }
        if ty == Type::Dynamic {
            return self.plain_dynamic(text, trimmed);
        }
        match scalar(ty, trimmed, order) {
            Some(value) => self.builder.push(value),
            None if text.parse::<f64>().is_ok() => self.misfit(Type::Real),
            None => self.misfit(Type::String),
        }
    }

    /// A cell, or the text of a string, as a dynamic: JSON arrays, objects, numbers and booleans are themselves.
    fn plain_dynamic(&mut self, text: &str, trimmed: &str) {
        if opens(trimmed) && skip_value(trimmed.as_bytes(), 0) == Some(trimmed.len()) && is_json(trimmed) {
            return self.container(trimmed);
        }
        match trimmed.as_bytes().first() {
            Some(b'0'..=b'9' | b'-' | b't' | b'f') if is_json(trimmed) => self.builder.push_text(trimmed),
            _ => self.quoted(text),
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// A string whose escapes all are JSON's (a lone surrogate is not).
fn is_valid_string(raw: &str) -> bool {
    serde_json::from_str::<std::borrow::Cow<'_, str>>(raw).is_ok()
}

fn scalar(ty: Type, text: &str, order: DayOrder) -> Option<Value<'static>> {
    Some(match ty {
        Type::Bool => Value::Bool(boolean(text)?),
        Type::Int => Value::Int(i32::try_from(integer(text)?).ok()?),
        Type::Long => Value::Long(integer(text)?),
        Type::Real => Value::Real(text.parse().ok()?),
        Type::Decimal => Value::Decimal(Decimal::parse(text)?),
        Type::DateTime => Value::DateTime(timestamp::parse(text, order)?),
        Type::TimeSpan => Value::TimeSpan(span(text)?),
        Type::Guid => Value::Guid(Guid::parse(text)?),
        Type::String | Type::Dynamic => return None,
    })
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "1" => Some(true),
        "false" | "False" | "FALSE" | "0" => Some(false),
        _ => None,
    }
}

/// An integer, also where it is written as a whole real (`3.0`, `1e3`).
fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let real: f64 = text.parse().ok()?;
        (real.fract() == 0.0 && real.abs() < 9.0e15).then_some(real as i64)
    })
}

/// `[-][d.]hh:mm:ss[.fffffff]`
fn span(text: &str) -> Option<TimeSpan> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (head, seconds) = text.rsplit_once(':')?;
    let (head, minutes) = head.rsplit_once(':')?;
    let (days, hours) = head.split_once('.').unwrap_or(("0", head));
    let seconds: f64 = seconds.parse().ok().filter(|s| (0.0..60.0).contains(s))?;
    let minutes: i64 =
        days.parse::<i64>().ok()?.checked_mul(24)?.checked_add(hours.parse().ok()?)?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
    let ticks =
        minutes.checked_mul(TimeSpan::TICKS_PER_MINUTE)?.checked_add((seconds * TimeSpan::TICKS_PER_SECOND as f64).round() as i64)?;
    Some(TimeSpan::from_ticks(sign * ticks))
}
