//! The kinds of reals: NaN, infinite, finite.

use crate::plan::{Function, Kernel};

use super::real::test;

pub static ISFINITE: Function = Function {
    name: "isfinite",
    category: "Mathematical functions",
    signatures: &["(number:real) -> bool"],
    summary: "Is the number neither infinite nor NaN?",
    kernel: Kernel::Columns(|_, operands, rows| test(operands, rows, f64::is_finite)),
    examples: &[("isfinite(1.0)", "True"), ("isfinite(1.0/0.0)", "False")],
    ..Function::NEW
};

pub static ISINF: Function = Function {
    name: "isinf",
    category: "Mathematical functions",
    signatures: &["(number:real) -> bool"],
    summary: "Is the number infinite?",
    kernel: Kernel::Columns(|_, operands, rows| test(operands, rows, f64::is_infinite)),
    examples: &[("isinf(1.0/0.0)", "True")],
    ..Function::NEW
};

pub static ISNAN: Function = Function {
    name: "isnan",
    category: "Mathematical functions",
    signatures: &["(number:real) -> bool"],
    summary: "Is the number NaN?",
    kernel: Kernel::Columns(|_, operands, rows| test(operands, rows, f64::is_nan)),
    examples: &[("isnan(0.0/0.0)", "True"), ("isnan(real(null))", "")],
    ..Function::NEW
};
