//! `in` and its variants: whether a value is one of some items.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use hashbrown::HashTable;

use crate::plan::{Arguments, ColumnFunction, Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value, encode_value};

use super::compare::{Op, compare_values};
use super::fold;
use super::text::test_text;

/// A set with the hasher of the hot path.
type Set<T> = HashSet<T, ahash::RandomState>;

/// The items that a list of values stands for; an array stands for its elements.
fn items<'v>(values: &'v [Value<'_>]) -> Vec<Value<'v>> {
    let mut out = Vec::with_capacity(values.len());
    for value in values {
        match value.as_dynamic().and_then(|d| d.elements()) {
            Some(elements) => out.extend(elements),
            None => out.push(value.clone()),
        }
    }
    out
}

/// A set of constant items, made for the type of the values that will be looked up.
enum Items {
    Text(Set<Box<str>>),
    FoldedText(HashTable<Box<str>>),
    Longs(Set<i64>),
    Keys(Set<Vec<u8>>),
}

impl Items {
    fn new(values: &[Value<'_>], ty: Type, case_sensitive: bool) -> Items {
        let items = items(values);
        if !case_sensitive {
            let mut table = HashTable::with_capacity(items.len());
            for item in &items {
                let text = item.to_text();
                table.insert_unique(fold::hash(&text), Box::from(&*text), |t| fold::hash(t));
            }
            return Items::FoldedText(table);
        }
        match ty {
            // Against strings a dynamic counts as its text.
            Type::String | Type::Dynamic if ty == Type::String || items.iter().all(is_text) => {
                Items::Text(items.iter().map(|i| Box::from(&*i.to_text())).collect())
            }
            Type::DateTime | Type::TimeSpan => Items::Longs(items.into_iter().filter_map(|i| ticks(&i.convert(ty))).collect()),
            Type::Int | Type::Long if items.iter().all(is_whole) => {
                Items::Longs(items.into_iter().filter_map(|i| i.convert(Type::Long).as_i64()).collect())
            }
            _ => Items::Keys(items.into_iter().filter_map(|i| key(&i, Some(ty))).collect()),
        }
    }

    fn column(&self, operand: &Operand, rows: usize, negated: bool) -> Column {
        let bits = match (self, operand) {
            (Items::Text(set), _) => return test_text(operand, rows, |text| set.contains(text) != negated),
            (Items::FoldedText(table), _) => {
                return test_text(operand, rows, |text| {
                    table.find(fold::hash(text), |known| fold::equal(known, text)).is_some() != negated
                });
            }
            (Items::Longs(set), Operand::Column(column)) if column.ty() != Type::Int => {
                let longs = column.longs();
                BooleanBuffer::collect_bool(rows, |row| (longs.is_valid(row) && set.contains(&longs.value(row))) != negated)
            }
            (Items::Longs(set), _) => BooleanBuffer::collect_bool(rows, |row| {
                let value = operand.value(row);
                value.as_i64().or_else(|| ticks(&value)).is_some_and(|v| set.contains(&v)) != negated
            }),
            (Items::Keys(set), _) => {
                BooleanBuffer::collect_bool(rows, |row| key(&operand.value(row), None).is_some_and(|key| set.contains(&key)) != negated)
            }
        };
        Column::new(Type::Bool, Arc::new(BooleanArray::new(bits, None)))
    }
}

fn ticks(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::DateTime(v) => Some(v.ticks()),
        Value::TimeSpan(v) => Some(v.ticks()),
        _ => None,
    }
}

fn is_text(item: &Value<'_>) -> bool {
    match item.as_dynamic() {
        Some(dynamic) => matches!(dynamic.scalar_ref(), Some(Value::String(_))),
        None => matches!(item, Value::String(_)),
    }
}

/// Whether an item is a whole number, also inside a dynamic or a string.
fn is_whole(item: &Value<'_>) -> bool {
    match item.as_dynamic().and_then(|d| d.scalar_ref()) {
        Some(scalar) => !matches!(scalar, Value::Real(_) | Value::Decimal(_)),
        None => !matches!(item, Value::Real(_) | Value::Decimal(_)),
    }
}

/// The key of a scalar, the same for equal numbers of all types. A string item becomes a guid, a bool … where `wanted` is one.
/// `None` for null, arrays, bags and NaN, which equal nothing.
fn key(value: &Value<'_>, wanted: Option<Type>) -> Option<Vec<u8>> {
    let scalar = match value.as_dynamic() {
        Some(dynamic) => dynamic.scalar_ref()?,
        None => value.clone(),
    };
    let scalar = match (&scalar, wanted) {
        (Value::String(_), Some(ty)) if !matches!(ty, Type::Dynamic | Type::String) => scalar.convert(ty),
        (Value::Bool(v), Some(ty)) if ty.is_numeric() => Value::Long(i64::from(*v)),
        _ => scalar,
    };
    let number = match &scalar {
        Value::Null => return None,
        Value::Real(v) if v.is_nan() => return None,
        // A real beyond the decimals' range keeps its own key.
        Value::Int(_) | Value::Long(_) | Value::Real(_) => scalar.as_decimal().map(Value::Decimal),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(20);
    encode_value(&number.unwrap_or(scalar), &mut bytes);
    Some(bytes)
}

fn prepare(arguments: &Arguments, case_sensitive: bool, negated: bool) -> Result<ColumnFunction, String> {
    let constants: Option<Vec<Value<'static>>> = arguments.constants.iter().skip(1).cloned().collect();
    if let Some(constants) = constants {
        let ty = arguments.types.first().copied().unwrap_or(Type::Dynamic);
        let set = Items::new(&constants, ty, case_sensitive);
        return Ok(Box::new(move |operands, rows| set.column(&operands[0], rows, negated)));
    }
    Ok(Box::new(move |operands, rows| {
        let test = |row| {
            let value = operands[0].value(row);
            let row_values: Vec<Value<'_>> = operands[1..].iter().map(|o| o.value(row)).collect();
            let same = |item: &Value<'_>| match case_sensitive {
                true => compare_values(Op::Equal, &value, item).unwrap_or(false),
                false => fold::equal(&value.to_text(), &item.to_text()),
            };
            items(&row_values).iter().any(same) != negated
        };
        Column::new(Type::Bool, Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(rows, test), None)))
    }))
}

