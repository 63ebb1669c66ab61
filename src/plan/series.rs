//! The rows of `range`: values in equal steps, made when they are asked for.

use crate::value::{Batch, Column, DateTime, Decimal, TimeSpan, Type, Value};

/// Values in equal steps. There may be more of them than memory holds.
#[derive(Clone, Debug)]
pub struct Series {
    pub ty: Type,
    pub rows: usize,
    from: Value<'static>,
    step: Value<'static>,
}

impl Series {
    /// The values from `from` on that do not go beyond `to`; none where one of the three is null. They are of one type, but that
    /// datetimes go by timespans.
    pub fn new(ty: Type, from: Value<'static>, to: &Value<'static>, step: Value<'static>) -> Result<Series, String> {
        if [&from, to, &step].iter().any(|limit| limit.is_null()) {
            return Ok(Series { ty, rows: 0, from, step });
        }
        let rows = match (ticks(&from), ticks(to), ticks(&step)) {
            (Some(from), Some(to), Some(step)) => whole(from, to, step)?,
            _ => parts(span(&from, to, &step).ok_or("the limits of the range have different types")?)?,
        };
        Ok(Series { ty, rows, from, step })
    }

    /// So many rows (at most) from place `at` on.
    pub fn batch(&self, at: usize, rows: usize) -> Batch {
        let end = self.rows.min(at.saturating_add(rows));
        let column = Column::from_values(self.ty, (at..end).map(|place| self.value(place)));
        let rows = column.len();
        Batch::new(vec![column], rows)
    }

    fn value(&self, place: usize) -> Value<'static> {
        if let (Some(from), Some(step)) = (ticks(&self.from), ticks(&self.step)) {
            let value = from.wrapping_add(step.wrapping_mul(place as i64));
            return match self.ty {
                Type::Int => i32::try_from(value).map_or(Value::Null, Value::Int),
                Type::DateTime => DateTime::from_ticks(value).map_or(Value::Null, Value::DateTime),
                Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(value)),
                _ => Value::Long(value),
            };
        }
        match (&self.from, &self.step) {
            (Value::Real(from), Value::Real(step)) => Value::Real(from + place as f64 * step),
            (Value::Decimal(from), Value::Decimal(step)) => {
                step.mul(Decimal::new(place as i128, 0)).and_then(|way| from.add(way)).map_or(Value::Null, Value::Decimal)
            }
            _ => Value::Null,
        }
    }
}

/// What counts in whole units.
fn ticks(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::DateTime(time) => Some(time.ticks()),
        Value::TimeSpan(span) => Some(span.ticks()),
        Value::Int(_) | Value::Long(_) => value.as_i64(),
        _ => None,
    }
}

fn whole(from: i64, to: i64, step: i64) -> Result<usize, String> {
    if step == 0 {
        return Err("the step of a range cannot be 0".to_owned());
    }
    let span = i128::from(to) - i128::from(from);
    let beyond = span != 0 && (span < 0) != (step < 0);
    Ok(if beyond { 0 } else { usize::try_from(span / i128::from(step) + 1).unwrap_or(usize::MAX) })
}

/// How many steps there are, with a fraction.
fn span(from: &Value<'_>, to: &Value<'_>, step: &Value<'_>) -> Option<f64> {
    match (from, to, step) {
        (Value::Real(from), Value::Real(to), Value::Real(step)) => Some((to - from) / step),
        (Value::Decimal(from), Value::Decimal(to), Value::Decimal(step)) => {
            Some(to.sub(*from).and_then(|way| way.div(*step)).map_or(f64::NAN, |steps| steps.to_f64()))
        }
        _ => None,
    }
}

fn parts(steps: f64) -> Result<usize, String> {
    match steps {
        steps if !steps.is_finite() => Err("the range has no end".to_owned()),
        steps if steps < 0.0 => Ok(0),
        // What the arithmetic of reals lost at the end is no reason to lose the last value.
        steps => Ok((steps + 1e-9).floor() as usize + 1),
    }
}
