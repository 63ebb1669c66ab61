//! Key columns as bytes and back. Equal keys have equal bytes, and only they. Of many groups these are most of what is held, so they are
//! short: a text is its length and itself.

use arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, StringViewArray};

use crate::value::{Column, ColumnBuilder, DateTime, Decimal, Guid, TimeSpan, Type, Value};

/// A key column, ready to be written.
pub enum KeyCells<'k> {
    Bool(&'k BooleanArray),
    Int(&'k Int32Array),
    Long(&'k Int64Array),
    Real(&'k Float64Array),
    Decimal(&'k Column),
    Guid(&'k FixedSizeBinaryArray),
    String(&'k StringViewArray),
    Dynamic(&'k StringViewArray),
}

/// What stands before a value that is not null; of a bool before true.
const SOME: u8 = 1;
const NULL: u8 = 0;
const FALSE: u8 = 2;

impl KeyCells<'_> {
    pub fn of(column: &Column) -> KeyCells<'_> {
        match column.ty() {
            Type::Bool => KeyCells::Bool(column.bools()),
            Type::Int => KeyCells::Int(column.ints()),
            Type::Long | Type::DateTime | Type::TimeSpan => KeyCells::Long(column.longs()),
            Type::Real => KeyCells::Real(column.reals()),
            Type::Decimal => KeyCells::Decimal(column),
            Type::Guid => KeyCells::Guid(column.fixed()),
            Type::String => KeyCells::String(column.strings()),
            Type::Dynamic => KeyCells::Dynamic(column.strings()),
        }
    }

    /// Appends the cell of a row.
    pub fn write(&self, row: usize, key: &mut Vec<u8>) {
        match self {
            KeyCells::String(texts) => text(texts.value(row), key),
            KeyCells::Dynamic(texts) if texts.is_valid(row) => text(texts.value(row), key),
            KeyCells::Bool(array) if array.is_valid(row) => key.push(if array.value(row) { SOME } else { FALSE }),
            KeyCells::Int(array) if array.is_valid(row) => fixed(array.value(row).to_le_bytes(), key),
            KeyCells::Long(array) if array.is_valid(row) => fixed(array.value(row).to_le_bytes(), key),
            KeyCells::Real(array) if array.is_valid(row) => fixed(canonical(array.value(row)).to_le_bytes(), key),
            KeyCells::Guid(array) if array.is_valid(row) => {
                key.push(SOME);
                key.extend_from_slice(array.value(row));
            }
            KeyCells::Decimal(column) => match column.value(row) {
                Value::Decimal(value) => fixed(value.normalized().to_bits().to_le_bytes(), key),
                _ => key.push(NULL),
            },
            _ => key.push(NULL),
        }
    }
}

fn fixed<const N: usize>(bytes: [u8; N], key: &mut Vec<u8>) {
    key.push(SOME);
    key.extend(bytes);
}

/// The length plus one, seven bits a byte with the lowest first, then the text.
fn text(text: &str, key: &mut Vec<u8>) {
    let mut left = text.len() + 1;
    while left >= 0x80 {
        key.push(left as u8 | 0x80);
        left >>= 7;
    }
    key.push(left as u8);
    key.extend_from_slice(text.as_bytes());
}

/// One NaN, one zero.
fn canonical(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value + 0.0 }
}

/// Reads the next cell of a key, of the type that was written, and takes it off.
pub fn read(key: &mut &[u8], into: &mut ColumnBuilder) {
    let value = match into.ty() {
        ty @ (Type::String | Type::Dynamic) => {
            match read_text(key) {
                Some(text) => into.push_text(&String::from_utf8_lossy(text)),
                None if ty == Type::String => into.push_text(""),
                None => into.push_null(),
            }
            return;
        }
        ty => read_value(ty, key).unwrap_or(Value::Null),
    };
    into.push(value);
}

/// `None` where it is null.
fn read_value(ty: Type, key: &mut &[u8]) -> Option<Value<'static>> {
    let mark = take(key)?;
    if mark == NULL {
        return None;
    }
    Some(match ty {
        Type::Bool => Value::Bool(mark == SOME),
        Type::Int => Value::Int(i32::from_le_bytes(take_fixed(key)?)),
        Type::Long => Value::Long(i64::from_le_bytes(take_fixed(key)?)),
        Type::DateTime => Value::DateTime(DateTime::from_ticks(i64::from_le_bytes(take_fixed(key)?))?),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(i64::from_le_bytes(take_fixed(key)?))),
        Type::Real => Value::Real(f64::from_le_bytes(take_fixed(key)?)),
        Type::Decimal => Value::Decimal(Decimal::from_bits(u128::from_le_bytes(take_fixed(key)?))),
        Type::Guid => Value::Guid(Guid(u128::from_be_bytes(take_fixed(key)?))),
        Type::String | Type::Dynamic => return None,
    })
}

fn read_text<'k>(key: &mut &'k [u8]) -> Option<&'k [u8]> {
    let (mut length, mut shift) = (0, 0);
    loop {
        let byte = take(key)?;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            break;
        }
    }
    let (text, rest) = key.split_at_checked(length.checked_sub(1)?)?;
    *key = rest;
    Some(text)
}

