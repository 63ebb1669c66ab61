//! Aggregates over all rows of a group at once, from their definitions.

use std::cmp::Ordering;

use kalypso::value::{DateTime, Decimal, Json, TimeSpan, Type, Value};

use super::tables::Cells;

/// `rows`: the arguments of each row that counts.
pub fn aggregate(name: &str, types: &[Type], rows: &[Cells]) -> Result<Vec<Value<'static>>, String> {
    let ty = types.first().copied().unwrap_or(Type::Long);
    let firsts: Vec<&Value<'static>> = rows.iter().filter_map(|row| row.first()).filter(|v| !v.is_null()).collect();
    let one = match name {
        "count" => Value::Long(rows.len() as i64),
        "sum" => sum(ty, &firsts),
        "avg" => average(ty, &firsts),
        "min" => extreme(Ordering::Less, &firsts),
        "max" => extreme(Ordering::Greater, &firsts),
        // Up to some thousands of values the estimate is exact.
        "dcount" | "count_distinct" => Value::Long(distinct(&firsts).len() as i64),
        "make_list" => list(ty, rows, false),
        "make_set" => list(ty, rows, true),
        "variance" => Value::Real(variance(&firsts)),
        "stdev" => Value::Real(variance(&firsts).sqrt()),
        "percentile" => percentile(&firsts, rows),
        "arg_max" => return Ok(best(Ordering::Greater, rows, types.len())),
        "arg_min" => return Ok(best(Ordering::Less, rows, types.len())),
        "take_any" if types.len() == 1 => {
            let blank = |v: &Value<'_>| v.is_null() || v.as_str() == Some("");
            rows.iter().map(|row| &row[0]).find(|v| !blank(v)).cloned().unwrap_or(Value::Null)
        }
        "take_any" => return Ok(rows.first().cloned().unwrap_or_else(|| vec![Value::Null; types.len()])),
        other => return Err(format!("the oracle has no {other}()")),
    };
    Ok(vec![one])
}

