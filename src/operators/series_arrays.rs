//! The arrays of a `make-series`: cells by key and bin become an array per key, with defaults in the gaps.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Transform;
use crate::plugins::group_rows;
use crate::value::{Batch, Column, DateTime, Json, TimeSpan, Type, Value};

/// Kusto's limit for the length of an array.
const MAX_POINTS: i64 = 1_048_576;

/// The points of all series together.
const MAX_CELLS: i64 = 200_000_000;

#[derive(Debug)]
pub struct SeriesArrays {
    /// How many columns of the input are keys; the bin and the aggregates follow.
    pub keys: usize,
    pub axis: Type,
    pub start: Option<Value<'static>>,
    pub end: Option<Value<'static>>,
    pub step: Value<'static>,
    /// The end is part of the series, and the start need not be the start of a bin.
    pub range: bool,
    pub defaults: Vec<Value<'static>>,
    /// Without rows there is a series of defaults.
    pub nonempty: bool,
}

/// Where the points lie: the first, the distance, how many.
struct Grid {
    start: f64,
    ticks: i64,
    step: f64,
    step_ticks: i64,
    count: i64,
}

/// A point on an axis as a number.
pub fn number_of(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Real(v) => Some(*v),
        other => ticks_of(other).map(|v| v as f64),
    }
}

fn ticks_of(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::DateTime(v) => Some(v.ticks()),
        Value::TimeSpan(v) => Some(v.ticks()),
        other => other.as_i64(),
    }
}

impl Transform for SeriesArrays {
    fn name(&self) -> &str {
        "make-series"
    }

    fn apply(&self, mut inputs: Vec<Batch>) -> Result<Batch> {
        let Some(batch) = inputs.pop() else { return Ok(Batch::empty([])) };
        let bins = &batch.columns[self.keys];
        let grid = self.grid(bins)?;
        let mut places: Vec<Vec<Option<u32>>> = Vec::new();
        let mut firsts: Vec<u32> = Vec::new();
        for (row, group) in group_rows(&batch.columns[..self.keys], batch.rows).into_iter().enumerate() {
            if group == places.len() {
                if (places.len() as i64 + 1).saturating_mul(grid.count) > MAX_CELLS {
                    let message = "make-series: too many series of too many points";
                    return Err(Diagnostic::error(Code::RUNTIME, Default::default(), message).help("take a longer step or fewer keys"));
                }
                places.push(vec![None; grid.count as usize]);
                firsts.push(row as u32);
            }
            if let Some(place) = grid.place(&bins.value(row)).and_then(|i| places[group].get_mut(i)) {
                *place = Some(row as u32);
            }
        }
        let lonely = self.nonempty && places.is_empty() && self.keys == 0;
        if lonely {
            places.push(vec![None; grid.count as usize]);
        }
        Ok(self.assemble(&batch, &grid, &places, firsts))
    }
}

impl SeriesArrays {
    fn grid(&self, bins: &Column) -> Result<Grid> {
        let step = number_of(&self.step).unwrap_or(1.0);
        let step_ticks = ticks_of(&self.step).unwrap_or(1).max(1);
        let known = |bound: &Option<Value<'static>>| bound.clone();
        let smallest = || bins.values().filter(|v| !v.is_null()).min_by(|a, b| a.compare(b)).map(Value::into_owned);
        let largest = || bins.values().filter(|v| !v.is_null()).max_by(|a, b| a.compare(b)).map(Value::into_owned);
        let mut start = known(&self.start).or_else(smallest).unwrap_or(Value::Null);
        let closed = self.range || self.end.is_none();
        let end = known(&self.end).or_else(largest).unwrap_or(Value::Null);
        if self.range
            && let Some(ticks) = ticks_of(&start)
        {
            start = self.point(ticks - ticks.rem_euclid(step_ticks));
        }
        let (Some(first), Some(last)) = (number_of(&start), number_of(&end)) else {
            return Ok(Grid { start: 0.0, ticks: 0, step, step_ticks, count: 0 });
        };
        let ticks = ticks_of(&start).unwrap_or(0);
        let count = match ticks_of(&end).filter(|_| self.axis != Type::Real) {
            Some(last) if closed => last.saturating_sub(ticks).div_euclid(step_ticks).saturating_add(1),
            Some(last) => last.saturating_sub(ticks).saturating_add(step_ticks - 1).div_euclid(step_ticks),
            None if closed => ((last - first) / step + 1e-9).floor() as i64 + 1,
            None => ((last - first) / step - 1e-9).ceil() as i64,
        };
        if count > MAX_POINTS {
            let message = format!("make-series: {count} points are more than the {MAX_POINTS} that a series can have");
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), message).help("take a longer step or a shorter range"));
        }
        Ok(Grid { start: first, ticks, step, step_ticks, count: count.max(0) })
    }

    fn point(&self, ticks: i64) -> Value<'static> {
        match self.axis {
            Type::DateTime => DateTime::from_ticks(ticks).map_or(Value::Null, Value::DateTime),
            Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(ticks)),
            Type::Real => Value::Real(ticks as f64),
            _ => Value::Long(ticks),
        }
    }

    fn assemble(&self, batch: &Batch, grid: &Grid, places: &[Vec<Option<u32>>], firsts: Vec<u32>) -> Batch {
        let firsts = arrow::array::UInt32Array::from(firsts);
        let mut columns: Vec<Column> = batch.columns[..self.keys].iter().map(|c| c.take(&firsts)).collect();
        for (values, default) in batch.columns[self.keys + 1..].iter().zip(&self.defaults) {
            let default = Json::from_value(default);
            let array = |places: &Vec<Option<u32>>| {
                let item = |place: &Option<u32>| place.map_or_else(|| default.clone(), |row| Json::from_value(&values.value(row as usize)));
                Json::Array(places.iter().map(item).collect()).into_dynamic()
            };
            columns.push(Column::from_values(Type::Dynamic, places.iter().map(array)));
        }
        let axis = Json::Array((0..grid.count).map(|i| Json::from_value(&self.nth(grid, i))).collect()).into_dynamic();
        columns.push(Column::constant(Type::Dynamic, &axis, places.len()));
        Batch { columns, rows: places.len() }
    }

    fn nth(&self, grid: &Grid, i: i64) -> Value<'static> {
        match self.axis {
            Type::Real => Value::Real(grid.start + i as f64 * grid.step),
            _ => self.point(grid.ticks.saturating_add(i.saturating_mul(grid.step_ticks))),
        }
    }
}

impl Grid {
    fn place(&self, bin: &Value<'_>) -> Option<usize> {
        let place = match bin {
            Value::Real(v) => ((v - self.start) / self.step).round() as i64,
            other => ticks_of(other)?.checked_sub(self.ticks)?.div_euclid(self.step_ticks),
        };
        usize::try_from(place).ok()
    }
}
