//! Tests for null and for emptiness. A string is never null.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;

use crate::plan::{Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

/// Whether the operand is null in each row (`wanted`: or is not).
fn nulls(operand: &Operand, rows: usize, wanted: bool) -> Column {
    let buffer = match operand {
        Operand::Constant(value, ty) => fill(value.is_null() && *ty != Type::String, rows),
        Operand::Column(column) if column.ty() == Type::String => fill(false, rows),
        Operand::Column(column) => column.array().logical_nulls().map_or_else(|| fill(false, rows), |valid| !valid.inner()),
    };
    bools(if wanted { buffer } else { !&buffer })
}

/// Whether the operand is null or the empty string in each row (`wanted`: or is not).
fn empties(operand: &Operand, rows: usize, wanted: bool) -> Column {
    match operand {
        Operand::Constant(value, _) => bools(fill(is_empty(value) == wanted, rows)),
        Operand::Column(column) if column.ty() == Type::String => {
            bools(column.strings().views().iter().map(|view| (*view as u32 == 0) == wanted).collect())
        }
        Operand::Column(column) if column.ty() == Type::Dynamic => bools(column.values().map(|v| is_empty(&v) == wanted).collect()),
        other => nulls(other, rows, wanted),
    }
}

fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Dynamic(dynamic) => matches!(dynamic.text(), "" | "\"\""),
        _ => false,
    }
}

fn fill(value: bool, rows: usize) -> BooleanBuffer {
    if value { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) }
}

fn bools(buffer: BooleanBuffer) -> Column {
    Column::new(Type::Bool, Arc::new(BooleanArray::new(buffer, None)))
}

pub static ISNULL: Function = Function {
    name: "isnull",
    category: "Conditional functions",
    signatures: &["(expression:scalar) -> bool"],
    summary: "Is the value null? A string never is.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| nulls(&operands[0], rows, true)),
    examples: &[("isnull(int(null))", "True"), ("isnull('')", "False")],
    ..Function::NEW
};

pub static ISNOTNULL: Function = Function {
    name: "isnotnull",
    aliases: &["notnull"],
    category: "Conditional functions",
    signatures: &["(expression:scalar) -> bool"],
    summary: "Is the value not null?",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| nulls(&operands[0], rows, false)),
    examples: &[("isnotnull(int(null))", "False"), ("isnotnull('')", "True")],
    ..Function::NEW
};

pub static ISEMPTY: Function = Function {
    name: "isempty",
    category: "Conditional functions",
    signatures: &["(value:scalar) -> bool"],
    summary: "Is the value null or the empty string?",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| empties(&operands[0], rows, true)),
    examples: &[("isempty('')", "True"), ("isempty(0)", "False"), ("isempty(parse_json(''))", "True")],
    ..Function::NEW
};

pub static ISNOTEMPTY: Function = Function {
    name: "isnotempty",
    aliases: &["notempty"],
    category: "Conditional functions",
    signatures: &["(value:scalar) -> bool"],
    summary: "Is the value neither null nor the empty string?",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| empties(&operands[0], rows, false)),
    examples: &[("isnotempty('')", "False"), ("isnotempty('a')", "True")],
    ..Function::NEW
};
