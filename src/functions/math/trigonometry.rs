//! Trigonometry: angles in radians.

use std::f64::consts::PI as RATIO;

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::real::{map, map_some, map2};

/// The inverses of sine and cosine exist between -1 and 1; outside the result is null.
fn in_unit(f: fn(f64) -> f64) -> impl Fn(f64) -> Option<f64> {
    move |x| ((-1.0..=1.0).contains(&x) || x.is_nan()).then(|| f(x))
}

pub static ACOS: Function = Function {
    name: "acos",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The angle whose cosine is the number; null outside of -1 to 1.",
    kernel: Kernel::Columns(|_, operands, rows| map_some(operands, rows, in_unit(f64::acos))),
    examples: &[("acos(1)", "0.0"), ("acos(2)", "")],
    ..Function::NEW
};

pub static ASIN: Function = Function {
    name: "asin",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The angle whose sine is the number; null outside of -1 to 1.",
    kernel: Kernel::Columns(|_, operands, rows| map_some(operands, rows, in_unit(f64::asin))),
    examples: &[("round(asin(0.95), 6)", "1.253236")],
    ..Function::NEW
};

pub static ATAN: Function = Function {
    name: "atan",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The angle whose tangent is the number.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::atan)),
    examples: &[("atan(0)", "0.0")],
    ..Function::NEW
};

pub static ATAN2: Function = Function {
    name: "atan2",
    category: "Mathematical functions",
    signatures: &["(y:number, x:number) -> real"],
    summary: "The angle between the positive x axis and the line to the point (x, y).",
    kernel: Kernel::Columns(|_, operands, rows| map2(operands, rows, f64::atan2)),
    examples: &[("atan2(0, 1)", "0.0"), ("atan2(0, -1) == pi()", "True")],
    ..Function::NEW
};

pub static COS: Function = Function {
    name: "cos",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The cosine.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::cos)),
    examples: &[("cos(0)", "1.0")],
    ..Function::NEW
};

pub static COT: Function = Function {
    name: "cot",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The cotangent.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, |x| 1.0 / x.tan())),
    examples: &[("round(cot(1), 6)", "0.642093")],
    ..Function::NEW
};

pub static DEGREES: Function = Function {
    name: "degrees",
    category: "Mathematical functions",
    signatures: &["(radians:number) -> real"],
    summary: "The angle in degrees.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, |x| 180.0 / RATIO * x)),
    examples: &[("degrees(pi()/4)", "45.0")],
    ..Function::NEW
};

pub static PI: Function = Function {
    name: "pi",
    category: "Mathematical functions",
    signatures: &["() -> real"],
    summary: "The ratio of a circle's circumference to its diameter.",
    kernel: Kernel::Row(|_| Value::Real(RATIO)),
    examples: &[("pi()", "3.141592653589793")],
    ..Function::NEW
};

pub static RADIANS: Function = Function {
    name: "radians",
    category: "Mathematical functions",
    signatures: &["(degrees:number) -> real"],
    summary: "The angle in radians.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, |x| RATIO / 180.0 * x)),
    examples: &[("radians(180)", "3.141592653589793")],
    ..Function::NEW
};

pub static SIN: Function = Function {
    name: "sin",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The sine.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::sin)),
    examples: &[("sin(0)", "0.0")],
    ..Function::NEW
};

pub static TAN: Function = Function {
    name: "tan",
    category: "Mathematical functions",
    signatures: &["(number:number) -> real"],
    summary: "The tangent.",
    kernel: Kernel::Columns(|_, operands, rows| map(operands, rows, f64::tan)),
    examples: &[("tan(0)", "0.0")],
    ..Function::NEW
};
