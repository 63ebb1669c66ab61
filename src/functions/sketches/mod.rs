//! Functions of the states that hll() and tdigest() make.

mod hll;
mod tdigest;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &hll::DCOUNT_HLL,
    &hll::HLL_MERGE,
    &tdigest::MERGE_TDIGEST,
    &tdigest::PERCENTILE_TDIGEST,
    &tdigest::PERCENTILES_ARRAY_TDIGEST,
    &tdigest::PERCENTRANK_TDIGEST,
    &tdigest::RANK_TDIGEST,
];
