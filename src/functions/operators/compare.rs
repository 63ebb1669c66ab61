//! The comparisons `== != < <= > >=`, and `between` on top of them.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, StringViewArray};
use arrow::buffer::BooleanBuffer;

use crate::plan::{Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

use super::lanes::{longs, reals, settle_equality, test};
use super::logic;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Op {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Op::Equal => ordering.is_eq(),
            Op::NotEqual => ordering.is_ne(),
            Op::Less => ordering.is_lt(),
            Op::LessEqual => ordering.is_le(),
            Op::Greater => ordering.is_gt(),
            Op::GreaterEqual => ordering.is_ge(),
        }
    }

    fn is_equality(self) -> bool {
        matches!(self, Op::Equal | Op::NotEqual)
    }

    /// The operation with its sides changed.
    fn mirrored(self) -> Op {
        match self {
            Op::Less => Op::Greater,
            Op::LessEqual => Op::GreaterEqual,
            Op::Greater => Op::Less,
            Op::GreaterEqual => Op::LessEqual,
            Op::Equal | Op::NotEqual => self,
        }
    }

    fn text(self, a: &str, b: &str) -> bool {
        match self {
            Op::Equal => a == b,
            Op::NotEqual => a != b,
            _ => self.holds(a.cmp(b)),
        }
    }

    fn real(self, a: f64, b: f64) -> bool {
        match self {
            Op::Equal => a == b,
            Op::NotEqual => a != b,
            Op::Less => a < b,
            Op::LessEqual => a <= b,
            Op::Greater => a > b,
            Op::GreaterEqual => a >= b,
        }
    }
}

/// `None` is null. Two nulls are neither equal nor unequal; a null and a value are unequal, and in no order.
/// A dynamic against a string counts as its text.
pub fn compare_values(op: Op, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    if let (Value::String(_), Value::Dynamic(_)) | (Value::Dynamic(_), Value::String(_)) = (left, right) {
        return Some(op.holds(left.to_text().as_bytes().cmp(right.to_text().as_bytes())));
    }
    if let (Value::String(text), Value::Null) | (Value::Null, Value::String(text)) = (left, right) {
        return op.is_equality().then_some(text.is_empty() == (op == Op::Equal));
    }
    if left.as_dynamic().is_some() || right.as_dynamic().is_some() {
        let (Some(a), Some(b)) = (unwrapped(left), unwrapped(right)) else {
            // An array or a bag is no scalar's equal.
            return op.is_equality().then_some(op == Op::NotEqual);
        };
        return compare_values(op, &a, &b);
    }
    match (left.is_null(), right.is_null()) {
        (true, true) => return None,
        (true, false) | (false, true) => return op.is_equality().then_some(op == Op::NotEqual),
        _ => {}
    }
    if left.is_comparable_to(right) {
        return Some(ordered(op, left, right));
    }
    let (a, b) = (meet(left, right), meet(right, left));
    if a.is_comparable_to(&b) { Some(ordered(op, &a, &b)) } else { op.is_equality().then_some(op == Op::NotEqual) }
}

/// Of two types, the text gives way to the other; true and false are 1 and 0.
fn meet<'a>(value: &Value<'a>, other: &Value<'_>) -> Value<'a> {
    match (value, other.ty()) {
        (Value::String(_), Some(ty)) => value.clone().convert(ty),
        (Value::Bool(v), Some(ty)) if ty.is_numeric() => Value::Long(i64::from(*v)),
        _ => value.clone(),
    }
}

fn ordered(op: Op, left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Real(_), _) | (_, Value::Real(_)) if !matches!(left, Value::Decimal(_)) && !matches!(right, Value::Decimal(_)) => {
            op.real(left.as_f64().unwrap_or(f64::NAN), right.as_f64().unwrap_or(f64::NAN))
        }
        _ => op.holds(left.compare(right)),
    }
}

