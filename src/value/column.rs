//! A column: a KQL type and the arrow array that carries it.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, StringViewArray, UInt32Array,
};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};

use super::{ColumnBuilder, DateTime, Decimal, Dynamic, Guid, TimeSpan, Type, Value};

/// A column of one KQL type. The arrays are: bool `Boolean`; int `Int32`; long `Int64`; real `Float64`; datetime and timespan
/// `Int64` ticks; string `Utf8View` without nulls; dynamic `Utf8View` of JSON text; decimal and guid `FixedSizeBinary(16)`.
#[derive(Clone, Debug)]
pub struct Column {
    ty: Type,
    array: ArrayRef,
}

impl Column {
    /// Panics in debug builds when the array is not of the type's kind.
    pub fn new(ty: Type, array: ArrayRef) -> Column {
        debug_assert_eq!(*array.data_type(), Column::data_type(ty), "a {ty} column");
        Column { ty, array }
    }

    pub fn data_type(ty: Type) -> DataType {
        match ty {
            Type::Bool => DataType::Boolean,
            Type::Int => DataType::Int32,
            Type::Long | Type::DateTime | Type::TimeSpan => DataType::Int64,
            Type::Real => DataType::Float64,
            Type::String | Type::Dynamic => DataType::Utf8View,
            Type::Decimal | Type::Guid => DataType::FixedSizeBinary(16),
        }
    }

    /// `rows` times the same value, which must be null or of type `ty`.
    pub fn constant(ty: Type, value: &Value<'_>, rows: usize) -> Column {
        let mut one = ColumnBuilder::new(ty, 1);
        one.push(value.clone());
        let one = one.finish();
        if rows == 1 {
            return one;
        }
        one.take(&UInt32Array::from(vec![0u32; rows]))
    }

    /// So many nulls; of strings empty ones.
    pub fn nulls(ty: Type, rows: usize) -> Column {
        let array: ArrayRef = match ty {
            Type::String => Arc::new(StringViewArray::new(vec![0; rows].into(), Vec::new(), None)),
            _ => arrow::array::new_null_array(&Column::data_type(ty), rows),
        };
        Column { ty, array }
    }

    pub fn from_values<'a>(ty: Type, values: impl IntoIterator<Item = Value<'a>>) -> Column {
        let mut builder = ColumnBuilder::new(ty, 0);
        for value in values {
            builder.push(value);
        }
        builder.finish()
    }

    pub fn ty(&self) -> Type {
        self.ty
    }

    pub fn len(&self) -> usize {
        self.array.len()
    }

    pub fn is_empty(&self) -> bool {
        self.array.is_empty()
    }

    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    pub fn is_null(&self, row: usize) -> bool {
        self.array.is_null(row)
    }

    /// The value in a row, borrowed where it is text.
    pub fn value(&self, row: usize) -> Value<'_> {
        if self.array.is_null(row) {
            return if self.ty == Type::String { Value::String(Cow::Borrowed("")) } else { Value::Null };
        }
        match self.ty {
            Type::Bool => Value::Bool(self.bools().value(row)),
            Type::Int => Value::Int(self.ints().value(row)),
            Type::Long => Value::Long(self.longs().value(row)),
            Type::Real => Value::Real(self.reals().value(row)),
            Type::Decimal => Value::Decimal(Decimal::from_bits(self.bits(row))),
            Type::DateTime => DateTime::from_ticks(self.longs().value(row)).map_or(Value::Null, Value::DateTime),
            Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(self.longs().value(row))),
            Type::String => Value::String(Cow::Borrowed(self.strings().value(row))),
            Type::Guid => Value::Guid(Guid(self.bits(row))),
            Type::Dynamic => Value::Dynamic(Dynamic::from_text(self.strings().value(row))),
        }
    }

    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.len()).map(|row| self.value(row))
    }

    pub fn bools(&self) -> &BooleanArray {
        self.array.as_boolean()
    }

    pub fn ints(&self) -> &Int32Array {
        self.array.as_primitive::<Int32Type>()
    }

    /// Longs, or the ticks of datetimes and timespans.
    pub fn longs(&self) -> &Int64Array {
        self.array.as_primitive::<Int64Type>()
    }

    pub fn reals(&self) -> &Float64Array {
        self.array.as_primitive::<Float64Type>()
    }

    /// Strings, or the text of dynamics.
    pub fn strings(&self) -> &StringViewArray {
        self.array.as_string_view()
    }

    /// The 16 bytes of decimals and guids.
    pub fn fixed(&self) -> &FixedSizeBinaryArray {
        self.array.as_fixed_size_binary()
    }

    fn bits(&self, row: usize) -> u128 {
        u128::from_be_bytes(self.fixed().value(row).try_into().unwrap_or_default())
    }

    /// The rows at the given indices, in that order.
    pub fn take(&self, indices: &UInt32Array) -> Column {
        let array = arrow::compute::take(&self.array, indices, None).unwrap_or_else(|_| self.array.slice(0, 0));
        Column { ty: self.ty, array }
    }

    /// The rows where `mask` is true (null counts as false).
    pub fn filter(&self, mask: &BooleanArray) -> Column {
        let array = arrow::compute::filter(&self.array, mask).unwrap_or_else(|_| self.array.slice(0, 0));
        Column { ty: self.ty, array }
    }

    pub fn slice(&self, offset: usize, length: usize) -> Column {
        Column { ty: self.ty, array: self.array.slice(offset, length) }
    }

    /// Columns of one type end to end.
    pub fn concat(ty: Type, parts: &[&Column]) -> Column {
        if parts.is_empty() {
            return ColumnBuilder::new(ty, 0).finish();
        }
        let arrays: Vec<&dyn Array> = parts.iter().map(|c| c.array.as_ref()).collect();
        match arrow::compute::concat(&arrays) {
            Ok(array) => Column { ty, array },
            Err(_) => Column::from_values(ty, parts.iter().flat_map(|c| c.values())),
        }
    }

    /// A row for each pair of a column's index and a row of it; the columns are of one type.
    pub fn interleave(ty: Type, columns: &[&Column], places: &[(usize, usize)]) -> Column {
        let arrays: Vec<&dyn Array> = columns.iter().map(|c| c.array.as_ref()).collect();
        match arrow::compute::interleave(&arrays, places) {
            Ok(array) => Column { ty, array },
            Err(_) => Column::from_values(ty, places.iter().map(|(column, row)| columns[*column].value(*row))),
        }
    }

    /// The same values with text copied into buffers of its own, so that the chunk it came from can be freed.
    pub fn compact(&self) -> Column {
        match self.ty {
            Type::String | Type::Dynamic => Column { ty: self.ty, array: Arc::new(self.strings().gc()) },
            _ => self.clone(),
        }
    }

    /// Bytes of memory that the column holds.
    pub fn memory(&self) -> usize {
        self.array.get_array_memory_size()
    }
}
