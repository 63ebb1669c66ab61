//! bag_pack() and its kin: bags and arrays made of scalars.

use crate::plan::{Arguments, Function, Kernel, Nulls, RowFunction};
use crate::value::{Json, Type, Value};

use super::argument::{Members, object, set_member};

const CATEGORY: &str = "Dynamic and array functions";

pub static BAG_PACK: Function = Function {
    name: "bag_pack",
    aliases: &["pack", "pack_dictionary"],
    category: CATEGORY,
    signatures: &["(key:string, value:scalar, ...) -> dynamic"],
    summary: "A bag of alternating keys and values.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| {
        check_pairs(arguments)?;
        Ok(packing(arguments, |_| true))
    }),
    examples: &[("bag_pack('Level', 'Information', 'Data', bag_pack('n', 1))", "{\"Level\":\"Information\",\"Data\":{\"n\":1}}")],
    ..Function::NEW
};

/// What the binder turns `pack_all(true)` into.
pub static BAG_PACK_NOT_NULL: Function = Function {
    name: "bag_pack_not_null",
    category: CATEGORY,
    signatures: &["(key:string, value:scalar, ...) -> dynamic"],
    summary: "A bag of alternating keys and values, without nulls and empty strings.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, arguments| Ok(packing(arguments, is_filled))),
    ..Function::NEW
};

pub static BAG_PACK_COLUMNS: Function = Function {
    name: "bag_pack_columns",
    category: CATEGORY,
    signatures: &["(value:scalar, ...) -> dynamic"],
    summary: "A bag of the columns, each under its name.",
    nulls: Nulls::Pass,
    kernel: Kernel::Binder,
    examples: &[("print a = 1, b = 'x' | project p = bag_pack_columns(a, b)", "{\"a\":1,\"b\":\"x\"}")],
    ..Function::NEW
};

pub static PACK_ALL: Function = Function {
    name: "pack_all",
    category: CATEGORY,
    signatures: &["([ignore_null_empty:scalar]) -> dynamic"],
    summary: "A bag of all columns, each under its name; with `true` without nulls and empty strings.",
    nulls: Nulls::Pass,
    kernel: Kernel::Binder,
    examples: &[("print a = 1, b = '' | project p = pack_all(true)", "{\"a\":1}")],
    ..Function::NEW
};

pub static PACK_ARRAY: Function = Function {
    name: "pack_array",
    category: CATEGORY,
    signatures: &["(value:scalar, ...) -> dynamic"],
    summary: "An array of the values.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let mut out = String::from("[");
        for (place, value) in arguments.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            Json::write_value(value, &mut out);
        }
        out.push(']');
        Value::dynamic(out)
    }),
    examples: &[("pack_array(1, '2', 2h)", "[1,\"2\",\"02:00:00\"]")],
    ..Function::NEW
};

fn check_pairs(arguments: &Arguments) -> Result<(), String> {
    if arguments.types.len().is_multiple_of(2) { Ok(()) } else { Err("it takes keys and values in pairs".to_owned()) }
}

/// Most numbers are shorter than this, with what stands around them.
const NUMBER: usize = 24;

/// Packs the values for which `wanted` holds. Where the keys are known and no two are the same the text is written as it comes.
fn packing(known: &Arguments, wanted: fn(&Value<'_>) -> bool) -> RowFunction {
    let keys: Option<Vec<&str>> = known.constants.iter().step_by(2).map(|key| key.as_ref()?.as_str()).collect();
    let keys = keys.filter(|keys| (1..keys.len()).all(|at| !keys[..at].contains(&keys[at])));
    let Some(keys) = keys else { return Box::new(move |arguments| object(Some(pack(arguments, wanted)))) };
    let written = |key: &&str| {
        let mut name = String::new();
        Json::write_string(key, &mut name);
        name + ":"
    };
    let names: Vec<String> = keys.iter().map(written).collect();
    let length: usize = names.iter().map(|name| name.len() + NUMBER).sum();
    Box::new(move |arguments| {
        let texts = arguments.iter().skip(1).step_by(2).filter_map(|value| match value {
            Value::String(text) => Some(text.len()),
            Value::Dynamic(dynamic) => Some(dynamic.text().len()),
            _ => None,
        });
        let mut out = String::with_capacity(length + texts.sum::<usize>());
        out.push('{');
        for (name, value) in names.iter().zip(arguments.iter().skip(1).step_by(2)).filter(|(_, value)| wanted(value)) {
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(name);
            Json::write_value(value, &mut out);
        }
        out.push('}');
        Value::dynamic(out)
    })
}

fn pack(arguments: &[Value<'_>], wanted: fn(&Value<'_>) -> bool) -> Members {
    let mut members = Members::with_capacity(arguments.len() / 2);
    for pair in arguments.chunks_exact(2) {
        if !wanted(&pair[1]) {
            continue;
        }
        if let Value::String(key) = pair[0].clone().convert(Type::String) {
            set_member(&mut members, &key, Json::from_value(&pair[1]));
        }
    }
    members
}

fn is_filled(value: &Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Dynamic(value) => !matches!(value.text(), "\"\"" | "[]" | "{}"),
        _ => true,
    }
}
