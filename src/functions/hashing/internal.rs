//! Hash functions that Kusto keeps for itself.

use crate::plan::{Function, Kernel};

const REASON: Kernel = Kernel::Refused("it is internal to Kusto and undocumented; use hash()");

pub static HASH_CRC32: Function = Function {
    name: "__hash_crc32",
    category: "Hash functions",
    signatures: &["(source:notdynamic, mod:integer, seed:integer) -> long"],
    summary: "A hash that is internal to Kusto.",
    kernel: REASON,
    ..Function::NEW
};

pub static HASH_DJB2: Function = Function {
    name: "__hash_djb2",
    category: "Hash functions",
    signatures: &["(source:notdynamic, [mod:integer]) -> long"],
    summary: "A hash that is internal to Kusto.",
    kernel: REASON,
    ..Function::NEW
};

pub static HASH_MANY_CRC32: Function = Function {
    name: "__hash_many_crc32",
    category: "Hash functions",
    signatures: &["(arg:scalar, ...) -> long"],
    summary: "A hash that is internal to Kusto.",
    kernel: REASON,
    ..Function::NEW
};

pub static HASH_XXH64: Function = Function {
    name: "__hash_xxh64",
    category: "Hash functions",
    signatures: &["(source:notdynamic, mod:integer, seed:integer) -> long"],
    summary: "A hash that is internal to Kusto.",
    kernel: REASON,
    ..Function::NEW
};
