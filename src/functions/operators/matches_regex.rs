//! `matches regex`.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use crate::functions::regex_dialect;
use crate::plan::{Arguments, ColumnFunction, Function, Kernel, Nulls};
use crate::value::{Column, Type};

use super::text::{constant_text, test_text};

fn prepare(arguments: &Arguments) -> Result<ColumnFunction, String> {
    if let Some(pattern) = constant_text(arguments, 1) {
        let regex = regex_dialect::compile(&pattern)?;
        return Ok(Box::new(move |operands, rows| test_text(&operands[0], rows, |text| regex.is_match(text))));
    }
    Ok(Box::new(|operands, rows| {
        let test =
            |row| regex_dialect::cached(&operands[1].value(row).to_text()).is_some_and(|r| r.is_match(&operands[0].value(row).to_text()));
        Column::new(Type::Bool, Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(rows, test), None)))
    }))
}

pub static MATCHES_REGEX: Function = Function {
    name: "matches regex",
    category: "Scalar operators",
    signatures: &["(text:stringordynamic, pattern:string) -> bool"],
    summary: "Whether a regular expression matches anywhere in the text.",
    nulls: Nulls::Pass,
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments)),
    examples: &[("'a1b2' matches regex @'[a-z]\\d$'", "True")],
    ..Function::NEW
};
