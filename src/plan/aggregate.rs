//! The shape of an aggregate's entry, and of the state behind it: partial per chunk, merge, finish.

use std::any::Any;
use std::fmt;
use std::ops::Range;

use crate::value::{Column, ColumnBuilder, Type, Value};

use super::{Arguments, Example};

/// An aggregate function. The executor makes one accumulator per chunk, merges them in input order, and finishes the last.
/// The result must not depend on where the chunks are cut.
pub struct Aggregate {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub category: &'static str,
    /// As in `Function`; the result `Custom` is given by `returns`.
    pub signatures: &'static [&'static str],
    pub summary: &'static str,
    /// What the default name of the result starts with: `count_`, `dcount_X` (`dcount`), `set_X` (`set`).
    pub prefix: &'static str,
    /// The types of the result's columns where the signature says `Custom`.
    pub returns: Option<AggregateReturns>,
    /// Of an `…if` form, which has no code of its own: the name of the aggregate that it filters. The binder takes the argument of
    /// the parameter named `predicate` out (it need not be the last) and makes it the call's filter.
    pub filtered: Option<&'static str>,
    pub make: fn(&Arguments) -> Result<Box<dyn Accumulator>, String>,
    /// Whole queries and their results; run as tests.
    pub examples: &'static [Example],
    pub differs: &'static str,
}

impl Aggregate {
    /// For `..Aggregate::NEW` in constants.
    pub const NEW: Aggregate = Aggregate {
        name: "",
        aliases: &[],
        category: "",
        signatures: &[],
        summary: "",
        prefix: "",
        returns: None,
        filtered: None,
        make: |_| Err("it has no implementation".to_owned()),
        examples: &[],
        differs: "",
    };
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The types of an aggregate's result columns from those of its arguments.
pub type AggregateReturns = fn(&[Type]) -> Vec<Type>;

/// The state of one aggregate for all groups of a `summarize`.
pub trait Accumulator: Send + Sync {
    /// Adds rows: row `i` belongs to group `groups[i]`; there are `count` groups so far.
    fn update(&mut self, arguments: &[Column], groups: &[u32], count: usize);
    /// Takes over the state of a later chunk, made by the same `make`: its group `g` is group `groups[g]` here, of `count`.
    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize);
    /// The result's columns, a row per group. The states are gone then.
    fn finish(&mut self, count: usize) -> Vec<Column>;
    /// The rows of some of the groups; the states stay.
    fn rows(&self, groups: Range<usize>) -> Vec<Column>;
    /// Bytes held, about.
    fn memory(&self) -> usize;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The state of one group, for aggregates that need no speed beyond this.
pub trait GroupState: Send + Sync + 'static {
    /// Adds one row. Nulls come as `Value::Null`.
    fn update(&mut self, arguments: &[Value<'_>]);
    /// Adds the state of later rows.
    fn merge(&mut self, later: Self);
    /// One value per result column.
    fn finish(&self) -> Vec<Value<'static>>;
    fn memory(&self) -> usize {
        size_of_val(self)
    }
}

/// An accumulator made of one `GroupState` per group.
pub struct PerGroup<S> {
    new: Box<dyn Fn() -> S + Send + Sync>,
    types: Vec<Type>,
    states: Vec<S>,
}

impl<S: GroupState> PerGroup<S> {
    /// `types`: of the result's columns. `new`: the state of an empty group.
    pub fn boxed(types: Vec<Type>, new: impl Fn() -> S + Send + Sync + 'static) -> Box<dyn Accumulator> {
        Box::new(PerGroup { new: Box::new(new), types, states: Vec::new() })
    }

    fn grow(&mut self, count: usize) {
        while self.states.len() < count {
            self.states.push((self.new)());
        }
    }

    fn columns(&self, count: usize, rows: impl Iterator<Item = Vec<Value<'static>>>) -> Vec<Column> {
        let mut builders: Vec<ColumnBuilder> = self.types.iter().map(|ty| ColumnBuilder::new(*ty, count)).collect();
        for row in rows {
            for (builder, value) in builders.iter_mut().zip(row) {
                builder.push(value);
            }
        }
        builders.into_iter().map(ColumnBuilder::finish).collect()
    }
}

impl<S: GroupState> Accumulator for PerGroup<S> {
    fn update(&mut self, arguments: &[Column], groups: &[u32], count: usize) {
        self.grow(count);
        let mut row_values = Vec::with_capacity(arguments.len());
        for (row, group) in groups.iter().enumerate() {
            row_values.clear();
            row_values.extend(arguments.iter().map(|a| a.value(row)));
            self.states[*group as usize].update(&row_values);
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize) {
        self.grow(count);
        if let Ok(other) = other.into_any().downcast::<PerGroup<S>>() {
            for (state, group) in other.states.into_iter().zip(groups) {
                self.states[*group as usize].merge(state);
            }
        }
    }

    fn finish(&mut self, count: usize) -> Vec<Column> {
        self.grow(count);
        let states = std::mem::take(&mut self.states);
        self.columns(count, states.into_iter().map(|state| state.finish()))
    }

    fn rows(&self, groups: Range<usize>) -> Vec<Column> {
        let empty = (self.new)();
        self.columns(groups.len(), groups.map(|group| self.states.get(group).unwrap_or(&empty).finish()))
    }

    fn memory(&self) -> usize {
        self.states.iter().map(GroupState::memory).sum()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
