//! `Unnest`: a row per element of dynamic arrays and bags (`mv-expand`).

use arrow::array::UInt32Array;

use crate::diagnostic::Result;
use crate::plan::{Context, Unnest, UnnestKind};
use crate::value::{Batch, Column, ColumnBuilder, Json, Type, Value};

use super::expression::{Compiled, Layout};
use super::pipeline::Step;

/// Expands columns side by side: the longest decides the number of rows, shorter ones are filled with nulls.
/// Its batch is the input's columns, then the expanded ones, then the index where wanted.
pub struct UnnestStep {
    sources: Vec<(Compiled, Type)>,
    kind: UnnestKind,
    limit: usize,
    with_index: bool,
}

impl UnnestStep {
    pub fn new(
        columns: &[Unnest],
        kind: UnnestKind,
        limit: Option<usize>,
        with_index: bool,
        layout: &Layout,
        context: &Context,
    ) -> Result<UnnestStep> {
        let sources = columns.iter().map(|c| Ok((Compiled::new(&c.source, layout, context)?, c.ty))).collect::<Result<_>>()?;
        Ok(UnnestStep { sources, kind, limit: limit.unwrap_or(usize::MAX), with_index })
    }
}

impl Step for UnnestStep {
    fn apply(&self, batch: Batch) -> Result<Batch> {
        let columns: Vec<Column> = self.sources.iter().map(|(source, _)| source.column(&batch)).collect();
        let mut builders: Vec<ColumnBuilder> = self.sources.iter().map(|(_, ty)| ColumnBuilder::new(*ty, batch.rows)).collect();
        let mut index = ColumnBuilder::new(Type::Long, batch.rows);
        let mut rows = Vec::new();
        for row in 0..batch.rows {
            let values: Vec<Value<'_>> = columns.iter().map(|c| c.value(row)).collect();
            let expanded: Vec<Vec<Value<'_>>> = values.iter().map(|v| elements(v, self.kind)).collect();
            let count = expanded.iter().map(Vec::len).max().unwrap_or(0).min(self.limit);
            rows.extend(std::iter::repeat_n(row as u32, count));
            for ((builder, items), (_, ty)) in builders.iter_mut().zip(expanded).zip(&self.sources) {
                let mut items = items.into_iter();
                for _ in 0..count {
                    let item = items.next().unwrap_or(Value::Null);
                    builder.push(typed(item, *ty));
                }
            }
            (0..count).for_each(|i| index.push(Value::Long(i as i64)));
        }
        let mut result = batch.take(&UInt32Array::from(rows));
        result.columns.extend(builders.into_iter().map(ColumnBuilder::finish));
        if self.with_index {
            result.columns.push(index.finish());
        }
        Ok(result)
    }
}

/// An element under `to typeof(…)`: numbers become numbers, and a bool where they are whole; texts become datetimes and guids;
/// anything becomes a text. No other value converts, a text to a number neither.
fn typed(item: Value<'_>, ty: Type) -> Value<'_> {
    if matches!(ty, Type::Dynamic | Type::String) {
        return if ty == Type::Dynamic { item } else { item.convert(ty) };
    }
    let scalar = match item {
        Value::Dynamic(dynamic) => dynamic.into_scalar().unwrap_or(Value::Null),
        scalar => scalar,
    };
    let converts = match &scalar {
        Value::Int(_) | Value::Long(_) => matches!(ty, Type::Int | Type::Long | Type::Real | Type::Bool),
        Value::Real(_) => matches!(ty, Type::Int | Type::Long | Type::Real),
        Value::Decimal(_) => matches!(ty, Type::Int | Type::Long | Type::Real | Type::Decimal),
        Value::String(_) => matches!(ty, Type::DateTime | Type::Guid),
        other => other.ty() == Some(ty),
    };
    if converts { scalar.convert(ty) } else { Value::Null }
}

/// What a value expands to: an array's elements, a bag's properties, a scalar itself, nothing for an empty array.
/// A null keeps its row, with a null.
fn elements<'v>(value: &'v Value<'_>, kind: UnnestKind) -> Vec<Value<'v>> {
    let Value::Dynamic(dynamic) = value else { return vec![value.clone()] };
    if let Some(items) = dynamic.elements() {
        return items;
    }
    if !dynamic.is_bag() {
        return vec![value.clone()];
    }
    let Json::Object(members) = dynamic.json() else { return vec![value.clone()] };
    let property = |(key, value)| match kind {
        UnnestKind::Bag => Json::Object(vec![(key, value)]).into_dynamic(),
        UnnestKind::Array => Json::Array(vec![Json::String(key), value]).into_dynamic(),
    };
    members.into_iter().map(property).collect()
}
