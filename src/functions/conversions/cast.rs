//! The functions that convert to a scalar type: `tostring()`, `tolong()`, `todatetime()` … twins over `Value::convert`.

use arrow::datatypes::{Float64Type, Int64Type};
use std::sync::Arc;

use crate::plan::{Function, Kernel, Operand};
use crate::value::{Column, ColumnBuilder, Json, Type};

/// The operand as a column of another type.
pub(in crate::functions) fn convert(operand: &Operand, ty: Type, rows: usize) -> Column {
    let column = match operand {
        Operand::Constant(value, _) => return Column::constant(ty, &value.clone().convert(ty), rows),
        Operand::Column(column) => column,
    };
    match (column.ty(), ty) {
        (from, to) if from == to => column.clone(),
        (Type::Int, Type::Long) => Column::new(ty, Arc::new(column.ints().unary::<_, Int64Type>(i64::from))),
        (Type::Int, Type::Real) => Column::new(ty, Arc::new(column.ints().unary::<_, Float64Type>(f64::from))),
        (Type::Long, Type::Real) => Column::new(ty, Arc::new(column.longs().unary::<_, Float64Type>(|v| v as f64))),
        (Type::DateTime | Type::TimeSpan, Type::Long) => Column::new(ty, column.array().clone()),
        _ => {
            let mut builder = ColumnBuilder::new(ty, rows);
            for value in column.values() {
                builder.push(value.convert(ty));
            }
            builder.finish()
        }
    }
}

/// The value as a dynamic without reading text as JSON: what implicit conversions need.
fn wrap(operand: &Operand, rows: usize) -> Column {
    Column::from_values(Type::Dynamic, (0..rows).map(|row| Json::from_value(&operand.value(row)).into_dynamic()))
}

pub static TO_DYNAMIC: Function = Function {
    name: "__todynamic",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> dynamic"],
    summary: "The value as a dynamic; text stays text. For implicit conversions.",
    kernel: Kernel::Columns(|_, operands, rows| wrap(&operands[0], rows)),
    examples: &[("gettype(__todynamic('5'))", "string")],
    ..Function::NEW
};

pub static TOBOOL: Function = Function {
    name: "tobool",
    aliases: &["toboolean"],
    category: "Conversion functions",
    signatures: &["(value:scalar) -> bool"],
    summary: "The value as a bool: text `true` or `false`, or a number that is not zero.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Bool, rows)),
    examples: &[("tobool('true')", "True"), ("tobool(123)", "True"), ("tobool('yes')", "")],
    ..Function::NEW
};

pub static TODATETIME: Function = Function {
    name: "todatetime",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> datetime"],
    summary: "The value as a datetime: text in one of the supported formats, or a number of ticks.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::DateTime, rows)),
    examples: &[("todatetime('2015-12-31 23:59:59.9')", "2015-12-31T23:59:59.9000000Z"), ("todatetime('2020-13-01')", "")],
    ..Function::NEW
};

pub static TODECIMAL: Function = Function {
    name: "todecimal",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> decimal"],
    summary: "The value as a decimal.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Decimal, rows)),
    examples: &[("todecimal('123.45678') == decimal(123.45678)", "True")],
    ..Function::NEW
};

pub static TODOUBLE: Function = Function {
    name: "todouble",
    aliases: &["toreal"],
    category: "Conversion functions",
    signatures: &["(value:scalar) -> real"],
    summary: "The value as a real.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Real, rows)),
    examples: &[("todouble('123.4')", "123.4"), ("toreal('abc')", "")],
    ..Function::NEW
};

pub static TOGUID: Function = Function {
    name: "toguid",
    category: "Conversion functions",
    signatures: &["(value:stringordynamic) -> guid"],
    summary: "The text as a guid.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Guid, rows)),
    examples: &[("toguid('70fc66f7-8279-44fc-9092-d364d70fce44')", "70fc66f7-8279-44fc-9092-d364d70fce44"), ("toguid('x')", "")],
    ..Function::NEW
};

pub static TOINT: Function = Function {
    name: "toint",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> int"],
    summary: "The value as an int; reals lose their fraction.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Int, rows)),
    examples: &[("toint('123')", "123"), ("toint(2.9)", "2"), ("toint('3.14')", "")],
    ..Function::NEW
};

pub static TOLONG: Function = Function {
    name: "tolong",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> long"],
    summary: "The value as a long; reals lose their fraction.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Long, rows)),
    examples: &[("tolong('0x1F')", "31"), ("tolong(-9.99)", "-9")],
    ..Function::NEW
};

pub static TOSTRING: Function = Function {
    name: "tostring",
    category: "Conversion functions",
    signatures: &["(value:scalar) -> string"],
    summary: "The value as text; null is empty.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::String, rows)),
    examples: &[("tostring(123)", "123"), ("tostring(true)", "True"), ("tostring(1d)", "1.00:00:00")],
    ..Function::NEW
};

pub static TOTIMESPAN: Function = Function {
    name: "totimespan",
    aliases: &["totime"],
    category: "Conversion functions",
    signatures: &["(value:scalar) -> timespan"],
    summary: "The value as a timespan.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::TimeSpan, rows)),
    examples: &[("totimespan('0.00:01:00')", "00:01:00"), ("totimespan('90s')", "00:01:30"), ("totimespan('1.5')", "")],
    ..Function::NEW
};

pub static PARSE_JSON: Function = Function {
    name: "parse_json",
    aliases: &["parsejson", "todynamic", "toobject"],
    category: "Dynamic functions",
    signatures: &["(json_text:stringordynamic) -> dynamic"],
    summary: "The JSON text as a dynamic; text that is no JSON becomes a dynamic string.",
    kernel: Kernel::Columns(|_, operands, rows| convert(&operands[0], Type::Dynamic, rows)),
    examples: &[(r#"parse_json('{"a":{"b":[1,2]}}').a.b[1]"#, "2"), ("parse_json('not json')", "not json"), ("parse_json('null')", "")],
    ..Function::NEW
};
