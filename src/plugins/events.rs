//! The ground of the plugins that look at users over time: events of ids on a timeline, in groups of equal dimensions.

use std::collections::HashMap;

use arrow::array::UInt32Array;

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Expr, Relation, Transform};
use crate::value::{Batch, Column, ColumnBuilder, DateTime, TimeSpan, Type, Value, encode_value};

use super::Call;
use super::call::{apply, column, cut, failed, invalid};

/// More bins than this on one timeline are refused.
pub const MAX_BINS: i64 = 1_000_000;

/// Something that an id did.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Ticks, or the number itself.
    pub time: i64,
    pub id: u32,
}

/// The constant arguments in the order in which they are written, as ticks or numbers.
pub type Constants = [i64];

/// What one group of events comes to: rows of a time and the other columns.
pub type Compute = fn(&[Event], &Constants) -> Result<Vec<(i64, Vec<Value<'static>>)>>;

/// A plugin over events. Its result has the timeline, the dimensions, then `columns`.
pub struct EventPlugin {
    pub name: &'static str,
    /// The constant arguments after the id and the timeline.
    pub constants: &'static [&'static str],
    /// Which of them are lengths: they must be positive.
    pub lengths: &'static [usize],
    pub columns: &'static [(&'static str, Type)],
    pub compute: Compute,
}

/// The number of a point on a timeline.
pub fn position(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::DateTime(t) => Some(t.ticks()),
        Value::TimeSpan(t) => Some(t.ticks()),
        other => other.as_i64(),
    }
}

/// The point on a timeline of type `ty` with this number.
pub fn point(ty: Type, position: i64) -> Value<'static> {
    match ty {
        Type::DateTime => DateTime::from_ticks(position).map_or(Value::Null, Value::DateTime),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(position)),
        Type::Int => i32::try_from(position).map_or(Value::Null, Value::Int),
        _ => Value::Long(position),
    }
}

/// Windows by the calendar, with the numbers that stand for them among lengths, and days that reach into the next one alone.
const CALENDAR: [(&str, i64, i64); 3] = [("week", i64::MIN, 7), ("month", i64::MIN + 1, 31), ("year", i64::MIN + 2, 366)];

/// What stands for a window of this name.
fn calendar(name: &str) -> Option<i64> {
    CALENDAR.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, number, _)| *number)
}

/// Whether it is a length or stands for a window of a name.
pub fn is_window(number: i64) -> bool {
    number > 0 || CALENDAR.iter().any(|(_, known, _)| *known == number)
}

/// The start of the bin that holds `time`, where one bin starts at `origin`; by the calendar wherever that is.
pub fn bin(time: i64, origin: i64, step: i64) -> i64 {
    let start = |date: DateTime| match CALENDAR.iter().find(|(_, number, _)| *number == step)?.0 {
        "week" => date.start_of_week(),
        "month" => Some(date.start_of_month()),
        _ => Some(date.start_of_year()),
    };
    let by_calendar = DateTime::from_ticks(time).and_then(start).map(DateTime::ticks);
    by_calendar.unwrap_or_else(|| time.saturating_sub(time.saturating_sub(origin).rem_euclid(step.max(1))))
}

/// The start of the bin after the one that starts here.
pub fn next(start: i64, step: i64) -> i64 {
    match CALENDAR.iter().find(|(_, number, _)| *number == step) {
        Some((.., days)) => bin(start.saturating_add(days * TimeSpan::TICKS_PER_DAY), start, step),
        None => start.saturating_add(step),
    }
}

/// Reads a timeline and its constants: the column's type and the constants as numbers.
pub fn bind_constants(binder: &mut Binder, call: &Call<'_>, first: usize, names: &[&str], timeline: Type) -> Result<Vec<i64>> {
    let mut constants = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let expr = call.required(first + i, name)?;
        let value = binder.constant(expr)?;
        let value = match (timeline, &value) {
            (Type::DateTime, Value::String(text)) => match calendar(text).filter(|_| *name == "Window") {
                Some(window) => Value::Long(window),
                None => value.convert(Type::DateTime),
            },
            _ => value,
        };
        constants
            .push(position(&value).ok_or_else(|| invalid(expr, format!("{name}: a constant of the timeline's kind is expected here")))?);
    }
    Ok(constants)
}

/// Refuses timelines that cannot be counted exactly.
pub fn check_timeline(expr: &crate::syntax::ast::Expr, ty: Type) -> Result<()> {
    match ty {
        Type::DateTime | Type::TimeSpan | Type::Int | Type::Long => Ok(()),
        other => Err(invalid(expr, format!("a timeline is a datetime, timespan, int or long, not a {other}"))),
    }
}

impl EventPlugin {
    /// `T | evaluate name(Id, Timeline, constants …, dimensions …)`.
    pub fn bind(&self, binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
        let input = call.table(binder)?;
        let id = column(binder, &input, call.required(0, "the column of ids")?)?;
        let timeline_expr = call.required(1, "the column of the timeline")?;
        let timeline = column(binder, &input, timeline_expr)?;
        check_timeline(timeline_expr, timeline.1.ty())?;
        let constants = bind_constants(binder, &call, 2, self.constants, timeline.1.ty())?;
        for at in self.lengths {
            if !is_window(constants[*at]) {
                return Err(invalid(call.required(2 + at, "")?, format!("{} must be positive", self.constants[*at])));
            }
        }
        let mut columns = vec![id, timeline];
        for argument in call.arguments.iter().skip(2 + self.constants.len()) {
            columns.push(column(binder, &input, &argument.value)?);
        }
        Ok(self.over(binder, input, columns, constants))
    }