fn sum(ty: Type, values: &[&Value<'static>]) -> Value<'static> {
    match ty {
        Type::Real => Value::Real(sum_of_reals(values.iter().filter_map(|v| v.as_f64()).collect())),
        Type::Decimal => values.iter().try_fold(Decimal::from(0), |sum, v| sum.add(v.as_decimal()?)).map_or(Value::Null, Value::Decimal),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::from_ticks(ticks(values).iter().fold(0, |sum, t| sum.wrapping_add(*t)))),
        _ => Value::Long(values.iter().filter_map(|v| v.as_i64()).fold(0, i64::wrapping_add)),
    }
}

/// Rounded once: each pass moves what the sum of two neighbours lost to the left, until nothing is lost any more.
fn sum_of_reals(mut values: Vec<f64>) -> f64 {
    let passes = if values.iter().all(|value| value.is_finite()) { values.len() } else { 0 };
    for _ in 0..passes {
        for right in 1..values.len() {
            let (a, b) = (values[right - 1], values[right]);
            let sum = a + b;
            let of_b = sum - a;
            (values[right - 1], values[right]) = ((a - (sum - of_b)) + (b - of_b), sum);
        }
    }
    values.iter().sum::<f64>() + 0.0
}

fn ticks(values: &[&Value<'static>]) -> Vec<i64> {
    let ticks = |v: &&Value<'static>| v.as_timespan().map(TimeSpan::ticks).or_else(|| v.as_datetime().map(DateTime::ticks));
    values.iter().filter_map(ticks).collect()
}

fn average(ty: Type, values: &[&Value<'static>]) -> Value<'static> {
    let count = values.len() as i64;
    match (ty, sum(ty, values)) {
        (Type::DateTime, _) if count > 0 => {
            let sum: i128 = ticks(values).iter().map(|t| i128::from(*t)).sum();
            DateTime::from_ticks((sum as f64 / count as f64) as i64).map_or(Value::Null, Value::DateTime)
        }
        (Type::TimeSpan, Value::TimeSpan(sum)) if count > 0 => Value::TimeSpan(TimeSpan::from_ticks(sum.ticks() / count)),
        (Type::DateTime | Type::TimeSpan, _) => Value::Null,
        (_, Value::Decimal(sum)) => sum.div(Decimal::from(count)).map_or(Value::Null, Value::Decimal),
        (_, sum) => Value::Real(sum.as_f64().unwrap_or(f64::NAN) / count as f64),
    }
}

fn is_nan(value: &Value<'_>) -> bool {
    matches!(value, Value::Real(v) if v.is_nan())
}

/// Whether `later` is a better extreme: NaN beats every number.
fn beats(order: Ordering, later: &Value<'_>, best: &Value<'_>) -> bool {
    match (is_nan(later), is_nan(best)) {
        (true, best) => !best,
        (false, true) => false,
        _ => later.compare(best) == order,
    }
}

fn extreme(order: Ordering, values: &[&Value<'static>]) -> Value<'static> {
    let mut best: Option<&Value<'static>> = None;
    for value in values {
        if best.is_none_or(|best| beats(order, value, best)) {
            best = Some(value);
        }
    }
    best.cloned().unwrap_or(Value::Null)
}

/// The first of the rows whose first argument is best; any value beats null.
fn best(order: Ordering, rows: &[Cells], width: usize) -> Cells {
    let mut best: Option<&Cells> = None;
    for row in rows {
        let better = match best {
            None => true,
            Some(best) if row[0].is_null() || best[0].is_null() => best[0].is_null() && !row[0].is_null(),
            Some(best) => beats(order, &row[0], &best[0]),
        };
        if better {
            best = Some(row);
        }
    }
    best.cloned().unwrap_or_else(|| vec![Value::Null; width])
}

/// Whether two values are one key: null is null's equal, NaN is NaN's, and there is one zero.
pub fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Dynamic(a), Value::Dynamic(b)) => a.display() == b.display(),
        _ => is_nan(a) && is_nan(b) || a.equals(b),
    }
}

fn distinct<'v>(values: &[&'v Value<'static>]) -> Vec<&'v Value<'static>> {
    let mut found: Vec<&Value<'static>> = Vec::new();
    for value in values {
        if !found.iter().any(|f| same(f, value)) {
            found.push(value);
        }
    }
    found
}

/// Arrays are added element by element; a dynamic null is a value like others.
fn list(ty: Type, rows: &[Cells], set: bool) -> Value<'static> {
    let mut items: Vec<Json> = Vec::new();
    for value in rows.iter().map(|row| &row[0]) {
        let added = match Json::from_value(value) {
            Json::Null if ty != Type::Dynamic => Vec::new(),
            Json::Array(elements) => elements,
            other => vec![other],
        };
        for item in added {
            if !set || !items.iter().any(|i| i.text() == item.text()) {
                items.push(item);
            }
        }
    }
    Json::Array(items).into_dynamic()
}

/// The sample's, rounded as Kusto does.
fn variance(values: &[&Value<'static>]) -> f64 {
    let numbers: Vec<f64> = values.iter().filter_map(|v| v.as_f64()).collect();
    let count = numbers.len() as f64;
    if numbers.iter().any(|n| !n.is_finite()) {
        return f64::NAN;
    }
    if numbers.len() < 2 {
        return 0.0;
    }
    let sum: f64 = numbers.iter().sum();
    let squares: f64 = numbers.iter().map(|n| n * n).sum();
    ((count * squares - sum * sum) / (count * (count - 1.0)) * 1e10).round_ties_even() / 1e10
}

/// By nearest rank; the percentage is the second argument of every row.
fn percentile(values: &[&Value<'static>], rows: &[Cells]) -> Value<'static> {
    let percent = rows.first().and_then(|row| row.get(1)).and_then(Value::as_f64).unwrap_or(0.0);
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.compare(b));
    let rank = (percent / 100.0 * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank - 1).map_or(Value::Null, |v| (*v).clone())
}
