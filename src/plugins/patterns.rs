//! Frequent combinations of values: what `basket`, `autocluster` and `diffpatterns` stand on.
//!
//! Columns are numbered values; a pattern says one value for some of the columns. Only closed patterns are given: those that no
//! further value could join without losing rows.

use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::value::{Batch, Column, ColumnBuilder, Type, Value};

use super::call::failed;
use super::events::Numbers;

/// A value of a column: (column, number of the value).
pub type Item = (usize, u32);

/// More patterns than this are refused.
const MAX_PATTERNS: usize = 100_000;

/// The rows of a table as numbered values with weights.
pub struct Table {
    /// Per column and row: the number of the value.
    pub columns: Vec<Vec<u32>>,
    /// Per column and value: a row that has it.
    samples: Vec<Vec<u32>>,
    pub weights: Vec<i64>,
}

/// A pattern with the rows that have it.
pub struct Pattern {
    pub items: Vec<Item>,
    pub rows: Vec<u32>,
}

impl Table {
    /// `skipped` columns take no part.
    pub fn new(batch: &Batch, weight: Option<usize>, skipped: &[usize]) -> Table {
        let mut columns = Vec::new();
        let mut samples = Vec::new();
        for (at, column) in batch.columns.iter().enumerate() {
            let mut numbers = Numbers::default();
            let mut sample: Vec<u32> = Vec::new();
            let mut numbered = Vec::with_capacity(batch.rows);
            for row in 0..if skipped.contains(&at) || Some(at) == weight { 0 } else { batch.rows } {
                let number = numbers.of(&column.value(row));
                if number as usize == sample.len() {
                    sample.push(row as u32);
                }
                numbered.push(number);
            }
            columns.push(numbered);
            samples.push(sample);
        }
        let weight = |row: usize| weight.map_or(1, |w| batch.columns[w].value(row).as_f64().map_or(0, |v| v as i64));
        Table { columns, samples, weights: (0..batch.rows).map(weight).collect() }
    }

    pub fn weight(&self, rows: &[u32]) -> i64 {
        rows.iter().map(|row| self.weights[*row as usize]).sum()
    }

    /// The closed patterns of up to `dimensions` values for which `enough` holds of their rows; it must hold of fewer rows only
    /// if it holds of more.
    pub fn frequent(&self, plugin: &str, dimensions: usize, enough: &dyn Fn(&[u32]) -> bool) -> Result<Vec<Pattern>> {
        let mut found: Vec<Pattern> = Vec::new();
        let all: Vec<u32> = (0..self.weights.len() as u32).collect();
        let mut open: Vec<(Vec<Item>, Vec<u32>, usize)> = vec![(Vec::new(), all, 0)];
        while let Some((items, rows, from)) = open.pop() {
            if items.len() < dimensions {
                for column in from..self.columns.len() {
                    for (value, rows) in self.split(column, &rows) {
                        if enough(&rows) {
                            open.push((items.iter().copied().chain([(column, value)]).collect(), rows, column + 1));
                        }
                    }
                }
            }
            if !items.is_empty() && (items.len() >= dimensions || self.is_closed(&items, &rows)) {
                found.push(Pattern { items, rows });
            }
            if found.len() + open.len() > MAX_PATTERNS {
                return Err(failed(plugin, format!("more than {MAX_PATTERNS} patterns: raise the threshold or keep fewer columns")));
            }
        }
        Ok(found)
    }

    /// The rows by their value in a column.
    fn split(&self, column: usize, rows: &[u32]) -> Vec<(u32, Vec<u32>)> {
        let values = &self.columns[column];
        let mut parts: HashMap<u32, Vec<u32>> = HashMap::new();
        rows.iter()
            .filter_map(|row| values.get(*row as usize).map(|v| (*v, *row)))
            .for_each(|(v, row)| parts.entry(v).or_default().push(row));
        let mut parts: Vec<(u32, Vec<u32>)> = parts.into_iter().collect();
        parts.sort_by_key(|(value, _)| *value);
        parts
    }

    fn is_closed(&self, items: &[Item], rows: &[u32]) -> bool {
        let Some(first) = rows.first() else { return true };
        let same = |values: &Vec<u32>| match values.get(*first as usize) {
            Some(value) => rows.iter().all(|row| values[*row as usize] == *value),
            None => false,
        };
        !self.columns.iter().enumerate().any(|(at, values)| !items.iter().any(|(c, _)| *c == at) && same(values))
    }

    /// A column of the result: the pattern's value, or the wildcard of the type.
    pub fn column(&self, source: &Column, at: usize, patterns: &[&Pattern], wildcard: &Value<'static>) -> Column {
        let mut builder = ColumnBuilder::new(source.ty(), patterns.len());
        for pattern in patterns {
            match pattern.items.iter().find(|(column, _)| *column == at) {
                Some((_, value)) => builder.push(source.value(self.samples[at][*value as usize] as usize)),
                None => builder.push(wildcard.clone()),
            }
        }
        builder.finish()
    }
}

/// A column of longs.
pub fn longs(values: impl Iterator<Item = i64>) -> Column {
    Column::from_values(Type::Long, values.map(Value::Long))
}

/// A column of reals.
pub fn reals(values: impl Iterator<Item = f64>) -> Column {
    Column::from_values(Type::Real, values.map(Value::Real))
}
