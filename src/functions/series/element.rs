//! Functions of each element: series_abs() to series_tan().

use crate::functions::dynamics::argument::{array, list};
use crate::plan::{Example, Function, Kernel};
use crate::value::{Json, Value};

use super::numbers::{ELEMENT_WISE, number};

pub static SERIES_ABS: Function = Function {
    name: "series_abs",
    category: ELEMENT_WISE,
    signatures: SIGNATURES,
    summary: "The absolute value of each element.",
    kernel: Kernel::Row(|arguments| map(arguments, abs)),
    examples: &[("series_abs(dynamic([-6.5,0,8.2,'x']))", "[6.5,0,8.2,null]")],
    ..Function::NEW
};

pub static SERIES_SIGN: Function = Function {
    name: "series_sign",
    category: ELEMENT_WISE,
    signatures: SIGNATURES,
    summary: "The sign of each element: -1, 0 or 1.",
    kernel: Kernel::Row(|arguments| map(arguments, sign)),
    examples: &[("series_sign(dynamic([-6,0,8]))", "[-1,0,1]")],
    ..Function::NEW
};

pub static SERIES_ACOS: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::acos)),
    ..real("series_acos", "The angle whose cosine each element is.", &[("series_acos(dynamic([1]))", "[0.0]")])
};

pub static SERIES_ASIN: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::asin)),
    ..real("series_asin", "The angle whose sine each element is.", &[("series_asin(dynamic([0]))", "[0.0]")])
};

pub static SERIES_ATAN: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::atan)),
    ..real("series_atan", "The angle whose tangent each element is.", &[("series_atan(dynamic([0]))", "[0.0]")])
};

pub static SERIES_CEILING: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::ceil)),
    ..real("series_ceiling", "Each element rounded up.", &[("series_ceiling(dynamic([-1.5,1,2.5]))", "[-1.0,1.0,3.0]")])
};

pub static SERIES_COS: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::cos)),
    ..real("series_cos", "The cosine of each element.", &[("series_cos(dynamic([0]))", "[1.0]")])
};

pub static SERIES_EXP: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::exp)),
    ..real("series_exp", "The exponential of each element.", &[("series_exp(dynamic([0]))", "[1.0]")])
};

pub static SERIES_FLOOR: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::floor)),
    ..real("series_floor", "Each element rounded down.", &[("series_floor(dynamic([-1.5,1,2.5]))", "[-2.0,1.0,2.0]")])
};

pub static SERIES_LOG: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::ln)),
    ..real("series_log", "The natural logarithm of each element.", &[("series_log(dynamic([1]))", "[0.0]")])
};

pub static SERIES_SIN: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::sin)),
    ..real("series_sin", "The sine of each element.", &[("series_sin(dynamic([0]))", "[0.0]")])
};

pub static SERIES_TAN: Function = Function {
    kernel: Kernel::Row(|arguments| map_real(arguments, f64::tan)),
    ..real("series_tan", "The tangent of each element.", &[("series_tan(dynamic([0]))", "[0.0]")])
};

const SIGNATURES: &[&str] = &["(series:dynamicarray) -> dynamic"];

/// An entry whose results are reals, without its kernel.
const fn real(name: &'static str, summary: &'static str, examples: &'static [Example]) -> Function {
    Function { name, category: ELEMENT_WISE, signatures: SIGNATURES, summary, examples, ..Function::NEW }
}

fn map(arguments: &[Value<'_>], of: fn(&Json) -> Json) -> Value<'static> {
    list(array(&arguments[0]).map(|items| items.iter().map(of).collect()))
}

fn map_real(arguments: &[Value<'_>], of: fn(f64) -> f64) -> Value<'static> {
    let each = |item: &Json| number(item).map_or(Json::Null, |v| Json::Real(of(v)));
    list(array(&arguments[0]).map(|items| items.iter().map(each).collect()))
}

fn abs(item: &Json) -> Json {
    match item {
        Json::Long(v) => Json::Long(v.wrapping_abs()),
        other => number(other).map_or(Json::Null, |v| Json::Real(v.abs())),
    }
}

fn sign(item: &Json) -> Json {
    match item {
        Json::Long(v) => Json::Long(v.signum()),
        other => number(other).map_or(Json::Null, |v| Json::Real(if v == 0.0 { 0.0 } else { v.signum() })),
    }
}
