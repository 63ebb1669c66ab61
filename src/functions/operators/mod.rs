//! The scalar operators, as functions named by their symbols: the binder calls them so.

mod any_all;
mod arithmetic;
mod compare;
mod element;
mod fold;
mod lanes;
mod logic;
mod matches_regex;
mod membership;
mod needle;
mod search_values;
mod text;
pub mod types;

pub use needle::Needle;

use crate::plan::Function;

/// Arithmetic, comparison, logic, membership and regular expressions.
pub const FUNCTIONS: &[&Function] = &[
    &arithmetic::ADD,
    &arithmetic::SUBTRACT,
    &arithmetic::MULTIPLY,
    &arithmetic::DIVIDE,
    &arithmetic::MODULO,
    &arithmetic::NEGATE,
    &compare::EQUAL,
    &compare::NOT_EQUAL,
    &compare::LESS,
    &compare::LESS_EQUAL,
    &compare::GREATER,
    &compare::GREATER_EQUAL,
    &compare::BETWEEN,
    &compare::NOT_BETWEEN,
    &element::ELEMENT,
    &logic::AND,
    &logic::OR,
    &membership::IN,
    &membership::NOT_IN,
    &membership::IN_TILDE,
    &membership::NOT_IN_TILDE,
    &search_values::SEARCH_VALUES,
    &any_all::HAS_ANY,
    &any_all::HAS_ALL,
    &matches_regex::MATCHES_REGEX,
];

/// The text operators.
pub const TEXT_FUNCTIONS: &[&Function] = text::FUNCTIONS;
