//! Binary functions: longs as 64 bits.

use crate::plan::{Function, Kernel};
use crate::value::Value;

fn long(arguments: &[Value<'_>], index: usize) -> i64 {
    arguments.get(index).and_then(Value::as_i64).unwrap_or(0)
}

/// Shifts by the distance modulo 64; null for a negative distance.
fn shift(arguments: &[Value<'_>], by: fn(i64, u32) -> i64) -> Value<'static> {
    match long(arguments, 1) {
        distance if distance < 0 => Value::Null,
        distance => Value::Long(by(long(arguments, 0), (distance % 64) as u32)),
    }
}

pub static BINARY_AND: Function = Function {
    name: "binary_and",
    category: "Binary functions",
    signatures: &["(value1:integer, value2:integer) -> long"],
    summary: "The bits that both numbers have.",
    kernel: Kernel::Row(|a| Value::Long(long(a, 0) & long(a, 1))),
    examples: &[("binary_and(12, 10)", "8")],
    ..Function::NEW
};

pub static BINARY_NOT: Function = Function {
    name: "binary_not",
    category: "Binary functions",
    signatures: &["(value:integer) -> long"],
    summary: "All bits flipped.",
    kernel: Kernel::Row(|a| Value::Long(!long(a, 0))),
    examples: &[("binary_not(100)", "-101")],
    ..Function::NEW
};

pub static BINARY_OR: Function = Function {
    name: "binary_or",
    category: "Binary functions",
    signatures: &["(value1:integer, value2:integer) -> long"],
    summary: "The bits that either number has.",
    kernel: Kernel::Row(|a| Value::Long(long(a, 0) | long(a, 1))),
    examples: &[("binary_or(12, 10)", "14")],
    ..Function::NEW
};

pub static BINARY_SHIFT_LEFT: Function = Function {
    name: "binary_shift_left",
    category: "Binary functions",
    signatures: &["(value:integer, shift:integer) -> long"],
    summary: "The bits moved towards the higher end.",
    kernel: Kernel::Row(|a| shift(a, i64::wrapping_shl)),
    examples: &[("binary_shift_left(1, 2)", "4"), ("binary_shift_left(1, -1)", "")],
    ..Function::NEW
};

pub static BINARY_SHIFT_RIGHT: Function = Function {
    name: "binary_shift_right",
    category: "Binary functions",
    signatures: &["(value:integer, shift:integer) -> long"],
    summary: "The bits moved towards the lower end.",
    kernel: Kernel::Row(|a| shift(a, i64::wrapping_shr)),
    examples: &[("binary_shift_right(1, 2)", "0"), ("binary_shift_right(12, 2)", "3")],
    ..Function::NEW
};

pub static BINARY_XOR: Function = Function {
    name: "binary_xor",
    category: "Binary functions",
    signatures: &["(value1:integer, value2:integer) -> long"],
    summary: "The bits that exactly one of the numbers has.",
    kernel: Kernel::Row(|a| Value::Long(long(a, 0) ^ long(a, 1))),
    examples: &[("binary_xor(1, 2)", "3")],
    ..Function::NEW
};

pub static BITSET_COUNT_ONES: Function = Function {
    name: "bitset_count_ones",
    category: "Binary functions",
    signatures: &["(value:integer) -> long"],
    summary: "How many bits are set.",
    kernel: Kernel::Row(|a| Value::Long(i64::from(long(a, 0).count_ones()))),
    examples: &[("bitset_count_ones(42)", "3")],
    ..Function::NEW
};
