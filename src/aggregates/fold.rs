//! Accumulators over one or two columns of numbers, read straight from the arrays.

use std::any::Any;
use std::ops::Range;

use arrow::array::Array;

use crate::plan::Accumulator;
use crate::value::{Column, ColumnBuilder, Decimal, Type, Value};

/// A kind of number that columns can be read as.
pub trait Item: Copy + 'static {
    /// Visits the rows that are not null.
    fn each(column: &Column, visit: impl FnMut(usize, Self));
}

impl Item for i64 {
    fn each(column: &Column, mut visit: impl FnMut(usize, i64)) {
        match column.ty() {
            Type::Int => each_valid(column, column.ints().values(), |row, v| visit(row, i64::from(v))),
            Type::Long | Type::DateTime | Type::TimeSpan => each_valid(column, column.longs().values(), visit),
            _ => {}
        }
    }
}

impl Item for f64 {
    fn each(column: &Column, mut visit: impl FnMut(usize, f64)) {
        match column.ty() {
            Type::Real => each_valid(column, column.reals().values(), visit),
            Type::Decimal => Decimal::each(column, |row, v| visit(row, v.to_f64())),
            _ => i64::each(column, |row, v| visit(row, v as f64)),
        }
    }
}

impl Item for Decimal {
    fn each(column: &Column, mut visit: impl FnMut(usize, Decimal)) {
        for (row, value) in column.values().enumerate() {
            if let Value::Decimal(v) = value {
                visit(row, v);
            }
        }
    }
}

fn each_valid<T: Copy>(column: &Column, values: &[T], mut visit: impl FnMut(usize, T)) {
    let array = column.array();
    if array.null_count() == 0 {
        values.iter().enumerate().for_each(|(row, v)| visit(row, *v));
    } else {
        values.iter().enumerate().filter(|(row, _)| array.is_valid(*row)).for_each(|(row, v)| visit(row, *v));
    }
}

/// What one group has seen.
pub trait State: Sized + Send + Sync + 'static {
    /// Adds the rows of a chunk to the states of their groups.
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]);
    /// Adds what later rows have shown.
    fn merge(&mut self, later: Self);
    fn memory(&self) -> usize {
        size_of_val(self)
    }
}

/// An accumulator of one state per group, whose results `finish` reads.
pub struct Fold<S> {
    new: Box<dyn Fn() -> S + Send + Sync>,
    states: Vec<S>,
    ty: Type,
    finish: fn(&S, Type) -> Value<'static>,
}

impl<S: State + Default> Fold<S> {
    /// `ty`: of the result; `finish` is told it.
    pub fn boxed(ty: Type, finish: fn(&S, Type) -> Value<'static>) -> Box<dyn Accumulator> {
        Fold::from_new(S::default, ty, finish)
    }
}

impl<S: State> Fold<S> {
    /// `new`: the state of an empty group.
    pub fn from_new(new: impl Fn() -> S + Send + Sync + 'static, ty: Type, finish: fn(&S, Type) -> Value<'static>) -> Box<dyn Accumulator> {
        Box::new(Fold { new: Box::new(new), states: Vec::new(), ty, finish })
    }
}

impl<S: State> Accumulator for Fold<S> {
    fn update(&mut self, arguments: &[Column], groups: &[u32], count: usize) {
        self.states.resize_with(count, &self.new);
        S::update(&mut self.states, arguments, groups);
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize) {
        self.states.resize_with(count, &self.new);
        if let Ok(other) = other.into_any().downcast::<Fold<S>>() {
            for (state, group) in other.states.into_iter().zip(groups) {
                self.states[*group as usize].merge(state);
            }
        }
    }

    fn finish(&mut self, count: usize) -> Vec<Column> {
        let columns = self.rows(0..count);
        self.states = Vec::new();
        columns
    }

    fn rows(&self, groups: Range<usize>) -> Vec<Column> {
        let empty = (self.new)();
        let mut builder = ColumnBuilder::new(self.ty, groups.len());
        for group in groups {
            builder.push((self.finish)(self.states.get(group).unwrap_or(&empty), self.ty));
        }
        vec![builder.finish()]
    }

    fn memory(&self) -> usize {
        self.states.iter().map(S::memory).sum()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
