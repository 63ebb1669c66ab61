//! Conversions between types, tests for null, and the functions that choose between their arguments.

mod bits;
mod cast;
mod choose;
mod dynamic_to_json;
mod empty;
mod gettype;
mod not;
mod tohex;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &bits::BINARY_AND,
    &bits::BINARY_NOT,
    &bits::BINARY_OR,
    &bits::BINARY_SHIFT_LEFT,
    &bits::BINARY_SHIFT_RIGHT,
    &bits::BINARY_XOR,
    &bits::BITSET_COUNT_ONES,
    &choose::CASE,
    &choose::COALESCE,
    &dynamic_to_json::DYNAMIC_TO_JSON,
    &gettype::GETTYPE,
    &choose::IFF,
    &empty::ISEMPTY,
    &empty::ISNOTEMPTY,
    &empty::ISNOTNULL,
    &empty::ISNULL,
    &choose::MAX_OF,
    &choose::MIN_OF,
    &not::NOT,
    &cast::PARSE_JSON,
    &cast::TO_DYNAMIC,
    &cast::TOBOOL,
    &cast::TODATETIME,
    &cast::TODECIMAL,
    &cast::TODOUBLE,
    &cast::TOGUID,
    &tohex::TOHEX,
    &cast::TOINT,
    &cast::TOLONG,
    &cast::TOSTRING,
    &cast::TOTIMESPAN,
];