/// The scalar inside a dynamic; `None` for arrays and bags.
fn unwrapped<'v>(value: &'v Value<'_>) -> Option<Value<'v>> {
    match value {
        Value::Dynamic(dynamic) => dynamic.scalar_ref(),
        other => Some(other.clone()),
    }
}

/// Whole columns.
pub fn compare(op: Op, left: &Operand, right: &Operand, rows: usize) -> BooleanArray {
    let (read_left, read_right) = (read_constant(left, right.ty()), read_constant(right, left.ty()));
    let (left, right) = (read_left.as_ref().unwrap_or(left), read_right.as_ref().unwrap_or(right));
    let fast = strings(op, left, right, rows).or_else(|| numbers(op, left, right, rows)).or_else(|| flags(op, left, right));
    fast.unwrap_or_else(|| {
        let pairs = (0..rows).map(|row| compare_values(op, &left.value(row), &right.value(row)));
        pairs.collect()
    })
}

/// A constant text as the type that it is compared with, so that it is read once only.
fn read_constant(operand: &Operand, ty: Type) -> Option<Operand> {
    match operand {
        Operand::Constant(Value::String(text), _) if !matches!(ty, Type::String | Type::Dynamic) => {
            let read = Value::String(text.clone()).convert(ty);
            (!read.is_null()).then_some(Operand::Constant(read, ty))
        }
        _ => None,
    }
}

fn strings(op: Op, left: &Operand, right: &Operand, rows: usize) -> Option<BooleanArray> {
    if left.ty() != Type::String || right.ty() != Type::String {
        return None;
    }
    let bits = match (left, right) {
        (Operand::Column(a), Operand::Column(b)) => {
            let (a, b) = (a.strings(), b.strings());
            BooleanBuffer::collect_bool(rows, |row| op.text(a.value(row), b.value(row)))
        }
        (Operand::Column(a), Operand::Constant(b, _)) => against(op, a.strings(), b.as_str().unwrap_or(""), rows),
        (Operand::Constant(a, _), Operand::Column(b)) => against(op.mirrored(), b.strings(), a.as_str().unwrap_or(""), rows),
        (Operand::Constant(a, _), Operand::Constant(b, _)) => {
            let holds = op.text(a.as_str().unwrap_or(""), b.as_str().unwrap_or(""));
            if holds { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) }
        }
    };
    Some(BooleanArray::new(bits, None))
}

/// A column of texts against one text. A view holds the length and the first bytes of its text, which decide most equalities.
fn against(op: Op, texts: &StringViewArray, wanted: &str, rows: usize) -> BooleanBuffer {
    if !op.is_equality() {
        return BooleanBuffer::collect_bool(rows, |row| op.text(texts.value(row), wanted));
    }
    let (one, views) = (StringViewArray::from_iter_values([wanted]), texts.views());
    let (view, short) = (one.views()[0], one.data_buffers().is_empty());
    let same = |row: usize| match short {
        true => views[row] == view,
        false => views[row] as u64 == view as u64 && texts.value(row) == wanted,
    };
    BooleanBuffer::collect_bool(rows, |row| same(row) == (op == Op::Equal))
}

fn numbers(op: Op, left: &Operand, right: &Operand, rows: usize) -> Option<BooleanArray> {
    let (l, r) = (left.ty(), right.ty());
    let same_ticks = l == r && matches!(l, Type::DateTime | Type::TimeSpan);
    let (compared, valid) = if same_ticks || (l.is_integer() && r.is_integer()) {
        let (a, b) = (longs(left)?, longs(right)?);
        let valid = (a.validity(rows), b.validity(rows));
        let compared = match op {
            Op::Equal | Op::NotEqual => test(&a, &b, rows, |a, b| a == b),
            Op::Less => test(&a, &b, rows, |a, b| a < b),
            Op::LessEqual => test(&a, &b, rows, |a, b| a <= b),
            Op::Greater => test(&a, &b, rows, |a, b| a > b),
            Op::GreaterEqual => test(&a, &b, rows, |a, b| a >= b),
        };
        (compared, valid)
    } else if (l == Type::Real && r.is_numeric()) || (r == Type::Real && l.is_numeric()) {
        let (a, b) = (reals(left)?, reals(right)?);
        let valid = (a.validity(rows), b.validity(rows));
        let bits = if op == Op::NotEqual { Op::Equal } else { op };
        (test(&a, &b, rows, |a, b| bits.real(a, b)), valid)
    } else {
        return None;
    };
    if op.is_equality() {
        return Some(settle_equality(compared.values().clone(), valid.0, valid.1, op == Op::NotEqual));
    }
    Some(compared)
}

