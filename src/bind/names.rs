//! The name that a column gets when the author gives none. The rules are those of Microsoft's binder (`GetExpressionResultName`).

use crate::syntax::ast::{Argument, Expr, ExprKind};
use crate::value::{Type, Value};

/// The name of an expression's column, or `None` where it has none of its own (`Column1`, `print_0` …).
pub fn result_name(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Member { object, name } => match &object.kind {
            ExprKind::Name(side) if side == "$left" || side == "$right" => Some(name.name.clone()),
            _ => Some(joined(result_name(object), Some(name.name.clone()))),
        },
        ExprKind::Element { object, index } => Some(joined(result_name(object), index_name(index))),
        ExprKind::Call { name, arguments } => match rule(&name.name) {
            Rule::None => None,
            Rule::First => arguments.first().and_then(argument_name),
            Rule::Only => {
                if arguments.len() == 1 {
                    argument_name(&arguments[0])
                } else {
                    None
                }
            }
            Rule::Prefix(prefix) => Some(format!("{prefix}_{}", arguments.first().and_then(argument_name).unwrap_or_default())),
            Rule::Fixed(fixed) => Some(fixed.to_owned()),
            Rule::ColumnNamed => match &arguments.first()?.value.kind {
                ExprKind::Literal { value: Value::String(column), .. } => Some(column.to_string()),
                _ => None,
            },
        },
        _ => None,
    }
}

/// The name that the author gave to an argument (`bin(day = t, 1d)`), or its own.
fn argument_name(argument: &Argument) -> Option<String> {
    argument.name.as_ref().map(|n| n.name.clone()).or_else(|| result_name(&argument.value))
}

fn joined(left: Option<String>, right: Option<String>) -> String {
    match left.filter(|l| !l.trim().is_empty()) {
        Some(left) => format!("{left}_{}", right.unwrap_or_default()),
        None => right.unwrap_or_default(),
    }
}

fn index_name(index: &Expr) -> Option<String> {
    match &index.kind {
        ExprKind::Literal { value, ty: Type::String | Type::Long | Type::Int } => match value {
            Value::String(text) => Some(text.to_string()),
            other => other.as_i64().map(|n| n.to_string()),
        },
        _ => None,
    }
}

enum Rule {
    None,
    /// The first argument's name.
    First,
    /// The argument's name if there is only one.
    Only,
    /// `prefix_` and the first argument's name.
    Prefix(&'static str),
    Fixed(&'static str),
    /// `column_ifexists("x", …)` is named `x`.
    ColumnNamed,
}

fn rule(function: &str) -> Rule {
    match function {
        "split"
        | "tostring"
        | "tohex"
        | "todynamic"
        | "toobject"
        | "tolong"
        | "toint"
        | "toreal"
        | "todouble"
        | "todatetime"
        | "totimespan"
        | "totime"
        | "tobool"
        | "toboolean"
        | "todecimal"
        | "toguid"
        | "parse_csv"
        | "parsejson"
        | "parse_json"
        | "parse_xml"
        | "format_datetime"
        | "format_timespan"
        | "startofday"
        | "bin"
        | "floor"
        | "bin_at"
        | "bin_auto"
        | "binary_and"
        | "binary_or"
        | "binary_xor"
        | "binary_not"
        | "binary_shift_right"
        | "binary_shift_left"
        | "bitset_count_ones"
        | "series_fir"
        | "series_outliers"
        | "series_iir"
        | "series_fill_backward"
        | "series_fill_forward"
        | "series_fill_const"
        | "series_fill_linear"
        | "round"
        | "ceiling"
        | "pow"
        | "sqrt"
        | "log"
        | "log2"
        | "log10"
        | "exp"
        | "exp2"
        | "exp10"
        | "cos"
        | "sin"
        | "tan"
        | "acos"
        | "asin"
        | "atan"
        | "atan2"
        | "abs"
        | "rand"
        | "gamma"
        | "loggamma"
        | "erf"
        | "erfc"
        | "format_bytes"
        | "take_anyif"
        | "binary_all_or"
        | "binary_all_and"
        | "binary_all_xor" => Rule::First,
        "make_datetime" | "make_timespan" => Rule::Only,
        "strlen" => Rule::Prefix("strlen"),
        "string_size" => Rule::Prefix("string_size"),
        "percentile_tdigest" | "percentiles_array_tdigest" => Rule::Prefix("percentile_tdigest"),
        "percentiles_array" | "percentilesw_array" => Rule::Prefix("percentiles"),
        "dcount_hll" => Rule::Prefix("dcount_hll"),
        "gettype" => Rule::Prefix("type"),
        "treepath" => Rule::Prefix("tree"),
        "repeat" => Rule::Prefix("repeat"),
        "columnifexists" | "column_ifexists" => Rule::ColumnNamed,
        "ingestion_time" => Rule::Fixed("$IngestionTime"),
        "sum" => Rule::Prefix("sum"),
        "sumif" => Rule::Prefix("sumif"),
        "cnt" => Rule::Prefix("cnt"),
        "count" => Rule::Prefix("count"),
        "countif" => Rule::Prefix("countif"),
        "dcount" => Rule::Prefix("dcount"),
        "dcountif" => Rule::Prefix("dcountif"),
        "tdigest" => Rule::Prefix("tdigest"),
        "tdigest_merge" | "merge_tdigest" => Rule::Prefix("merge_tdigests"),
        "hll" => Rule::Prefix("hll"),
        "hll_if" => Rule::Prefix("hll_if"),
        "hll_merge" => Rule::Prefix("hll_merge"),
        "min" => Rule::Prefix("min"),
        "minif" => Rule::Prefix("minif"),
        "max" => Rule::Prefix("max"),
        "maxif" => Rule::Prefix("maxif"),
        "avg" => Rule::Prefix("avg"),
        "avgif" => Rule::Prefix("avgif"),
        "makelist" | "make_list" | "make_list_if" | "make_list_with_nulls" => Rule::Prefix("list"),
        "makeset" | "make_set" | "make_set_if" => Rule::Prefix("set"),
        "make_dictionary" => Rule::Prefix("dictionary"),
        "make_bag" | "make_bag_if" => Rule::Prefix("bag"),
        "buildschema" => Rule::Prefix("schema"),
        "stdev" => Rule::Prefix("stdev"),
        "stdevif" => Rule::Prefix("stdevif"),
        "stdevp" => Rule::Prefix("stdevp"),
        "variance" => Rule::Prefix("variance"),
        "varianceif" => Rule::Prefix("varianceif"),
        "variancep" => Rule::Prefix("variancep"),
        "variancepif" => Rule::Prefix("variancepif"),
        "covariance" => Rule::Prefix("covariance"),
        "covarianceif" => Rule::Prefix("covarianceif"),
        "covariancep" => Rule::Prefix("covariancep"),
        "covariancepif" => Rule::Prefix("covariancepif"),
        "any" => Rule::Prefix("any"),
        "anyif" => Rule::Prefix("anyif"),
        "count_distinct" => Rule::Prefix("count_distinct"),
        "count_distinctif" => Rule::Prefix("count_distinctif"),
        _ => Rule::None,
    }
}
