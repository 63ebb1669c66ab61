//! Functions on series: arrays of numbers that stand for points at equal distances.

mod decompose;
mod element;
mod fill;
mod filter;
mod fit;
mod fourier;
mod numbers;
mod outliers;
mod pairwise;
mod periods;
mod reduce;
mod regression;
mod stats;

use crate::plan::Function;

pub use reduce::sum;

pub const FUNCTIONS: &[&Function] = &[
    &element::SERIES_ABS,
    &element::SERIES_ACOS,
    &pairwise::SERIES_ADD,
    &element::SERIES_ASIN,
    &element::SERIES_ATAN,
    &element::SERIES_CEILING,
    &element::SERIES_COS,
    &reduce::SERIES_COSINE_SIMILARITY,
    &decompose::SERIES_DECOMPOSE,
    &decompose::SERIES_DECOMPOSE_ANOMALIES,
    &decompose::SERIES_DECOMPOSE_FORECAST,
    &pairwise::SERIES_DIVIDE,
    &reduce::SERIES_DOT_PRODUCT,
    &pairwise::SERIES_EQUALS,
    &element::SERIES_EXP,
    &fourier::SERIES_FFT,
    &fill::SERIES_FILL_BACKWARD,
    &fill::SERIES_FILL_CONST,
    &fill::SERIES_FILL_FORWARD,
    &fill::SERIES_FILL_LINEAR,
    &filter::SERIES_FIR,
    &fit::SERIES_FIT_2LINES,
    &fit::SERIES_FIT_2LINES_DYNAMIC,
    &fit::SERIES_FIT_LINE,
    &fit::SERIES_FIT_LINE_DYNAMIC,
    &fit::SERIES_FIT_POLY,
    &element::SERIES_FLOOR,
    &pairwise::SERIES_GREATER,
    &pairwise::SERIES_GREATER_EQUALS,
    &fourier::SERIES_IFFT,
    &filter::SERIES_IIR,
    &pairwise::SERIES_LESS,
    &pairwise::SERIES_LESS_EQUALS,
    &element::SERIES_LOG,
    &reduce::SERIES_MAGNITUDE,
    &pairwise::SERIES_MULTIPLY,
    &pairwise::SERIES_NOT_EQUALS,
    &outliers::SERIES_OUTLIERS,
    &reduce::SERIES_PEARSON_CORRELATION,
    &periods::SERIES_PERIODS_DETECT,
    &periods::SERIES_PERIODS_VALIDATE,
    &pairwise::SERIES_POW,
    &reduce::SERIES_PRODUCT,
    &decompose::SERIES_SEASONAL,
    &element::SERIES_SIGN,
    &element::SERIES_SIN,
    &stats::SERIES_STATS,
    &stats::SERIES_STATS_DYNAMIC,
    &pairwise::SERIES_SUBTRACT,
    &reduce::SERIES_SUM,
    &element::SERIES_TAN,
];
