//! Overloads: which signature takes a call's arguments, what they are converted to, and what comes out.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Accepts, Expr, Function, Returns, Signature};
use crate::syntax::ast::Argument;
use crate::value::{Type, Value};

use super::call::is_null;
use super::conversion::{common_type, convert, promotable};

/// Puts arguments that are given by name into the places of their parameters.
pub(super) fn order_named(function: &Function, written: &[Argument], bound: Vec<Expr>, span: Span) -> Result<Vec<Expr>> {
    if written.iter().all(|a| a.name.is_none()) {
        return Ok(bound);
    }
    let signature = function.signatures.first().map(|s| Signature::parse(s));
    let names: Vec<String> = signature.map(|s| s.parameters.into_iter().map(|p| p.name).collect()).unwrap_or_default();
    let mut placed: Vec<Option<Expr>> = Vec::new();
    for (i, (argument, expr)) in written.iter().zip(bound).enumerate() {
        let at = match &argument.name {
            None => i,
            // A name that no parameter has is for the reader.
            Some(name) => names.iter().position(|n| *n == name.name).unwrap_or(i),
        };
        if placed.len() <= at {
            placed.resize_with(at + 1, || None);
        }
        placed[at] = Some(expr);
    }
    placed.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| {
        Diagnostic::error(Code::ARGUMENT_COUNT, span, format!("{}() lacks an argument before the named ones", function.name))
    })
}

/// Which parameter takes argument `at` of `count`.
fn parameter_at(signature: &Signature, at: usize, count: usize) -> Option<usize> {
    let parameters = &signature.parameters;
    let Some(repeat) = parameters.iter().position(|p| p.repeats) else { return (at < parameters.len()).then_some(at) };
    let after = parameters.len() - repeat - 1;
    match at {
        _ if at < repeat => Some(at),
        _ if after > 0 && at + after >= count => Some(parameters.len() - (count - at)),
        _ => Some(repeat),
    }
}

fn counts(signature: &Signature, count: usize) -> bool {
    let required = signature.parameters.iter().filter(|p| !p.optional).count();
    count >= required && (signature.parameters.iter().any(|p| p.repeats) || count <= signature.parameters.len())
}

pub(super) fn fits(signature: &Signature, arguments: &[Expr]) -> bool {
    counts(signature, arguments.len())
        && arguments
            .iter()
            .enumerate()
            .all(|(i, a)| parameter_at(signature, i, arguments.len()).is_some_and(|p| accepts(signature.parameters[p].accepts, a)))
        && common_fits(signature, arguments)
}

/// A dynamic may stand for a typed parameter where it comes straight out of a record whose types are not declared.
pub(super) fn fits_loosely(signature: &Signature, arguments: &[Expr]) -> bool {
    counts(signature, arguments.len())
        && arguments.iter().enumerate().all(|(i, a)| {
            parameter_at(signature, i, arguments.len()).is_some_and(|p| accepts(signature.parameters[p].accepts, a) || undeclared(a))
        })
        && common_fits(signature, arguments)
}

/// One step into a hidden record: a column that no sample showed.
fn undeclared(expr: &Expr) -> bool {
    matches!(expr, Expr::Path { base, steps } if steps.len() == 1 && matches!(**base, Expr::Column { .. }))
}

fn accepts(accepts: Accepts, argument: &Expr) -> bool {
    let ty = argument.ty();
    // `dynamic(null)` has no type of its own; a null of another type is of that type.
    let untyped = is_null(argument) && ty == Type::Dynamic;
    match accepts {
        Accepts::Exactly(Type::Dynamic) => true,
        Accepts::Exactly(to) => promotable(ty, to) || untyped,
        Accepts::Number => ty.is_numeric() || untyped,
        Accepts::Integer => ty.is_integer() || untyped,
        Accepts::Summable => ty.is_summable() || untyped,
        Accepts::NotDynamic => ty != Type::Dynamic || untyped,
        Accepts::NumberOrBool => ty.is_numeric() || ty == Type::Bool,
        Accepts::StringOrDynamic | Accepts::StringOrArray => matches!(ty, Type::String | Type::Dynamic),
        Accepts::IntegerOrArray => ty.is_integer() || ty == Type::Dynamic,
        Accepts::NotRealOrBool => !matches!(ty, Type::Real | Type::Bool),
        Accepts::Array | Accepts::Bag => ty == Type::Dynamic,
        Accepts::TypeLiteral => ty == Type::String,
        Accepts::Tabular => false,
        Accepts::Scalar | Accepts::Orderable | Accepts::CommonScalar | Accepts::CommonScalarOrDynamic | Accepts::CommonOrderable => true,
    }
}

fn is_common(accepts: Accepts) -> bool {
    matches!(accepts, Accepts::CommonScalar | Accepts::CommonScalarOrDynamic | Accepts::CommonOrderable)
}