/// `column == true` and its kin.
fn flags(op: Op, left: &Operand, right: &Operand) -> Option<BooleanArray> {
    let (Operand::Column(column), Operand::Constant(Value::Bool(wanted), _)) = (left, right) else { return None };
    if column.ty() != Type::Bool || !op.is_equality() {
        return None;
    }
    let array = column.bools();
    let bits = if *wanted { array.values().clone() } else { !array.values() };
    Some(settle_equality(bits, array.nulls().cloned(), None, op == Op::NotEqual))
}

fn comparison(op: Op, operands: &[Operand], rows: usize) -> Column {
    match operands {
        [left, right] => Column::new(Type::Bool, Arc::new(compare(op, left, right, rows))),
        _ => Column::nulls(Type::Bool, rows),
    }
}

/// `low <= value <= high`. A timespan as the upper bound of a datetime counts from the lower bound.
fn between(operands: &[Operand], rows: usize, negated: bool) -> Column {
    let [value, low, high] = operands else { return Column::nulls(Type::Bool, rows) };
    let moved = (value.ty() == Type::DateTime && high.ty() == Type::TimeSpan).then(|| {
        let sums = (0..rows).map(|row| match (low.value(row).convert(Type::DateTime), high.value(row)) {
            (Value::DateTime(low), Value::TimeSpan(span)) => low.checked_add(span).map_or(Value::Null, Value::DateTime),
            _ => Value::Null,
        });
        Operand::Column(Column::from_values(Type::DateTime, sums))
    });
    let above = compare(Op::GreaterEqual, value, low, rows);
    let below = compare(Op::LessEqual, value, moved.as_ref().unwrap_or(high), rows);
    let inside = logic::and(&above, &below);
    let result = if negated { BooleanArray::new(!inside.values(), inside.nulls().cloned()) } else { inside };
    Column::new(Type::Bool, Arc::new(result))
}

const BASE: Function =
    Function { category: "Scalar operators", signatures: &["(left:scalar, right:scalar) -> bool"], nulls: Nulls::Pass, ..Function::NEW };

pub static EQUAL: Function = Function {
    name: "==",
    summary: "Whether two values are equal. Two nulls give null, a null and a value false.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::Equal, operands, rows)),
    examples: &[("1 == 1.0", "True"), ("int(null) == int(null)", ""), ("int(null) == 5", "False"), ("real(nan) == real(nan)", "False")],
    ..BASE
};

pub static NOT_EQUAL: Function = Function {
    name: "!=",
    aliases: &["<>"],
    summary: "Whether two values differ. Two nulls give null, a null and a value true.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::NotEqual, operands, rows)),
    examples: &[("'a' != 'A'", "True"), ("int(null) != 5", "True")],
    ..BASE
};

pub static LESS: Function = Function {
    name: "<",
    summary: "Whether the left value is less than the right one.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::Less, operands, rows)),
    examples: &[("1 < 1.5", "True"), ("int(null) < 1", "")],
    ..BASE
};

pub static LESS_EQUAL: Function = Function {
    name: "<=",
    summary: "Whether the left value is at most the right one.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::LessEqual, operands, rows)),
    examples: &[("1d <= 24h", "True")],
    ..BASE
};

pub static GREATER: Function = Function {
    name: ">",
    summary: "Whether the left value is greater than the right one.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::Greater, operands, rows)),
    examples: &[("datetime(2020-01-02) > datetime(2020-01-01)", "True")],
    ..BASE
};

