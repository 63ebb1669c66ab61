//! Mathematical functions, rounding and conversions between units.

mod beta;
mod exponential;
mod gamma;
mod kinds;
mod random;
mod real;
mod trigonometry;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &trigonometry::ACOS,
    &trigonometry::ASIN,
    &trigonometry::ATAN,
    &trigonometry::ATAN2,
    &beta::BETA_CDF,
    &beta::BETA_INV,
    &beta::BETA_PDF,
    &trigonometry::COS,
    &trigonometry::COT,
    &trigonometry::DEGREES,
    &gamma::ERF,
    &gamma::ERFC,
    &exponential::EXP,
    &exponential::EXP10,
    &exponential::EXP2,
    &gamma::GAMMA,
    &kinds::ISFINITE,
    &kinds::ISINF,
    &kinds::ISNAN,
    &exponential::LOG,
    &exponential::LOG10,
    &exponential::LOG2,
    &gamma::LOGGAMMA,
    &random::NEW_GUID,
    &trigonometry::PI,
    &exponential::POW,
    &trigonometry::RADIANS,
    &random::RAND,
    &trigonometry::SIN,
    &exponential::SQRT,
    &trigonometry::TAN,
    &beta::WELCH_TEST,
];
