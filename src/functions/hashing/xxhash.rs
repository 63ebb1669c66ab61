//! hash() and its kin: xxHash64 with seed 0.

use xxhash_rust::xxh64::xxh64;

use crate::plan::{Function, Kernel, Nulls};
use crate::value::Value;

use super::bytes::memory;

fn hash(value: &Value<'_>) -> u64 {
    xxh64(&memory(value), 0)
}

/// With a second argument, the rest of a division by it; null when it is not positive.
fn modulo<'a>(arguments: &[Value<'a>]) -> Value<'a> {
    let hash = hash(&arguments[0]);
    match arguments.get(1).map(Value::as_i64) {
        None => Value::Long(hash as i64),
        Some(Some(modulus)) if modulus > 0 => Value::Long((hash % modulus as u64) as i64),
        Some(_) => Value::Null,
    }
}

/// Folds hashes into one; their order matters.
fn combine(hashes: impl Iterator<Item = u64>) -> Value<'static> {
    let folded = hashes.reduce(|seed, hash| {
        let mixed = seed.rotate_left(31).wrapping_mul(0x9e37_79b1_85eb_ca87) ^ hash;
        mixed.wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
    });
    folded.map_or(Value::Null, |hash| Value::Long(hash as i64))
}

const COMBINES: &str = "Kusto does not document how it combines hashes: equal arguments give equal results, but not Kusto's numbers.";

pub static HASH: Function = Function {
    name: "hash",
    category: "Hash functions",
    signatures: &["(source:notdynamic, [mod:integer]) -> long"],
    summary: "A hash of the value (xxHash64), or its rest after division.",
    kernel: Kernel::Row(modulo),
    examples: &[
        ("hash('World')", "1846988464401551951"),
        ("hash('World', 100)", "51"),
        ("hash(datetime(2015-01-01))", "1380966698541616202"),
    ],
    ..Function::NEW
};

pub static HASH_XXHASH64: Function = Function {
    name: "hash_xxhash64",
    category: "Hash functions",
    signatures: &["(source:notdynamic, [mod:integer]) -> long"],
    summary: "The xxHash64 of the value, or its rest after division.",
    kernel: Kernel::Row(modulo),
    examples: &[("hash_xxhash64('World')", "1846988464401551951")],
    ..Function::NEW
};

pub static HASH_COMBINE: Function = Function {
    name: "hash_combine",
    category: "Hash functions",
    signatures: &["(source1:scalar, source:scalar, ...) -> long"],
    summary: "One hash from several.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|a| combine(a.iter().map(|hash| hash.as_i64().unwrap_or(0) as u64))),
    examples: &[("hash_combine(hash('a'), hash('b')) == hash_many('a', 'b')", "True")],
    differs: COMBINES,
    ..Function::NEW
};

pub static HASH_MANY: Function = Function {
    name: "hash_many",
    category: "Hash functions",
    signatures: &["(source:notdynamic, ...) -> long"],
    summary: "One hash of several values.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|a| combine(a.iter().map(hash))),
    examples: &[("hash_many('a', 'b') == hash_many('b', 'a')", "False")],
    differs: COMBINES,
    ..Function::NEW
};
