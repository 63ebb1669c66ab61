//! series_stats() and series_stats_dynamic(): the usual statistics of a series.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::Type;

use super::numbers::{PROCESSING, bag, results};
use super::reduce::statistics;

pub static SERIES_STATS: Function = Function {
    name: "series_stats",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [ignore_nonfinite:bool]) -> dynamic"],
    summary: "Minimum, maximum and where they stand, average, sample deviation and variance; nulls if an element is no finite number.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let mut found = statistics(arguments);
        if let Some(found) = &mut found {
            found.truncate(SERIES_STATS.columns.len());
        }
        results(found, SERIES_STATS.columns.len())
    }),
    columns: &[
        ("min", Type::Real),
        ("min_idx", Type::Long),
        ("max", Type::Real),
        ("max_idx", Type::Long),
        ("avg", Type::Real),
        ("stdev", Type::Real),
        ("variance", Type::Real),
    ],
    examples: &[("print x = dynamic([2,4,6]) | project series_stats(x)", "2.0 | 0 | 6.0 | 2 | 4.0 | 2.0 | 4.0")],
    ..Function::NEW
};

pub static SERIES_STATS_DYNAMIC: Function = Function {
    name: "series_stats_dynamic",
    category: PROCESSING,
    signatures: &["(series:dynamicarray, [ignore_nonfinite:bool]) -> dynamic"],
    summary: "The results of series_stats in a bag, with sum and length.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        bag(statistics(arguments), &["min", "min_idx", "max", "max_idx", "avg", "stdev", "variance", "sum", "len"])
    }),
    examples: &[("series_stats_dynamic(dynamic([2,4,6])).stdev", "2.0")],
    ..Function::NEW
};
