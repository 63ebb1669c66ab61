//! Operands as typed lanes: an array or one value for all rows, so that constants are never materialised.

use arrow::array::{Array, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::kernels::arity;
use arrow::datatypes::{Float64Type, Int64Type};

use crate::plan::Operand;
use crate::value::{Type, Value};

/// An operand of one native type.
pub enum Lane<T: ArrowPrimitiveType> {
    Array(PrimitiveArray<T>),
    One(T::Native),
    Null,
}

impl<T: ArrowPrimitiveType> Lane<T> {
    pub fn value(&self, row: usize) -> T::Native {
        match self {
            Lane::Array(array) => array.value(row),
            Lane::One(value) => *value,
            Lane::Null => T::Native::default(),
        }
    }

    /// Which rows are not null; `None` when all are.
    pub fn validity(&self, rows: usize) -> Option<NullBuffer> {
        match self {
            Lane::Array(array) => array.nulls().cloned(),
            Lane::One(_) => None,
            Lane::Null => Some(NullBuffer::new_null(rows)),
        }
    }
}

/// Integers, or the ticks of datetimes and timespans.
pub fn longs(operand: &Operand) -> Option<Lane<Int64Type>> {
    Some(match operand {
        Operand::Column(column) => match column.ty() {
            Type::Long | Type::DateTime | Type::TimeSpan => Lane::Array(column.longs().clone()),
            Type::Int => Lane::Array(column.ints().unary(i64::from)),
            _ => return None,
        },
        Operand::Constant(value, ty) => match value {
            Value::Null if ty.is_integer() || matches!(ty, Type::DateTime | Type::TimeSpan) => Lane::Null,
            Value::DateTime(v) => Lane::One(v.ticks()),
            Value::TimeSpan(v) => Lane::One(v.ticks()),
            other => Lane::One(other.as_i64()?),
        },
    })
}

/// Integers and reals as reals.
pub fn reals(operand: &Operand) -> Option<Lane<Float64Type>> {
    Some(match operand {
        Operand::Column(column) => match column.ty() {
            Type::Real => Lane::Array(column.reals().clone()),
            Type::Long => Lane::Array(column.longs().unary(|v| v as f64)),
            Type::Int => Lane::Array(column.ints().unary(f64::from)),
            _ => return None,
        },
        Operand::Constant(Value::Null, ty) if ty.is_numeric() => Lane::Null,
        Operand::Constant(Value::Decimal(_), _) => return None,
        Operand::Constant(value, _) => Lane::One(value.as_f64()?),
    })
}

/// `f` of every pair; null where either side is.
pub fn zip<T, R>(left: &Lane<T>, right: &Lane<T>, rows: usize, f: impl Fn(T::Native, T::Native) -> R::Native) -> PrimitiveArray<R>
where
    T: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    match (left, right) {
        (Lane::Array(a), Lane::Array(b)) => arity::binary(a, b, f).unwrap_or_else(|_| PrimitiveArray::new_null(rows)),
        (Lane::Array(a), Lane::One(b)) => a.unary(|a| f(a, *b)),
        (Lane::One(a), Lane::Array(b)) => b.unary(|b| f(*a, b)),
        (Lane::One(a), Lane::One(b)) => PrimitiveArray::from_value(f(*a, *b), rows),
        _ => PrimitiveArray::new_null(rows),
    }
}

/// The same for a function that may have no result.
pub fn zip_checked<T, R>(
    left: &Lane<T>,
    right: &Lane<T>,
    rows: usize,
    f: impl Fn(T::Native, T::Native) -> Option<R::Native>,
) -> PrimitiveArray<R>
where
    T: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let valid = NullBuffer::union(left.validity(rows).as_ref(), right.validity(rows).as_ref());
    let is_valid = |row| valid.as_ref().is_none_or(|valid: &NullBuffer| valid.is_valid(row));
    (0..rows).map(|row| if is_valid(row) { f(left.value(row), right.value(row)) } else { None }).collect()
}

/// A condition on every pair; null where either side is.
pub fn test<T: ArrowPrimitiveType>(left: &Lane<T>, right: &Lane<T>, rows: usize, f: impl Fn(T::Native, T::Native) -> bool) -> BooleanArray {
    let bits = match (left, right) {
        (Lane::Array(a), Lane::One(b)) => {
            let values = a.values();
            BooleanBuffer::collect_bool(rows, |row| f(values[row], *b))
        }
        (Lane::Array(a), Lane::Array(b)) => {
            let (a, b) = (a.values(), b.values());
            BooleanBuffer::collect_bool(rows, |row| f(a[row], b[row]))
        }
        _ => BooleanBuffer::collect_bool(rows, |row| f(left.value(row), right.value(row))),
    };
    BooleanArray::new(bits, NullBuffer::union(left.validity(rows).as_ref(), right.validity(rows).as_ref()))
}

/// Kusto's equality out of the bits of a comparison: two nulls are null, a null and a value are unequal.
pub fn settle_equality(bits: BooleanBuffer, left: Option<NullBuffer>, right: Option<NullBuffer>, negated: bool) -> BooleanArray {
    let mut equal = bits;
    for valid in [&left, &right].into_iter().flatten() {
        equal = &equal & valid.inner();
    }
    let known = match (left, right) {
        (Some(left), Some(right)) => Some(NullBuffer::new(left.inner() | right.inner())),
        _ => None,
    };
    BooleanArray::new(if negated { !&equal } else { equal }, known)
}
