//! Which operand types an operator takes, and the type of its result.

use crate::value::Type;

/// The type of `left op right`, or `None` when the operator does not take these types. Operators are named as in KQL;
/// unary minus is `unary-` with its operand on both sides.
pub fn result_type(op: &str, left: Type, right: Type) -> Option<Type> {
    match op {
        "+" => add(left, right),
        "-" => subtract(left, right),
        "*" => multiply(left, right),
        "/" => divide(left, right),
        "%" => modulo(left, right),
        "unary-" => match left {
            Type::TimeSpan | Type::Dynamic => Some(left),
            other => number(other, other),
        },
        "==" | "!=" | "<>" => is_comparable(left, right).then_some(Type::Bool),
        "<" | "<=" | ">" | ">=" => has_order(left, right).then_some(Type::Bool),
        "and" | "or" => ([left, right].iter().all(|t| matches!(t, Type::Bool | Type::Dynamic))).then_some(Type::Bool),
        "in" | "!in" => (left == Type::Dynamic || right == Type::Dynamic || is_comparable(left, right)).then_some(Type::Bool),
        "between" | "!between" => is_between(left, right).then_some(Type::Bool),
        ":" => Some(Type::Bool),
        _ => [left, right].iter().all(|t| matches!(t, Type::String | Type::Dynamic)).then_some(Type::Bool),
    }
}

/// The result of arithmetic on numbers: the wider type, and never int. A dynamic takes the type of the other side.
fn number(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::Dynamic, Type::Dynamic) => Some(Type::Dynamic),
        (Type::Dynamic, other) | (other, Type::Dynamic) if other.is_numeric() => Some(other.widest(Type::Long).unwrap_or(other)),
        _ if left.is_numeric() && right.is_numeric() => left.widest(right)?.widest(Type::Long),
        _ => None,
    }
}

fn add(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::DateTime, Type::TimeSpan | Type::Dynamic) | (Type::TimeSpan | Type::Dynamic, Type::DateTime) => Some(Type::DateTime),
        (Type::TimeSpan, Type::TimeSpan | Type::Dynamic) | (Type::Dynamic, Type::TimeSpan) => Some(Type::TimeSpan),
        _ => number(left, right),
    }
}

fn subtract(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::DateTime, Type::TimeSpan) => Some(Type::DateTime),
        (Type::DateTime, Type::DateTime | Type::Dynamic) | (Type::Dynamic, Type::DateTime) => Some(Type::TimeSpan),
        (Type::TimeSpan, Type::TimeSpan | Type::Dynamic) | (Type::Dynamic, Type::TimeSpan) => Some(Type::TimeSpan),
        _ => number(left, right),
    }
}

fn multiply(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::TimeSpan, other) | (other, Type::TimeSpan) => (other.is_numeric() || other == Type::Dynamic).then_some(Type::TimeSpan),
        _ => number(left, right),
    }
}

fn divide(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::TimeSpan | Type::Dynamic, Type::TimeSpan) => Some(Type::Real),
        (Type::TimeSpan, other) => (other.is_numeric() || other == Type::Dynamic).then_some(Type::TimeSpan),
        _ => number(left, right),
    }
}

fn modulo(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::TimeSpan | Type::DateTime | Type::Dynamic, Type::TimeSpan) => Some(Type::TimeSpan),
        _ => number(left, right),
    }
}

/// Kusto does not compare two dynamics. A string meets a value of another type by that type's reading of it.
fn is_comparable(left: Type, right: Type) -> bool {
    match (left, right) {
        (Type::Dynamic, Type::Dynamic) => false,
        (Type::Dynamic | Type::String, _) | (_, Type::Dynamic | Type::String) => true,
        (Type::Bool, other) | (other, Type::Bool) => other == Type::Bool || other.is_numeric(),
        _ => left == right || (left.is_numeric() && right.is_numeric()),
    }
}

/// Texts have no order: two of them, or one and a dynamic, are compared by `strcmp()`.
fn has_order(left: Type, right: Type) -> bool {
    let texts = [left, right].iter().all(|t| matches!(t, Type::String | Type::Dynamic));
    !texts && left != Type::Guid && right != Type::Guid && is_comparable(left, right)
}

/// A datetime may lie between a datetime and a timespan after it.
fn is_between(value: Type, bound: Type) -> bool {
    (value == Type::DateTime && bound == Type::TimeSpan) || has_order(value, bound)
}
