//! Every aggregate gives the same, however its rows are cut into chunks.

use crate::plan::{Accepts, Accumulator, Aggregate, Arguments, Signature};
use crate::value::{Column, DateTime, Decimal, Guid, TimeSpan, Type, Value};

use super::all;

const ROWS: usize = 12;

/// A column with repeated values, nulls, and what is special about its type.
fn sample(ty: Type) -> Column {
    let value = |i: usize| match (ty, i % 5) {
        (Type::String, 1) => Value::string(""),
        (_, 1) => Value::Null,
        (Type::Bool, i) => Value::Bool(i % 2 == 0),
        (Type::Int, i) => Value::Int(3 - i as i32),
        (Type::Long, i) => Value::Long(if i == 4 { i64::MAX } else { i as i64 }),
        (Type::Real, i) => Value::Real([0.1, 1e300, 1e16, -0.3, 7.0][i]),
        (Type::Decimal, i) => Value::Decimal(Decimal::new(i as i128 * 10 + 1, -(i as i16))),
        (Type::DateTime, i) => DateTime::from_ticks(i as i64 * 1_000_000).map_or(Value::Null, Value::DateTime),
        (Type::TimeSpan, i) => Value::TimeSpan(TimeSpan::from_ticks(i as i64 - 2)),
        (Type::String, i) => Value::string(["a", "b\"", "c", "a"][i % 4]),
        (Type::Guid, i) => Value::Guid(Guid(i as u128)),
        (Type::Dynamic, i) => Value::dynamic(["{\"k\":1,\"l\":[1]}", "", "{\"k\":[2.5],\"m\":true}", "[1,\"x\"]", "7"][i]),
    };
    Column::from_values(ty, (0..ROWS).map(value))
}

/// Argument types and constants for each signature, one variant per type that the first parameter takes.
fn calls(aggregate: &Aggregate) -> Vec<(Arguments, Vec<Column>)> {
    let mut calls = Vec::new();
    for signature in aggregate.signatures.iter().map(|text| Signature::parse(text)) {
        for ty in Type::ALL {
            let mut types = Vec::new();
            let mut constants = Vec::new();
            for parameter in &signature.parameters {
                let (ty, constant) = match (parameter.name.as_str(), parameter.accepts) {
                    ("maxSize", _) => (Type::Long, Some(Value::Long(4))),
                    ("percentile", _) => (Type::Long, Some(Value::Long(60))),
                    ("percentiles", _) => (Type::Dynamic, Some(Value::dynamic("[10,60]"))),
                    ("accuracy", _) => (Type::Long, Some(Value::Long(0))),
                    ("weight", _) => (Type::Int, None),
                    (_, Accepts::Exactly(exact)) => (exact, None),
                    (_, Accepts::Array | Accepts::Bag) => (Type::Dynamic, None),
                    (_, Accepts::Summable) if !ty.is_summable() => (Type::Long, None),
                    (_, Accepts::Integer) if !ty.is_integer() => (Type::Int, None),
                    (_, Accepts::NotDynamic) if ty == Type::Dynamic => (Type::Guid, None),
                    _ => (ty, None),
                };
                types.push(ty);
                constants.push(constant);
            }
            let columns = types.iter().zip(&constants).map(|(ty, constant)| match constant {
                Some(value) => Column::constant(*ty, value, ROWS),
                None => sample(*ty),
            });
            let columns = columns.collect();
            calls.push((Arguments { types, constants }, columns));
        }
    }
    calls
}

fn text(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{:?}", column.values().collect::<Vec<_>>())).collect::<Vec<_>>().join(" | ")
}

fn feed(accumulator: &mut dyn Accumulator, columns: &[Column], groups: &[u32], from: usize, to: usize) {
    let part: Vec<Column> = columns.iter().map(|column| column.slice(from, to - from)).collect();
    accumulator.update(&part, &groups[from..to], 3);
}

#[test]
fn results_do_not_depend_on_chunks() {
    // The last of three groups stays empty.
    let groups: Vec<u32> = (0..ROWS as u32).map(|row| row * 7 / 3 % 2).collect();
    for aggregate in all().filter(|a| a.filtered.is_none()) {
        for (arguments, columns) in calls(aggregate) {
            let Ok(mut whole) = (aggregate.make)(&arguments) else { continue };
            feed(whole.as_mut(), &columns, &groups, 0, ROWS);
            let pieces = [text(&whole.rows(0..1)), text(&whole.rows(1..3))];
            let results = whole.finish(3);
            let expected = text(&results);
            let slices =
                [(0, 1), (1, 2)].map(|(from, rows)| text(&results.iter().map(|column| column.slice(from, rows)).collect::<Vec<_>>()));
            assert_eq!(pieces, slices, "{aggregate:?} of {:?} in pieces", arguments.types);
            for size in 1..=3 {
                let Ok(mut merged) = (aggregate.make)(&arguments) else { continue };
                for from in (0..ROWS).step_by(size) {
                    let Ok(mut chunk) = (aggregate.make)(&arguments) else { continue };
                    feed(chunk.as_mut(), &columns, &groups, from, (from + size).min(ROWS));
                    merged.merge(chunk, &[0, 1, 2], 3);
                }
                assert_eq!(text(&merged.finish(3)), expected, "{aggregate:?} of {:?} in chunks of {size}", arguments.types);
            }
        }
    }
}

#[test]
fn filtered_forms_have_a_base_and_a_predicate() {
    for aggregate in all() {
        if let Some(base) = aggregate.filtered {
            assert!(super::find(base).is_some_and(|b| b.filtered.is_none()), "{aggregate:?}");
            for signature in aggregate.signatures {
                assert!(Signature::parse(signature).parameters.iter().any(|p| p.name == "predicate"), "{aggregate:?}");
            }
        }
    }
}
