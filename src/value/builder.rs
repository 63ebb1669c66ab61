//! Builds a column value by value.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder};

use super::{Column, Type, Value, text_bound};

/// Grows a column of one type. A value of another type is stored as null (as text for string): converting is the caller's work.
pub struct ColumnBuilder {
    ty: Type,
    inner: Inner,
}

enum Inner {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Text(StringViewBuilder),
    Fixed(FixedSizeBinaryBuilder),
}

impl ColumnBuilder {
    pub fn new(ty: Type, capacity: usize) -> ColumnBuilder {
        let inner = match ty {
            Type::Bool => Inner::Bool(BooleanBuilder::with_capacity(capacity)),
            Type::Int => Inner::Int(Int32Builder::with_capacity(capacity)),
            Type::Long | Type::DateTime | Type::TimeSpan => Inner::Long(Int64Builder::with_capacity(capacity)),
            Type::Real => Inner::Real(Float64Builder::with_capacity(capacity)),
            Type::String | Type::Dynamic => Inner::Text(StringViewBuilder::with_capacity(capacity)),
            Type::Decimal | Type::Guid => Inner::Fixed(FixedSizeBinaryBuilder::with_capacity(capacity, 16)),
        };
        ColumnBuilder { ty, inner }
    }

    pub fn ty(&self) -> Type {
        self.ty
    }

    pub fn push(&mut self, value: Value<'_>) {
        match (&mut self.inner, value) {
            (Inner::Bool(b), Value::Bool(v)) => b.append_value(v),
            (Inner::Int(b), Value::Int(v)) => b.append_value(v),
            (Inner::Long(b), Value::Long(v)) => b.append_value(v),
            (Inner::Long(b), Value::Int(v)) => b.append_value(i64::from(v)),
            (Inner::Long(b), Value::DateTime(v)) => b.append_value(v.ticks()),
            (Inner::Long(b), Value::TimeSpan(v)) => b.append_value(v.ticks()),
            (Inner::Real(b), Value::Real(v)) => b.append_value(v),
            (Inner::Text(b), Value::String(v)) if self.ty == Type::String => Self::text(b, &v),
            (Inner::Text(b), Value::Dynamic(v)) if self.ty == Type::Dynamic => Self::text(b, v.text()),
            (Inner::Fixed(b), Value::Decimal(v)) => Self::fixed(b, v.to_bits()),
            (Inner::Fixed(b), Value::Guid(v)) => Self::fixed(b, v.0),
            _ => self.push_null(),
        }
    }

    /// Appends a string, or the JSON text of a dynamic, without going through `Value`.
    pub fn push_text(&mut self, text: &str) {
        match &mut self.inner {
            Inner::Text(b) => Self::text(b, text),
            _ => self.push_null(),
        }
    }

    pub fn push_null(&mut self) {
        match &mut self.inner {
            Inner::Bool(b) => b.append_null(),
            Inner::Int(b) => b.append_null(),
            Inner::Long(b) => b.append_null(),
            Inner::Real(b) => b.append_null(),
            Inner::Text(b) if self.ty == Type::String => b.append_value(""),
            Inner::Text(b) => b.append_null(),
            Inner::Fixed(b) => b.append_null(),
        }
    }

    /// Every text of a column that is built passes here: a longer one would end the process.
    fn text(builder: &mut StringViewBuilder, text: &str) {
        text_bound::check(text.len());
        builder.append_value(text);
    }

    pub fn push_nulls(&mut self, count: usize) {
        match &mut self.inner {
            Inner::Bool(b) => b.append_nulls(count),
            Inner::Int(b) => b.append_nulls(count),
            Inner::Long(b) => b.append_nulls(count),
            Inner::Real(b) => b.append_nulls(count),
            // An empty text fits; that many of it too.
            Inner::Text(b) if self.ty == Type::String => drop(b.try_append_value_n("", count)),
            Inner::Text(b) => (0..count).for_each(|_| b.append_null()),
            Inner::Fixed(b) => b.append_nulls(count),
        }
    }

    fn fixed(builder: &mut FixedSizeBinaryBuilder, bits: u128) {
        // The width is 16 by construction, so appending 16 bytes cannot fail.
        let _ = builder.append_value(bits.to_be_bytes());
    }

    pub fn finish(mut self) -> Column {
        let array: ArrayRef = match &mut self.inner {
            Inner::Bool(b) => Arc::new(b.finish()),
            Inner::Int(b) => Arc::new(b.finish()),
            Inner::Long(b) => Arc::new(b.finish()),
            Inner::Real(b) => Arc::new(b.finish()),
            Inner::Text(b) => Arc::new(b.finish()),
            Inner::Fixed(b) => Arc::new(b.finish()),
        };
        Column::new(self.ty, array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_no_column_can_hold_unwinds_by_name() {
        let text = String::from_utf8(vec![0; text_bound::LONGEST + 1]).unwrap();
        for ty in [Type::String, Type::Dynamic] {
            let refused = std::panic::catch_unwind(|| ColumnBuilder::new(ty, 1).push_text(&text));
            assert!(refused.is_err_and(|payload| payload.is::<text_bound::TextTooLong>()));
        }
    }
}
