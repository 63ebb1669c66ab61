//! Percentiles and ranks from states made by tdigest().

use crate::plan::{Function, Kernel, Nulls};
use crate::sketch::Digest;
use crate::value::{Json, Type, Value};

const CATEGORY: &str = "hll and tdigest functions";

pub static PERCENTILE_TDIGEST: Function = Function {
    name: "percentile_tdigest",
    category: CATEGORY,
    signatures: &[
        "(tdigest:dynamicarray, percentile1:real) -> dynamic",
        "(tdigest:dynamicarray, percentile1:real, type:type) -> ParameterNLiteral",
    ],
    summary: "The value at a percentile, as a dynamic or as the type that is named.",
    kernel: Kernel::Prepare(|_, arguments| {
        let ty = arguments.constant_str(2).and_then(Type::parse).or_else(|| arguments.types.get(2).copied());
        Ok(Box::new(move |arguments| percentile(arguments, ty)))
    }),
    examples: &[
        ("range x from 1 to 10 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 50)", "5"),
        ("range x from 1 to 10 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 100, typeof(real))", "10"),
    ],
    ..Function::NEW
};

pub static PERCENTILES_ARRAY_TDIGEST: Function = Function {
    name: "percentiles_array_tdigest",
    aliases: &["percentile_array_tdigest"],
    category: CATEGORY,
    signatures: &["(tdigest:dynamicarray, percentiles:dynamicarray) -> dynamic", "(tdigest:dynamicarray, percentile:real, ...) -> dynamic"],
    summary: "The values at several percentiles, in an array.",
    kernel: Kernel::Row(percentiles),
    examples: &[("range x from 1 to 10 step 1 | summarize t = tdigest(x) | project percentiles_array_tdigest(t, 50, 90)", "[5,9]")],
    ..Function::NEW
};

pub static RANK_TDIGEST: Function = Function {
    name: "rank_tdigest",
    category: CATEGORY,
    signatures: &["(digest:dynamicarray, value:scalar) -> real"],
    summary: "How many values are not greater than the given one.",
    kernel: Kernel::Row(|arguments| rank(arguments).map_or(Value::Null, |(below, _)| Value::Real(below))),
    examples: &[("range x from 1 to 100 step 1 | summarize t = tdigest(x) | project rank_tdigest(t, 42)", "42")],
    ..Function::NEW
};

pub static PERCENTRANK_TDIGEST: Function = Function {
    name: "percentrank_tdigest",
    category: CATEGORY,
    signatures: &["(digest:dynamicarray, value:scalar) -> real"],
    summary: "What percentage of values is not greater than the given one.",
    kernel: Kernel::Row(|arguments| rank(arguments).map_or(Value::Null, |(below, all)| Value::Real(100.0 * below / all))),
    examples: &[("range x from 1 to 50 step 1 | summarize t = tdigest(x) | project percentrank_tdigest(t, 25)", "50")],
    ..Function::NEW
};

pub static MERGE_TDIGEST: Function = Function {
    name: "merge_tdigest",
    aliases: &["tdigest_merge"],
    category: CATEGORY,
    signatures: &["(tdigest1:dynamicarray, tdigest:dynamicarray, ...) -> dynamic"],
    summary: "One state from several; nulls are left out.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let merged = arguments.iter().filter_map(read).reduce(|mut all, digest| {
            all.merge(&digest);
            all
        });
        merged.map_or(Value::Null, |digest| digest.to_json().into_dynamic())
    }),
    examples: &[(
        "range x from 1 to 2 step 1 | summarize a = tdigest(x), b = tdigest(x + 1) | project merge_tdigest(a, b)",
        "[[1,2,3],[1,2,1]]",
    )],
    ..Function::NEW
};

fn read(value: &Value<'_>) -> Option<Digest> {
    Digest::from_json(&value.as_dynamic()?.json())
}

fn percentile(arguments: &[Value<'_>], ty: Option<Type>) -> Value<'static> {
    let (Some(digest), Some(percent)) = (read(&arguments[0]), arguments[1].as_f64()) else { return Value::Null };
    let value = digest.percentiles(&[percent]).pop().unwrap_or(Value::Null);
    match ty {
        None | Some(Type::Dynamic) => Json::from_value(&value).into_dynamic(),
        Some(ty) => value.convert(ty),
    }
}

fn percentiles(arguments: &[Value<'_>]) -> Value<'static> {
    let Some(digest) = read(&arguments[0]) else { return Value::Null };
    let mut percents = Vec::new();
    for argument in &arguments[1..] {
        match argument.as_dynamic().map(|array| array.json()) {
            Some(Json::Array(items)) => percents.extend(items.iter().filter_map(|item| match item {
                Json::Long(v) => Some(*v as f64),
                Json::Real(v) => Some(*v),
                _ => None,
            })),
            _ => percents.extend(argument.as_f64()),
        }
    }
    Json::Array(digest.percentiles(&percents).iter().map(Json::from_value).collect()).into_dynamic()
}

/// How many values are at most the given one, and how many there are.
fn rank(arguments: &[Value<'_>]) -> Option<(f64, f64)> {
    let given = match &arguments[1] {
        Value::Dynamic(dynamic) => dynamic.scalar()?,
        other => other.clone().into_owned(),
    };
    read(&arguments[0])?.rank(&given).map(|(below, all)| (below as f64, all as f64))
}
