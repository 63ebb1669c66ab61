//! Bytes that stand for values as keys: of groups, of joins, of sets. Equal values have equal bytes and only they.

use arrow::array::Array;

use super::{Column, Type, Value};

/// Appends the key of one value. Null is a key of its own, as is NaN; -0.0 is 0.0; int and long agree.
pub fn encode_value(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(v) => out.extend([1, u8::from(*v)]),
        Value::Int(v) => integer(i64::from(*v), out),
        Value::Long(v) => integer(*v, out),
        Value::Real(v) => real(*v, out),
        Value::Decimal(v) => wide(4, v.to_bits(), out),
        Value::DateTime(v) => integer(v.ticks(), out),
        Value::TimeSpan(v) => integer(v.ticks(), out),
        Value::Guid(v) => wide(4, v.0, out),
        Value::String(v) => text(v, out),
        Value::Dynamic(v) => text(&v.display(), out),
    }
}

fn integer(value: i64, out: &mut Vec<u8>) {
    out.push(2);
    out.extend(value.to_ne_bytes());
}

fn real(value: f64, out: &mut Vec<u8>) {
    let value = if value.is_nan() {
        f64::NAN
    } else if value == 0.0 {
        0.0
    } else {
        value
    };
    out.push(3);
    out.extend(value.to_bits().to_ne_bytes());
}

fn wide(tag: u8, bits: u128, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend(bits.to_ne_bytes());
}

fn text(text: &str, out: &mut Vec<u8>) {
    out.push(5);
    out.extend((text.len() as u64).to_ne_bytes());
    out.extend(text.as_bytes());
}

/// The keys of all rows of columns end to end: `(bytes, ends)`, where row `i` is `bytes[ends[i - 1]..ends[i]]`.
pub fn encode_rows(columns: &[Column], rows: usize) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = Vec::with_capacity(rows * columns.len() * 12);
    let mut ends = Vec::with_capacity(rows);
    for row in 0..rows {
        for column in columns {
            encode_cell(column, row, &mut bytes);
        }
        ends.push(bytes.len());
    }
    (bytes, ends)
}

/// Like `encode_value` of the cell, without the detour for the common types.
fn encode_cell(column: &Column, row: usize, out: &mut Vec<u8>) {
    match column.ty() {
        Type::String => text(column.strings().value(row), out),
        _ if column.array().is_null(row) => out.push(0),
        Type::Long | Type::DateTime | Type::TimeSpan => integer(column.longs().value(row), out),
        Type::Int => integer(i64::from(column.ints().value(row)), out),
        _ => encode_value(&column.value(row), out),
    }
}