fn common_types(signature: &Signature, arguments: &[Expr]) -> (Vec<Type>, bool) {
    let mut types = Vec::new();
    let mut aside = false;
    for (i, argument) in arguments.iter().enumerate() {
        let Some(p) = parameter_at(signature, i, arguments.len()) else { continue };
        let accepts = signature.parameters[p].accepts;
        if is_common(accepts) && !(is_null(argument) && argument.ty() == Type::Dynamic) {
            types.push(argument.ty());
        }
        aside |= accepts == Accepts::CommonScalarOrDynamic;
    }
    (types, aside)
}

fn common_fits(signature: &Signature, arguments: &[Expr]) -> bool {
    let (types, aside) = common_types(signature, arguments);
    types.is_empty() || common_of(&types, aside).is_some()
}

/// The common type; with `dynamics_aside`, dynamics count only where there is nothing else.
pub(super) fn common_of(types: &[Type], dynamics_aside: bool) -> Option<Type> {
    let typed: Vec<Type> = types.iter().copied().filter(|t| !dynamics_aside || *t != Type::Dynamic).collect();
    let types = if typed.is_empty() { types } else { &typed };
    types.iter().copied().try_fold(None, |common: Option<Type>, ty| match common {
        None => Some(Some(ty)),
        Some(common) => common_type(common, ty).map(Some),
    })?
}

/// Converts arguments to the types that their parameters ask for.
pub(super) fn adapt(signature: &Signature, arguments: Vec<Expr>) -> Vec<Expr> {
    let (types, aside) = common_types(signature, &arguments);
    let common = common_of(&types, aside);
    let count = arguments.len();
    let targets: Vec<Option<Type>> = (0..count)
        .map(|i| match signature.parameters[parameter_at(signature, i, count)?].accepts {
            Accepts::Exactly(ty) => Some(ty),
            Accepts::Integer | Accepts::Number => (arguments[i].ty() == Type::Dynamic).then_some(Type::Long),
            accepts if is_common(accepts) => common,
            _ => None,
        })
        .collect();
    arguments
        .into_iter()
        .zip(targets)
        .map(|(argument, target)| match target {
            Some(target) => convert(argument, target),
            None => argument,
        })
        .collect()
}

pub(super) fn result_of(returns: Returns, signature: &Signature, arguments: &[Expr]) -> Type {
    let ty = |i: usize| arguments.get(i).map_or(Type::Dynamic, Expr::ty);
    match returns {
        Returns::Type(ty) => ty,
        Returns::Parameter(i) => ty(i),
        Returns::Promoted(i) => {
            if ty(i) == Type::Int {
                Type::Long
            } else {
                ty(i)
            }
        }
        Returns::Common => {
            let (types, aside) = common_types(signature, arguments);
            common_of(&types, aside).unwrap_or(Type::Dynamic)
        }
        Returns::Widest => {
            arguments.iter().map(Expr::ty).filter(|t| t.is_numeric()).fold(Type::Long, |widest, ty| widest.widest(ty).unwrap_or(widest))
        }
        Returns::Literal => match arguments.last().and_then(Expr::as_constant) {
            Some(Value::String(name)) => Type::parse(name).unwrap_or(Type::Dynamic),
            _ => Type::Dynamic,
        },
        Returns::Custom => Type::Dynamic,
    }
}

pub(super) fn mismatch(name: &str, signatures: &[Signature], bound: &[Expr], written: &[Argument], span: Span) -> Box<Diagnostic> {
    let Some(signature) = signatures.iter().find(|s| counts(s, bound.len())) else {
        let message = format!("{name}() does not take {} argument{}", bound.len(), if bound.len() == 1 { "" } else { "s" });
        return Diagnostic::error(Code::ARGUMENT_COUNT, span, message).help(usage(name, signatures));
    };
    let wrong = bound
        .iter()
        .enumerate()
        .find(|(i, a)| parameter_at(signature, *i, bound.len()).is_some_and(|p| !accepts(signature.parameters[p].accepts, a)));
    match wrong {
        Some((i, argument)) => {
            let place = written.get(i).map_or(span, |w| w.value.span);
            let message = format!("argument {} of {name}() is a {}", i + 1, argument.ty());
            let error = Diagnostic::error(Code::ARGUMENT_TYPE, place, message).help(usage(name, signatures));
            if argument.ty() == Type::Dynamic { error.help("convert it first, for instance with `tostring(…)`") } else { error }
        }
        None => Diagnostic::error(Code::BRANCHES, span, format!("the arguments of {name}() have no common type")),
    }
}

fn usage(name: &str, signatures: &[Signature]) -> String {
    let forms = signatures.iter().map(|signature| {
        let parameters = signature.parameters.iter().map(|p| {
            let text = format!("{}{}", p.name, if p.repeats { ", …" } else { "" });
            if p.optional { format!("[{text}]") } else { text }
        });
        format!("{name}({})", parameters.collect::<Vec<_>>().join(", "))
    });
    format!("it is used as {}", forms.collect::<Vec<_>>().join(" or "))
}
