//! array_sum(): the obsolete sum of an array.

use crate::plan::{Function, Kernel};

pub static ARRAY_SUM: Function = Function {
    name: "array_sum",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamicarray) -> real"],
    summary: "The sum of the elements; null if one is no number. Obsolete: use series_sum.",
    kernel: Kernel::Row(crate::functions::series::sum),
    examples: &[("array_sum(dynamic([1,2,3,4]))", "10.0")],
    ..Function::NEW
};