    /// The same from bound columns: id, timeline, dimensions.
    pub fn over(&self, binder: &mut Binder, input: Relation, columns: Vec<(String, Expr)>, constants: Vec<i64>) -> Relation {
        let shown = columns.iter().skip(1).map(|(name, expr)| (name.clone(), expr.ty()));
        let result: Vec<(String, Type)> = shown.chain(self.columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty))).collect();
        let types = self.columns.iter().map(|(_, ty)| *ty).collect();
        let input = cut(binder, input, columns);
        apply(binder, vec![input], result, OverEvents { name: self.name, constants, types, compute: self.compute })
    }
}

#[derive(Debug)]
struct OverEvents {
    name: &'static str,
    constants: Vec<i64>,
    types: Vec<Type>,
    compute: Compute,
}

impl Transform for OverEvents {
    fn name(&self) -> &str {
        self.name
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name, "it takes one table")) };
        let groups = read(batch);
        let mut rows: Vec<(i64, u32, Vec<Value<'static>>)> = Vec::new();
        for group in &groups {
            rows.extend((self.compute)(&group.events, &self.constants)?.into_iter().map(|(time, values)| (time, group.row, values)));
        }
        rows.sort_by_key(|(time, row, _)| (*time, *row));
        Ok(assemble(batch, 1, rows, &self.types))
    }
}

/// The result's columns: the timeline (column `timeline` of the batch), the dimensions after it, then values of `types`.
pub fn assemble(batch: &Batch, timeline: usize, rows: Vec<(i64, u32, Vec<Value<'static>>)>, types: &[Type]) -> Batch {
    let ty = batch.columns[timeline].ty();
    let firsts = UInt32Array::from_iter_values(rows.iter().map(|(_, row, _)| *row));
    let mut columns = vec![Column::from_values(ty, rows.iter().map(|(time, ..)| point(ty, *time)))];
    columns.extend(batch.columns[timeline + 1..].iter().map(|c| c.take(&firsts)));
    let count = rows.len();
    let mut builders: Vec<ColumnBuilder> = types.iter().map(|ty| ColumnBuilder::new(*ty, count)).collect();
    for (_, _, values) in rows {
        for (builder, value) in builders.iter_mut().zip(values) {
            builder.push(value);
        }
    }
    columns.extend(builders.into_iter().map(ColumnBuilder::finish));
    Batch { columns, rows: count }
}

/// The events of equal dimensions, in order of time.
pub struct Group {
    /// A row with these dimensions.
    pub row: u32,
    pub events: Vec<Event>,
}

/// Reads id, timeline and dimensions. Events without a time are left out.
pub fn read(batch: &Batch) -> Vec<Group> {
    let mut numbers = Numbers::default();
    let mut groups: Vec<Group> = Vec::new();
    let keys = group_rows(&batch.columns[2..], batch.rows);
    for (row, group) in keys.into_iter().enumerate() {
        if group == groups.len() {
            groups.push(Group { row: row as u32, events: Vec::new() });
        }
        let Some(time) = position(&batch.columns[1].value(row)) else { continue };
        groups[group].events.push(Event { time, id: numbers.of(&batch.columns[0].value(row)) });
    }
    groups.iter_mut().for_each(|g| g.events.sort_by_key(|e| e.time));
    groups
}

/// The number of each row's combination of values, in the order of their first rows.
pub fn group_rows(columns: &[Column], rows: usize) -> Vec<usize> {
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut key = Vec::new();
    let number = |row: usize| {
        key.clear();
        columns.iter().for_each(|c| encode_value(&c.value(row), &mut key));
        match known.get(&key) {
            Some(number) => *number,
            None => {
                let number = known.len();
                known.insert(key.clone(), number);
                number
            }
        }
    };
    (0..rows).map(number).collect()
}

/// Numbers for distinct values.
#[derive(Default)]
pub struct Numbers {
    known: HashMap<Vec<u8>, u32>,
    key: Vec<u8>,
}

impl Numbers {
    pub fn of(&mut self, value: &Value<'_>) -> u32 {
        self.key.clear();
        encode_value(value, &mut self.key);
        match self.known.get(&self.key) {
            Some(number) => *number,
            None => {
                let number = self.known.len() as u32;
                self.known.insert(self.key.clone(), number);
                number
            }
        }
    }
}

/// The events from `start` to `end`, both included.
pub fn between(events: &[Event], start: i64, end: i64) -> &[Event] {
    let from = events.partition_point(|e| e.time < start);
    let to = events.partition_point(|e| e.time <= end).max(from);
    &events[from..to]
}

/// Events that are in order, bin by bin.
pub fn bins(events: &[Event], origin: i64, step: i64) -> impl Iterator<Item = (i64, &[Event])> {
    events
        .chunk_by(move |a, b| bin(a.time, origin, step) == bin(b.time, origin, step))
        .map(move |chunk| (bin(chunk[0].time, origin, step), chunk))
}

/// The distinct ids of some events.
pub fn ids(events: &[Event]) -> std::collections::HashSet<u32> {
    events.iter().map(|e| e.id).collect()
}

/// A count as a value.
pub fn count(number: usize) -> Value<'static> {
    Value::Long(number as i64)
}

/// `part / whole`, NaN for nothing of nothing.
pub fn ratio(part: usize, whole: usize) -> Value<'static> {
    Value::Real(part as f64 / whole as f64)
}