fn take(key: &mut &[u8]) -> Option<u8> {
    let (first, rest) = key.split_first()?;
    *key = rest;
    Some(*first)
}

fn take_fixed<const N: usize>(key: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = key.split_first_chunk()?;
    *key = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(columns: &[Column]) -> Vec<Vec<u8>> {
        let cells: Vec<KeyCells<'_>> = columns.iter().map(KeyCells::of).collect();
        let key = |row| {
            let mut key = Vec::new();
            cells.iter().for_each(|cells| cells.write(row, &mut key));
            key
        };
        (0..columns[0].len()).map(key).collect()
    }

    #[test]
    fn keys_of_every_type_come_back() {
        let long = "x".repeat(20_000);
        let columns = [
            Column::from_values(Type::Bool, [Value::Bool(true), Value::Bool(false), Value::Null]),
            Column::from_values(Type::Int, [Value::Int(-1), Value::Int(0), Value::Null]),
            Column::from_values(Type::Long, [Value::Long(i64::MIN), Value::Long(0), Value::Null]),
            Column::from_values(Type::Real, [Value::Real(0.5), Value::Real(f64::INFINITY), Value::Null]),
            Column::from_values(
                Type::Decimal,
                [Value::Decimal(Decimal::parse("1.25").unwrap()), Value::Decimal(Decimal::parse("0").unwrap()), Value::Null],
            ),
            Column::from_values(Type::DateTime, [Value::DateTime(DateTime::MIN), Value::DateTime(DateTime::MIN), Value::Null]),
            Column::from_values(Type::TimeSpan, [Value::TimeSpan(TimeSpan::from_ticks(-1)), Value::Null, Value::Null]),
            Column::from_values(Type::Guid, [Value::Guid(Guid(1)), Value::Guid(Guid(u128::MAX)), Value::Null]),
            Column::from_values(Type::String, [Value::string(long.as_str()), Value::string("ä"), Value::string("")]),
            Column::from_values(Type::Dynamic, [Value::dynamic(long.as_str()), Value::dynamic("[1]"), Value::Null]),
        ];
        let mut builders: Vec<ColumnBuilder> = columns.iter().map(|column| ColumnBuilder::new(column.ty(), 3)).collect();
        for key in keys(&columns) {
            let mut key = key.as_slice();
            builders.iter_mut().for_each(|builder| read(&mut key, builder));
            assert!(key.is_empty());
        }
        for (before, after) in columns.iter().zip(builders.into_iter().map(ColumnBuilder::finish)) {
            assert_eq!(before.array(), after.array(), "{:?}", before.ty());
        }
    }

    #[test]
    fn equal_keys_have_equal_bytes_and_only_they() {
        let same = |ty, one: Value<'static>, other: Value<'static>| {
            let keys = keys(&[Column::from_values(ty, [one, other])]);
            keys[0] == keys[1]
        };
        assert!(same(Type::Real, Value::Real(0.0), Value::Real(-0.0)) && same(Type::Real, Value::Real(f64::NAN), Value::Real(-f64::NAN)));
        assert!(same(Type::Decimal, Value::Decimal(Decimal::parse("1.50").unwrap()), Value::Decimal(Decimal::parse("1.5").unwrap())));
        assert!(!same(Type::Dynamic, Value::Null, Value::dynamic("null")) && !same(Type::Long, Value::Null, Value::Long(0)));
        let texts = |texts: [&'static str; 2]| Column::from_values(Type::String, texts.map(Value::string));
        let split = keys(&[texts(["ab", "a"]), texts(["c", "bc"])]);
        assert_ne!(split[0], split[1]);
    }
}
