//! percentile() and its kin: values by nearest rank.

use crate::plan::{Accumulator, Aggregate, Arguments, GroupState, PerGroup};
use crate::sketch::Digest;
use crate::value::{Json, Type, Value};

const DIFFERS: &str = "Exact up to 65,536 distinct values; beyond them within the width of as many buckets.";

pub static PERCENTILE: Aggregate = Aggregate {
    name: "percentile",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, percentile:number) -> Custom"],
    summary: "The value that the given percentage of values does not exceed, by nearest rank.",
    prefix: "percentile",
    returns: Some(|types| columns(types, 1)),
    make: |arguments| make(arguments, None, false),
    examples: &[("range x from 1 to 100 step 1 | summarize percentile(x, 95)", "95")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static PERCENTILES: Aggregate = Aggregate {
    name: "percentiles",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, percentile:number, ...) -> Custom"],
    summary: "Several percentiles, a column each.",
    prefix: "percentile",
    returns: Some(|types| columns(types, 1)),
    make: |arguments| make(arguments, None, false),
    examples: &[("range x from 1 to 100 step 1 | summarize percentiles(x, 5, 50, 99.5)", "5 | 50 | 100")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static PERCENTILES_ARRAY: Aggregate = Aggregate {
    name: "percentiles_array",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, percentiles:dynamicarray) -> dynamic", "(expr:scalar, percentile:number, ...) -> dynamic"],
    summary: "Several percentiles, in one array.",
    prefix: "percentile",
    make: |arguments| make(arguments, None, true),
    examples: &[
        ("range x from 1 to 10 step 1 | summarize percentiles_array(x, 50, 100)", "[5,10]"),
        ("range x from 1 to 10 step 1 | summarize percentiles_array(x, dynamic([50, 100]))", "[5,10]"),
    ],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static PERCENTILEW: Aggregate = Aggregate {
    name: "percentilew",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, weight:integer, percentile:number) -> Custom"],
    summary: "A percentile of values that each stand for several.",
    prefix: "percentile",
    returns: Some(|types| columns(types, 2)),
    make: |arguments| make(arguments, Some(1), false),
    examples: &[("datatable(v:long, n:long)[10, 8, 20, 6, 30, 3] | summarize percentilew(v, n, 50)", "20")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static PERCENTILESW: Aggregate = Aggregate {
    name: "percentilesw",
    category: "Aggregation functions",
    signatures: &["(expr:scalar, weight:integer, percentile:number, ...) -> Custom"],
    summary: "Several percentiles of values that each stand for several, a column each.",
    prefix: "percentile",
    returns: Some(|types| columns(types, 2)),
    make: |arguments| make(arguments, Some(1), false),
    examples: &[("datatable(v:long, n:long)[10, 8, 20, 6, 30, 3] | summarize percentilesw(v, n, 10, 99)", "10 | 30")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

pub static PERCENTILESW_ARRAY: Aggregate = Aggregate {
    name: "percentilesw_array",
    category: "Aggregation functions",
    signatures: &[
        "(expr:scalar, weight:integer, percentiles:dynamicarray) -> dynamic",
        "(expr:scalar, weight:integer, percentile:number, ...) -> dynamic",
    ],
    summary: "Several percentiles of values that each stand for several, in one array.",
    prefix: "percentile",
    make: |arguments| make(arguments, Some(1), true),
    examples: &[("datatable(v:long, n:long)[10, 8, 20, 6, 30, 3] | summarize percentilesw_array(v, n, 10, 99)", "[10,30]")],
    differs: DIFFERS,
    ..Aggregate::NEW
};

/// A column per percentile, which start at argument `first`.
fn columns(types: &[Type], first: usize) -> Vec<Type> {
    vec![result(types.first().copied().unwrap_or(Type::Long)); types.len().saturating_sub(first)]
}

fn result(ty: Type) -> Type {
    if ty == Type::Int { Type::Long } else { ty }
}

/// `weight`: the argument that says how often a value counts.
fn make(arguments: &Arguments, weight: Option<usize>, array: bool) -> Result<Box<dyn Accumulator>, String> {
    let ty = arguments.types.first().copied().unwrap_or(Type::Long);
    if !Digest::takes(ty) {
        return Err(format!("it needs numbers, datetimes or timespans, not {ty}"));
    }
    let first = 1 + usize::from(weight.is_some());
    let percents = percents(arguments.constants.get(first..).unwrap_or_default())?;
    let types = if array { vec![Type::Dynamic] } else { vec![result(ty); percents.len()] };
    let template = Percentiles { digest: Digest::new(ty), weight, percents, array, decimal: ty == Type::Decimal };
    Ok(PerGroup::boxed(types, move || template.clone()))
}

/// From constant numbers, or a constant array of them.
fn percents(constants: &[Option<Value<'static>>]) -> Result<Vec<f64>, String> {
    let mut percents = Vec::new();
    for constant in constants {
        match constant {
            Some(Value::Dynamic(array)) => match array.json() {
                Json::Array(items) => percents.extend(items.iter().map(number)),
                other => percents.push(number(&other)),
            },
            Some(value) => percents.push(value.as_f64()),
            None => return Err("percentiles must be constants".to_owned()),
        }
    }
    let percents: Option<Vec<f64>> = percents.into_iter().collect();
    match percents {
        Some(percents) if percents.iter().all(|p| (0.0..=100.0).contains(p)) => Ok(percents),
        _ => Err("percentiles must be numbers from 0 to 100".to_owned()),
    }
}

fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Long(v) => Some(*v as f64),
        Json::Real(v) => Some(*v),
        _ => None,
    }
}

#[derive(Clone)]
struct Percentiles {
    digest: Digest,
    weight: Option<usize>,
    percents: Vec<f64>,
    array: bool,
    decimal: bool,
}

impl GroupState for Percentiles {
    fn update(&mut self, arguments: &[Value<'_>]) {
        let weight = self.weight.map_or(Some(1), |at| arguments[at].as_i64());
        self.digest.add(&arguments[0], weight.unwrap_or(0));
    }

    fn merge(&mut self, later: Self) {
        self.digest.merge(&later.digest);
    }

    fn finish(&self) -> Vec<Value<'static>> {
        let mut found = self.digest.percentiles(&self.percents);
        if self.decimal {
            found.iter_mut().for_each(|value| *value = value.as_decimal().map_or(Value::Null, Value::Decimal));
        }
        match self.array {
            true if self.digest.is_empty() => vec![Value::Null],
            true => vec![Json::Array(found.iter().map(Json::from_value).collect()).into_dynamic()],
            false => found,
        }
    }

    fn memory(&self) -> usize {
        size_of::<Percentiles>() + self.digest.memory()
    }
}
