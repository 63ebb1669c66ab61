//! Powers, roots, exponentials and logarithms.

use crate::plan::{Function, Kernel};

use super::real::{map, map_some, map2};

/// A logarithm is null of a negative number, and negative infinity of zero.
fn of_positive(f: fn(f64) -> f64) -> impl Fn(f64) -> Option<f64> {
    move |x| (x >= 0.0 || x.is_nan()).then(|| f(x))
}

pub static EXP: Function = Function {
    name: "exp",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "e to the power of the number.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::exp)),
    examples: &[("exp(0)", "1.0")],
    ..Function::NEW
};

pub static EXP2: Function = Function {
    name: "exp2",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "2 to the power of the number.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::exp2)),
    examples: &[("exp2(3)", "8.0")],
    ..Function::NEW
};

pub static EXP10: Function = Function {
    name: "exp10",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "10 to the power of the number.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, |x| 10f64.powf(x))),
    examples: &[("exp10(2)", "100.0")],
    ..Function::NEW
};

pub static LOG: Function = Function {
    name: "log",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The natural logarithm; null of a negative number.",
    kernel: Kernel::Columns(|_, operands, rows| map_some(operands, rows, of_positive(f64::ln))),
    examples: &[("log(1)", "0.0"), ("log(-1)", "")],
    ..Function::NEW
};

pub static LOG10: Function = Function {
    name: "log10",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The logarithm to base 10; null of a negative number.",
    kernel: Kernel::Columns(|_, operands, rows| map_some(operands, rows, of_positive(f64::log10))),
    examples: &[("log10(100)", "2.0")],
    ..Function::NEW
};

pub static LOG2: Function = Function {
    name: "log2",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The logarithm to base 2; null of a negative number.",
    kernel: Kernel::Columns(|_, operands, rows| map_some(operands, rows, of_positive(f64::log2))),
    examples: &[("log2(8)", "3.0")],
    ..Function::NEW
};

pub static POW: Function = Function {
    name: "pow",
    category: "Mathematical functions",
    signatures: &["(base:number, exponent:number) -> real"],
    summary: "The base to the power of the exponent.",
    kernel: Kernel::Columns(|_, operands, rows| map2(operands, rows, f64::powf)),
    examples: &[("pow(2, 10)", "1024.0")],
    ..Function::NEW
};

pub static SQRT: Function = Function {
    name: "sqrt",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The square root; NaN of a negative number.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::sqrt)),
    examples: &[("sqrt(16)", "4.0"), ("sqrt(-1)", "NaN")],
    ..Function::NEW
};