const BASE: Function = Function {
    category: "Scalar operators",
    signatures: &["(value:scalar, items:scalar, ...) -> bool"],
    nulls: Nulls::Pass,
    ..Function::NEW
};

pub static IN: Function = Function {
    name: "in",
    summary: "Whether the value equals one of some items; an array stands for its elements.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, true, false)),
    examples: &[("3 in (1, 2, 3)", "True"), ("'a' in (dynamic(['A', 'b']))", "False"), ("2 in (1.5, 2.0)", "True")],
    ..BASE
};

pub static NOT_IN: Function = Function {
    name: "!in",
    summary: "Whether the value equals none of some items.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, true, true)),
    examples: &[("'a' !in ('A', 'b')", "True")],
    ..BASE
};

pub static IN_TILDE: Function = Function {
    name: "in~",
    summary: "Whether the text equals one of some texts, ignoring case.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, false, false)),
    examples: &[("'HELLO' in~ ('hello', 'world')", "True")],
    ..BASE
};

pub static NOT_IN_TILDE: Function = Function {
    name: "!in~",
    summary: "Whether the text equals none of some texts, ignoring case.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, false, true)),
    examples: &[("'HELLO' !in~ ('hello', 'world')", "False")],
    ..BASE
};

#[cfg(test)]
mod tests {
    use super::*;

    /// For each value whether it is among the items.
    fn found(ty: Type, values: &[Value<'static>], items: &[Value<'static>]) -> Vec<bool> {
        let operand = Operand::Column(Column::from_values(ty, values.iter().cloned()));
        let set = Items::new(items, ty, true).column(&operand, values.len(), false);
        set.bools().iter().map(|hit| hit.unwrap_or(false)).collect()
    }

    #[test]
    fn items_meet_the_type_of_the_value() {
        let longs = [Value::Long(1), Value::Null, Value::Long(5)];
        assert_eq!(found(Type::Long, &longs, &[Value::Int(1), Value::dynamic("[5, \"x\"]")]), [true, false, true]);
        assert_eq!(found(Type::Long, &longs, &[Value::Real(1.0), Value::Real(5.5)]), [true, false, false]);
        assert_eq!(found(Type::Real, &[Value::Real(2.0), Value::Real(f64::NAN)], &[Value::Long(2), Value::Real(f64::NAN)]), [true, false]);
        let dynamics = [Value::dynamic("\"a\""), Value::dynamic("5"), Value::dynamic("[\"a\"]"), Value::Null];
        assert_eq!(found(Type::Dynamic, &dynamics, &[Value::string("a"), Value::string("5")]), [true, true, false, false]);
        assert_eq!(found(Type::Dynamic, &dynamics, &[Value::string("a"), Value::Long(5)]), [true, true, false, false]);
        let guid = "0123456789abcdef0123456789abcdef";
        assert_eq!(found(Type::Guid, &[Value::string(guid).convert(Type::Guid)], &[Value::string(guid.to_uppercase())]), [true]);
    }
}
