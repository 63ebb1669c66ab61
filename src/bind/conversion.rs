//! Implicit conversions: which the binder allows, and the calls that perform them.

use crate::diagnostic::Span;
use crate::functions;
use crate::plan::Expr;
use crate::value::{Json, Type, Value};

/// The type that values of both types can become (the rule of `iff`, `coalesce`, `case`, `max_of`); `None` where there is none.
pub fn common_type(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        _ if a == b => Some(a),
        (Type::Dynamic, _) | (_, Type::Dynamic) => Some(Type::Dynamic),
        _ => a.widest(b),
    }
}

/// Whether an argument of type `from` may stand where `to` is expected, with a conversion.
pub fn promotable(from: Type, to: Type) -> bool {
    from == to || from.is_numeric() && to.is_numeric() && from.widest(to) == Some(to)
}

/// The expression as type `to`: constants now, others by a call of the conversion function.
pub fn convert(expr: Expr, to: Type) -> Expr {
    if expr.ty() == to {
        return expr;
    }
    if let Expr::Constant { value, .. } = expr {
        return Expr::constant(to, constant(value, to));
    }
    match functions::find(conversion_name(to)) {
        Some(function) => Expr::Call { function, arguments: vec![expr], ty: to, span: Span::default() },
        None => expr,
    }
}

fn constant(value: Value<'static>, to: Type) -> Value<'static> {
    match value {
        Value::Null if to == Type::String => Value::string(""),
        Value::Null => Value::Null,
        // A string becomes a dynamic string, whatever it looks like: only `parse_json()` reads it.
        other if to == Type::Dynamic => Json::from_value(&other).into_dynamic(),
        other => other.convert(to).into_owned(),
    }
}

fn conversion_name(to: Type) -> &'static str {
    match to {
        Type::Bool => "tobool",
        Type::Int => "toint",
        Type::Long => "tolong",
        Type::Real => "todouble",
        Type::Decimal => "todecimal",
        Type::DateTime => "todatetime",
        Type::TimeSpan => "totimespan",
        Type::String => "tostring",
        Type::Guid => "toguid",
        Type::Dynamic => "__todynamic",
    }
}
