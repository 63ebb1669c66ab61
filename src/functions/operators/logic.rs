//! `and` and `or` in three-valued logic.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::kernels::boolean::{and_kleene, or_kleene};

use crate::plan::{Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type};

/// False wins over null.
pub fn and(left: &BooleanArray, right: &BooleanArray) -> BooleanArray {
    and_kleene(left, right).unwrap_or_else(|_| BooleanArray::new_null(left.len()))
}

/// True wins over null.
fn or(left: &BooleanArray, right: &BooleanArray) -> BooleanArray {
    or_kleene(left, right).unwrap_or_else(|_| BooleanArray::new_null(left.len()))
}

fn bools(operand: &Operand, rows: usize) -> BooleanArray {
    match operand {
        Operand::Column(column) if column.ty() == Type::Bool => column.bools().clone(),
        other => (0..rows).map(|row| other.value(row).convert(Type::Bool).as_bool()).collect(),
    }
}

fn join(operands: &[Operand], rows: usize, f: fn(&BooleanArray, &BooleanArray) -> BooleanArray) -> Column {
    let mut parts = operands.iter().map(|operand| bools(operand, rows));
    let first = parts.next().unwrap_or_else(|| BooleanArray::new_null(rows));
    Column::new(Type::Bool, Arc::new(parts.fold(first, |joined, part| f(&joined, &part))))
}

const BASE: Function =
    Function { category: "Scalar operators", signatures: &["(left:bool, right:bool, ...) -> bool"], nulls: Nulls::Pass, ..Function::NEW };

pub static AND: Function = Function {
    name: "and",
    summary: "Whether all conditions hold; null when none is false but one is null.",
    kernel: Kernel::Columns(|_, operands, rows| join(operands, rows, and)),
    examples: &[("bool(null) and false", "False"), ("bool(null) and true", "")],
    ..BASE
};

pub static OR: Function = Function {
    name: "or",
    summary: "Whether any condition holds; null when none does but one is null.",
    kernel: Kernel::Columns(|_, operands, rows| join(operands, rows, or)),
    examples: &[("bool(null) or true", "True"), ("bool(null) or false", "")],
    ..BASE
};
