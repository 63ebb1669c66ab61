//! assert(): fails the query when a condition is false.

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::Value;

/// The condition must be known before the query runs, as Kusto demands.
fn prepare(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    match arguments.constants.first().and_then(Option::as_ref) {
        Some(Value::Bool(true)) => Ok(Box::new(|_| Value::Bool(true))),
        Some(_) => Err(arguments.constant_str(1).unwrap_or("assertion failed").to_owned()),
        None => Err("the condition of assert() must be a constant".to_owned()),
    }
}

pub static ASSERT: Function = Function {
    name: "assert",
    category: "Other functions",
    signatures: &["(predicate:bool, message:string) -> bool"],
    summary: "True if the condition is; else the query fails with the message.",
    kernel: Kernel::Prepare(prepare),
    examples: &[("assert(1 > 0, 'must be positive')", "True")],
    ..Function::NEW
};
