//! not(): the opposite of a bool.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};

use crate::plan::{Function, Kernel, Operand};
use crate::value::{Column, Type, Value};

fn not(operand: &Operand, rows: usize) -> Column {
    match operand {
        Operand::Column(column) if column.ty() == Type::Bool => {
            let array = column.bools();
            Column::new(Type::Bool, Arc::new(BooleanArray::new(!array.values(), array.nulls().cloned())))
        }
        other => {
            let flipped = |row| other.value(row).as_bool().map_or(Value::Null, |v| Value::Bool(!v));
            Column::from_values(Type::Bool, (0..rows).map(flipped))
        }
    }
}

pub static NOT: Function = Function {
    name: "not",
    category: "Mathematical functions",
    signatures: &["(expression:bool) -> bool"],
    summary: "The opposite; null stays null.",
    kernel: Kernel::Columns(|_, operands, rows| not(&operands[0], rows)),
    examples: &[("not(false)", "True"), ("not(bool(null))", "")],
    ..Function::NEW
};
