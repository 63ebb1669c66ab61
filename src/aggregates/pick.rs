//! An accumulator that picks one row per group: arg_max(), arg_min() and take_any().

use std::any::Any;
use std::cmp::Ordering;
use std::ops::Range;

use arrow::array::UInt32Array;

use crate::plan::{Accumulator, Arguments};
use crate::value::{Batch, Column, Held, Type, Value};

/// Whether a later row's first argument beats the one of the row picked so far.
pub type Beats = fn(later: &Value<'_>, picked: &Value<'_>) -> bool;

/// The picked rows; all arguments come out.
struct Pick {
    beats: Beats,
    types: Vec<Type>,
    /// The picked row of each group: where it stands in which of the parts.
    picked: Vec<Option<(u32, u32)>>,
    parts: Vec<Part>,
    /// Rows in all parts; those that were beaten are dropped now and then.
    held: usize,
}

/// Some rows, and the column that decides.
struct Part {
    rows: Held,
    key: Column,
}

const NONE: u32 = u32::MAX;

pub fn pick(arguments: &Arguments, beats: Beats) -> Box<dyn Accumulator> {
    Box::new(Pick { beats, types: arguments.types.clone(), picked: Vec::new(), parts: Vec::new(), held: 0 })
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
        let mut winners = vec![NONE; self.picked.len()];
        for (row, group) in groups.iter().enumerate() {
            let winner = &mut winners[*group as usize];
            if *winner == NONE || (self.beats)(&key.value(row), &key.value(*winner as usize)) {
                *winner = row as u32;
            }
        }
        winners
    }

    fn wins(&self, group: usize, key: &Value<'_>) -> bool {
        self.picked[group].is_none_or(|(part, row)| (self.beats)(key, &self.parts[part as usize].key.value(row as usize)))
    }

    fn add(&mut self, rows: Held) {
        self.held += rows.rows();
        if let Some(key) = rows.column(0) {
            self.parts.push(Part { rows, key });
        }
    }

    /// The rows picked for some groups, in their order, column by column; nulls where there is none.
    fn picked(&self, groups: Range<usize>) -> impl Iterator<Item = Column> {
        let picked: Vec<Option<(u32, u32)>> = groups.map(|group| self.picked.get(group).copied().flatten()).collect();
        let mut wanted: Vec<Vec<u32>> = vec![Vec::new(); self.parts.len()];
        picked.iter().flatten().for_each(|(part, row)| wanted[*part as usize].push(*row));
        // Where, in what is wanted of all parts end to end, the next row of each part stands.
        let mut next = Vec::with_capacity(wanted.len());
        let mut end = 0;
        for rows in &wanted {
            next.push(end);
            end += rows.len() as u32;
        }
        let place = |picked: Option<(u32, u32)>| match picked {
            Some((part, _)) => {
                next[part as usize] += 1;
                next[part as usize] - 1
            }
            None => end,
        };
        let places: UInt32Array = picked.into_iter().map(place).collect::<Vec<u32>>().into();
        let parts = self.parts.iter().zip(wanted).filter(|(_, rows)| !rows.is_empty());
        let parts: Vec<(&Held, UInt32Array)> = parts.map(|(part, rows)| (&part.rows, rows.into())).collect();
        self.types.iter().enumerate().map(move |(at, ty)| {
            let mut columns: Vec<Column> = parts.iter().filter_map(|(held, rows)| held.take(at, rows)).collect();
            // One more row, of nulls, for groups without one.
            columns.push(Column::nulls(*ty, 1));
            Column::concat(*ty, &columns.iter().collect::<Vec<_>>()).take(&places)
        })
    }

    /// Drops the rows that were beaten once they are more than those that were not.
    fn condense(&mut self) {
        const FEW: usize = 4096;
        if self.held <= 2 * self.picked.len() + FEW {
            return;
        }
        let rows = Held::of_columns(self.picked(0..self.picked.len()), self.picked.len());
        (self.parts, self.held) = (Vec::new(), 0);
        for (group, picked) in self.picked.iter_mut().enumerate().filter(|(_, picked)| picked.is_some()) {
            *picked = Some((0, group as u32));
        }
        self.add(rows);
    }
}

impl Accumulator for Pick {
    fn update(&mut self, arguments: &[Column], groups: &[u32], count: usize) {
        self.picked.resize(count, None);
        let Some(key) = arguments.first() else { return };
        let mut won = Vec::new();
        for (group, row) in self.winners(key, groups).into_iter().enumerate().filter(|(_, row)| *row != NONE) {
            if self.wins(group, &key.value(row as usize)) {
                self.picked[group] = Some((self.parts.len() as u32, won.len() as u32));
                won.push(row);
            }
        }
        if !won.is_empty() {
            let rows = Batch { columns: arguments.to_vec(), rows: groups.len() };
            self.add(Held::of(&rows.take(&UInt32Array::from(won))));
            self.condense();
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], count: usize) {
        self.picked.resize(count, None);
        let Ok(other) = other.into_any().downcast::<Pick>() else { return };
        let first = self.parts.len() as u32;
        let Pick { picked, parts, held, .. } = *other;
        self.parts.extend(parts);
        self.held += held;
        for (picked, group) in picked.into_iter().zip(groups) {
            let Some((part, row)) = picked else { continue };
            let part = first + part;
            if self.wins(*group as usize, &self.parts[part as usize].key.value(row as usize)) {
                self.picked[*group as usize] = Some((part, row));
            }
        }
        self.condense();
    }

    fn finish(&mut self, count: usize) -> Vec<Column> {
        let columns = self.picked(0..count).collect();
        (self.picked, self.parts, self.held) = (Vec::new(), Vec::new(), 0);
        columns
    }

    fn rows(&self, groups: Range<usize>) -> Vec<Column> {
        self.picked(groups).collect()
    }

    fn memory(&self) -> usize {
        self.parts.iter().map(|part| part.rows.memory()).sum::<usize>() + size_of_val(self.picked.as_slice())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
