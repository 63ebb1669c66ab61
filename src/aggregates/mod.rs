//! The table of aggregate functions. An aggregate is one constant in one file and one row in the list here.

mod arg;
mod avg;
mod binary;
mod buildschema;
mod count;
mod dcount;
mod distinct;
mod exact;
mod extremes;
mod fold;
mod json_text;
mod make_bag;
mod make_list;
mod make_set;
mod percentile;
mod pick;
mod sum;
mod take_any;
mod tdigest;
#[cfg(test)]
mod tests;
mod text_set;
mod total;
mod variance;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::plan::Aggregate;

const AGGREGATES: &[&Aggregate] = &[
    &arg::ARG_MAX,
    &arg::ARG_MIN,
    &avg::AVG,
    &avg::AVGIF,
    &binary::BINARY_ALL_AND,
    &binary::BINARY_ALL_OR,
    &binary::BINARY_ALL_XOR,
    &buildschema::BUILDSCHEMA,
    &count::COUNT,
    &count::CNT,
    &count::COUNTIF,
    &dcount::DCOUNT,
    &dcount::DCOUNTIF,
    &dcount::HLL,
    &dcount::HLL_IF,
    &dcount::HLL_MERGE,
    &distinct::COUNT_DISTINCT,
    &distinct::COUNT_DISTINCTIF,
    &extremes::MAX,
    &extremes::MAXIF,
    &extremes::MIN,
    &extremes::MINIF,
    &make_bag::MAKE_BAG,
    &make_bag::MAKE_BAG_IF,
    &make_bag::MAKE_DICTIONARY,
    &make_list::MAKE_LIST,
    &make_list::MAKE_LIST_IF,
    &make_list::MAKE_LIST_WITH_NULLS,
    &make_list::MAKELIST,
    &make_set::MAKE_SET,
    &make_set::MAKE_SET_IF,
    &make_set::MAKESET,
    &percentile::PERCENTILE,
    &percentile::PERCENTILES,
    &percentile::PERCENTILES_ARRAY,
    &percentile::PERCENTILEW,
    &percentile::PERCENTILESW,
    &percentile::PERCENTILESW_ARRAY,
    &sum::SUM,
    &sum::SUMIF,
    &take_any::TAKE_ANY,
    &take_any::TAKE_ANYIF,
    &take_any::ANY,
    &take_any::ANYIF,
    &take_any::PASSTHROUGH,
    &tdigest::TDIGEST,
    &tdigest::TDIGEST_MERGE,
    &variance::COVARIANCE,
    &variance::COVARIANCEIF,
    &variance::COVARIANCEP,
    &variance::COVARIANCEPIF,
    &variance::STDEV,
    &variance::STDEVIF,
    &variance::STDEVP,
    &variance::VARIANCE,
    &variance::VARIANCEIF,
    &variance::VARIANCEP,
    &variance::VARIANCEPIF,
];

/// Every aggregate, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Aggregate> {
    AGGREGATES.iter().copied()
}

/// Finds an aggregate by its name or an alias. Names are case-sensitive.
pub fn find(name: &str) -> Option<&'static Aggregate> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Aggregate>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index = HashMap::new();
        for aggregate in all() {
            index.insert(aggregate.name, aggregate);
            for alias in aggregate.aliases {
                index.insert(alias, aggregate);
            }
        }
        index
    });
    index.get(name).copied()
}