pub static GREATER_EQUAL: Function = Function {
    name: ">=",
    summary: "Whether the left value is at least the right one.",
    kernel: Kernel::Columns(|_, operands, rows| comparison(Op::GreaterEqual, operands, rows)),
    examples: &[("2 >= 3", "False")],
    ..BASE
};

pub static BETWEEN: Function = Function {
    name: "between",
    signatures: &["(value:scalar, low:scalar, high:scalar) -> bool"],
    summary: "Whether a value lies in a range, bounds included.",
    kernel: Kernel::Columns(|_, operands, rows| between(operands, rows, false)),
    examples: &[("5 between (1 .. 5)", "True"), ("datetime(2020-01-03) between (datetime(2020-01-01) .. 1d)", "False")],
    ..BASE
};

pub static NOT_BETWEEN: Function = Function {
    name: "!between",
    signatures: &["(value:scalar, low:scalar, high:scalar) -> bool"],
    summary: "Whether a value lies outside of a range.",
    kernel: Kernel::Columns(|_, operands, rows| between(operands, rows, true)),
    examples: &[("6 !between (1 .. 5)", "True")],
    ..BASE
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{DateTime, Decimal, TimeSpan};

    fn samples() -> Vec<(Type, Vec<Value<'static>>)> {
        let moments = [DateTime::from_ticks(5), DateTime::from_ticks(6)].into_iter().flatten();
        let spans = [5, 6].map(|ticks| Value::TimeSpan(TimeSpan::from_ticks(ticks)));
        vec![
            (Type::Bool, vec![Value::Null, Value::Bool(true), Value::Bool(false)]),
            (Type::Int, vec![Value::Null, Value::Int(1), Value::Int(2)]),
            (Type::Long, vec![Value::Null, Value::Long(1), Value::Long(-2)]),
            (Type::Real, vec![Value::Null, Value::Real(1.0), Value::Real(f64::NAN), Value::Real(-0.0)]),
            (Type::Decimal, vec![Value::Null, Value::Decimal(Decimal::ONE)]),
            (Type::DateTime, moments.map(Value::DateTime).chain([Value::Null]).collect()),
            (Type::TimeSpan, spans.into_iter().chain([Value::Null]).collect()),
            (Type::String, vec![Value::string("a"), Value::string(""), Value::string("1")]),
            (Type::Dynamic, vec![Value::Null, Value::dynamic("1"), Value::dynamic("\"a\""), Value::dynamic("[]")]),
        ]
    }

    #[test]
    fn columns_and_constants_agree_with_single_values() {
        let ops = [Op::Equal, Op::NotEqual, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual];
        for (left_type, left_values) in samples() {
            for (right_type, right_values) in samples() {
                let pairs: Vec<_> = left_values.iter().flat_map(|l| right_values.iter().map(move |r| (l.clone(), r.clone()))).collect();
                let left = Operand::Column(Column::from_values(left_type, pairs.iter().map(|p| p.0.clone())));
                let right = Operand::Column(Column::from_values(right_type, pairs.iter().map(|p| p.1.clone())));
                for op in ops {
                    let expected: Vec<Option<bool>> = pairs.iter().map(|(l, r)| compare_values(op, l, r)).collect();
                    let actual: Vec<Option<bool>> = compare(op, &left, &right, pairs.len()).iter().collect();
                    assert_eq!(actual, expected, "{left_type} {right_type}");
                    for (at, (l, r)) in pairs.iter().enumerate() {
                        let (l, r) = (Operand::Constant(l.clone(), left_type), Operand::Constant(r.clone(), right_type));
                        let rows = compare(op, &left, &r, pairs.len());
                        assert_eq!(rows.iter().nth(at), Some(expected[at]), "{left_type} against a constant {r:?}");
                        assert_eq!(compare(op, &l, &right, pairs.len()).iter().nth(at), Some(expected[at]));
                        assert_eq!(compare(op, &l, &r, 1).iter().next(), Some(expected[at]));
                    }
                }
            }
        }
    }
}
