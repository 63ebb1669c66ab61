//! Mathematical functions, rounding and conversions between units.

mod around;
mod beta;
mod bin;
mod exponential;
mod format_bytes;
mod gamma;
mod kinds;
pub mod random;
mod real;
mod round;
mod sign;
mod trigonometry;
mod units;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &sign::ABS,
    &trigonometry::ACOS,
    &around::AROUND,
    &trigonometry::ASIN,
    &trigonometry::ATAN,
    &trigonometry::ATAN2,
    &beta::BETA_CDF,
    &beta::BETA_INV,
    &beta::BETA_PDF,
    &bin::BIN,
    &bin::BIN_AT,
    &bin::BIN_AUTO,
    &round::CEILING,
    &units::CONVERT_ANGLE,
    &units::CONVERT_ENERGY,
    &units::CONVERT_FORCE,
    &units::CONVERT_LENGTH,
    &units::CONVERT_MASS,
    &units::CONVERT_SPEED,
    &units::CONVERT_TEMPERATURE,
    &units::CONVERT_VOLUME,
    &trigonometry::COS,
    &trigonometry::COT,
    &trigonometry::DEGREES,
    &gamma::ERF,
    &gamma::ERFC,
    &exponential::EXP,
    &exponential::EXP10,
    &exponential::EXP2,
    &format_bytes::FORMAT_BYTES,
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
    &round::ROUND,
    &sign::SIGN,
    &trigonometry::SIN,
    &exponential::SQRT,
    &trigonometry::TAN,
    &beta::WELCH_TEST,
];
