//! Generated queries over generated tables give the same answer in the engine and in a naive interpreter of the plan: row at a time,
//! without optimiser, chunks, vectors or threads. The engine runs each query several ways, cut into tiny chunks.
//!
//! `cargo test --test oracle` runs a few hundred queries; `KALYPSO_CASES=100000 cargo test --release --test oracle` is the nightly size, and
//! `KALYPSO_SEED=7` begins elsewhere. What fails is shrunk, and printed as a query with its tables: it then becomes a case in `tests/spec`.

mod aggregates;
mod expressions;
mod queries;
mod relations;
mod tables;
mod tape;

use kalypso::bind::Binder;
use kalypso::execute::{Bounds, Executor};
use kalypso::optimize::optimize;
use kalypso::plan::{Context, Relation};
use kalypso::syntax;
use kalypso::value::{DateTime, Type, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use queries::query;
use relations::Oracle;
use tables::{Tables, World};
use tape::Tape;

fn number(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn context() -> Context {
    Context { now: DateTime::parse("2024-06-01").unwrap(), places: None, network: false }
}

/// A query's plan as it was written, its columns first.
fn plan(text: &str, world: &World, context: &Context) -> Option<Relation> {
    let tree = syntax::parse(text).ok()?;
    Binder::new(world, context).query(&tree).ok()?.results.into_iter().next().map(|table| table.relation)
}

/// Rows as text that shows types apart.
fn shown(rows: impl Iterator<Item = Vec<Value<'static>>>, types: &[Type]) -> Vec<String> {
    let cell = |(value, ty): (Value<'static>, &Type)| match value {
        Value::Null if *ty == Type::String => "\"\"".to_owned(),
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("{text:?}"),
        value => format!("{}:{ty}", value.to_cell()),
    };
    rows.map(|row| row.into_iter().zip(types).map(cell).collect::<Vec<_>>().join(" | ")).collect()
}

/// The engine's answer.
fn engine(plan: &Relation, world: &World, context: &Context, threads: usize) -> Result<Vec<String>, String> {
    let executor = Executor { context, source: world, threads, bounds: Bounds::default() };
    let batch = executor.collect(plan).map_err(|error| error.message)?;
    let shape: Vec<Type> = plan.outputs.iter().map(|o| o.ty).collect();
    let rows = (0..batch.rows).map(|row| batch.columns.iter().map(|c| c.value(row).into_owned()).collect());
    Ok(shown(rows, &shape))
}

/// Checks one query every way. `Err` says how it differs.
fn check(text: &str, tables: &Tables) -> Result<(), String> {
    let context = context();
    let whole = World::new(tables, usize::MAX, false);
    let Some(plan) = plan(text, &whole, &context) else { return Err("it does not bind".to_owned()) };
    let types: Vec<Type> = plan.outputs.iter().map(|o| o.ty).collect();
    let expected = Oracle { world: &whole, context: &context }.rows(&plan, None).map(|rows| shown(rows.into_iter(), &types));
    let optimized = optimize(plan.clone());
    let ways = [
        ("as written, one chunk", &plan, usize::MAX, 1, false),
        ("as written, chunks of two rows, two threads", &plan, 2, 2, false),
        ("optimised, chunks of one row", &optimized, 1, 1, true),
        ("optimised, chunks of three rows, four threads", &optimized, 3, 4, true),
    ];
    for (how, plan, chunk, threads, prefilter) in ways {
        let got = engine(plan, &World::new(tables, chunk, prefilter), &context, threads);
        let same = match (&got, &expected) {
            (Ok(got), Ok(expected)) => got == expected,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !same {
            return Err(format!("{how}:\n--- oracle\n{}\n--- engine\n{}", text_of(&expected), text_of(&got)));
        }
    }
    Ok(())
}

fn text_of(answer: &Result<Vec<String>, String>) -> String {
    match answer {
        Ok(rows) => rows.join("\n"),
        Err(message) => format!("error: {message}"),
    }
}

#[test]
fn the_engine_answers_as_the_oracle_does() {
    let cases = number("KALYPSO_CASES", 400);
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("KALYPSO_SEED", 1).to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let numbers = |most: usize| prop::collection::vec(any::<u16>(), 0..most);
    let outcome = runner.run(&(numbers(240), numbers(400), numbers(200)), |(choices, first, second)| {
        let tables = Tables::new(&first, &second);
        let text = query(&mut Tape::new(&choices), &tables);
        check(&text, &tables).map_err(|how| TestCaseError::fail(format!("{}{text}\n\ndiffers {how}", tables.text())))
    });
    match outcome {
        Err(TestError::Fail(how, _)) => panic!("{how}"),
        Err(TestError::Abort(how)) => panic!("{how}"),
        Ok(()) => {}
    }
}

/// The generator is worth its run only if its queries reach what there is.
#[test]
fn the_generator_reaches_every_operation() {
    let mut reached = std::collections::BTreeSet::new();
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]));
    for _ in 0..300 {
        let numbers = prop::collection::vec(any::<u16>(), 240).new_tree(&mut runner).unwrap().current();
        let tables = Tables::new(&numbers, &numbers);
        let world = World::new(&tables, usize::MAX, false);
        let plan = plan(&query(&mut Tape::new(&numbers), &tables), &world, &context()).unwrap();
        relations::kinds(&plan, &mut reached);
    }
    let wanted = ["Aggregate", "Filter", "Group", "Join", "Limit", "Partition", "Project", "Scan", "Sort", "Union", "Unnest", "Window"];
    let missing: Vec<&str> = wanted.into_iter().filter(|kind| !reached.contains(*kind)).collect();
    assert!(missing.is_empty(), "never generated: {missing:?}");
}
