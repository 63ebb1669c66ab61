//! An accumulator that picks one row per group: arg_max(), arg_min() and take_any().

use std::any::Any;
use std::cmp::Ordering;

use crate::plan::{Accumulator, Arguments};
use crate::value::{Column, ColumnBuilder, Type, Value};

/// Whether a later row's first argument beats the one of the row picked so far.
pub type Beats = fn(later: &Value<'_>, picked: &Value<'_>) -> bool;

/// The picked rows; all arguments come out.
struct Pick {
    beats: Beats,
    types: Vec<Type>,
    rows: Vec<Option<Vec<Value<'static>>>>,
}

const NONE: u32 = u32::MAX;

pub fn pick(arguments: &Arguments, beats: Beats) -> Box<dyn Accumulator> {
    Box::new(Pick { beats, types: arguments.types.clone(), rows: Vec::new() })
}

/// Greater or less, where any value beats null and NaN beats every number.
pub fn beats_by(order: Ordering, later: &Value<'_>, picked: &Value<'_>) -> bool {
    match (is_nan(later), is_nan(picked)) {
        (true, picked_too) => !picked_too,
        (false, true) => false,
        _ => !later.is_null() && (picked.is_null() || later.compare(picked) == order),
    }
}

fn is_nan(value: &Value<'_>) -> bool {
    matches!(value, Value::Real(v) if v.is_nan())
}

impl Pick {
    /// The row of this chunk that wins in each group, before looking at earlier chunks.
    fn winners(&self, key: &Column, groups: &[u32]) -> Vec<u32> {
        let mut winners = vec![NONE; self.rows.len()];
        for (row, group) in groups.iter().enumerate() {
            let winner = &mut winners[*group as usize];
            if *winner == NONE || (self.beats)(&key.value(row), &key.value(*winner as usize)) {
                *winner = row as u32;
            }
        }
        winners
    }

    fn wins(&self, group: usize, key: &Value<'_>) -> bool {
        self.rows[group].as_ref().and_then(|row| row.first()).is_none_or(|picked| (self.beats)(key, picked))
    }
}

impl Accumulator for Pick {
    fn update(&mut self, arguments: &[Column], groups: &[u32], count: usize) {
        self.rows.resize(count, None);
        let Some(key) = arguments.first() else { return };
        for (group, row) in self.winners(key, groups).into_iter().enumerate().filter(|(_, row)| *row != NONE) {
            let row = row as usize;
            if self.wins(group, &key.value(row)) {
                self.rows[group] = Some(arguments.iter().map(|column| column.value(row).into_owned()).collect());
            }
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize) {
        self.rows.resize(count, None);
        let Ok(other) = other.into_any().downcast::<Pick>() else { return };
        for (row, group) in other.rows.into_iter().zip(groups) {
            if let Some(row) = row
                && row.first().is_some_and(|key| self.wins(*group as usize, key))
            {
                self.rows[*group as usize] = Some(row);
            }
        }
    }

    fn finish(&mut self, count: usize) -> Vec<Column> {
        self.rows.resize(count, None);
        let mut builders: Vec<ColumnBuilder> = self.types.iter().map(|ty| ColumnBuilder::new(*ty, count)).collect();
        for row in self.rows.drain(..) {
            match row {
                Some(row) => builders.iter_mut().zip(row).for_each(|(builder, value)| builder.push(value)),
                None => builders.iter_mut().for_each(ColumnBuilder::push_null),
            }
        }
        builders.into_iter().map(ColumnBuilder::finish).collect()
    }

    fn memory(&self) -> usize {
        let text = |value: &Value<'_>| match value {
            Value::String(v) => v.len(),
            Value::Dynamic(v) => v.text().len(),
            _ => 0,
        };
        self.rows.iter().flatten().flatten().map(|value| size_of_val(value) + text(value)).sum()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
