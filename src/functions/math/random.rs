//! Random numbers and guids. They differ in every row and every run, except in work that must give the same again.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arrow::array::Float64Array;

use crate::plan::{Context, Function, Kernel, Operand};
use crate::value::{Column, Guid, Type, Value};

thread_local! {
    /// The seed of the next batch, in work that must give the same again.
    static SEED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Does work on this thread whose random numbers follow from `seed` alone.
pub fn reproducibly<T>(seed: u64, work: impl FnOnce() -> T) -> T {
    /// Puts the outer seed back, after a panic too.
    struct Outer(Option<u64>);
    impl Drop for Outer {
        fn drop(&mut self) {
            SEED.set(self.0);
        }
    }
    let _outer = Outer(SEED.replace(Some(seed)));
    work()
}

/// SplitMix64, seeded for every batch.
struct Random(u64);

impl Random {
    fn new() -> Random {
        let Some(seed) = SEED.get() else { return Random(RandomState::new().hash_one(0u8)) };
        let mut seeds = Random(seed);
        let first = seeds.next();
        SEED.set(Some(seeds.0));
        Random(first)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// At least 0, less than 1.
    fn real(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn rand(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let mut random = Random::new();
    let mut draw = |row: usize| match operands.first().and_then(|o| o.value(row).as_i64()) {
        Some(below) if below > 1 => (random.real() * below as f64).floor(),
        _ => random.real(),
    };
    Column::new(Type::Real, Arc::new(Float64Array::from_iter_values((0..rows).map(&mut draw))))
}

fn new_guid(_: &Context, _: &[Operand], rows: usize) -> Column {
    let mut random = Random::new();
    // Version 4, variant 1: what a guid made of random bits says of itself.
    let (version, variant) = (0xf000_u128 << 64, 0xc000_u128 << 48);
    let mut draw = |_| {
        let bits = (u128::from(random.next()) << 64) | u128::from(random.next());
        Value::Guid(Guid((bits & !version & !variant) | (0x4000 << 64) | (0x8000 << 48)))
    };
    Column::from_values(Type::Guid, (0..rows).map(&mut draw))
}

pub static RAND: Function = Function {
    name: "rand",
    category: "Mathematical functions",
    signatures: &["([number:integer]) -> real"],
    summary: "A random number: from 0 to 1, or a whole one from 0 to less than the argument.",
    kernel: Kernel::Columns(rand),
    volatile: true,
    examples: &[("rand() < 1", "True"), ("rand(5) in (0.0, 1.0, 2.0, 3.0, 4.0)", "True")],
    ..Function::NEW
};

pub static NEW_GUID: Function = Function {
    name: "new_guid",
    category: "Other functions",
    signatures: &["() -> guid"],
    summary: "A new random guid.",
    kernel: Kernel::Columns(new_guid),
    volatile: true,
    examples: &[("strlen(tostring(new_guid()))", "36")],
    ..Function::NEW
};
