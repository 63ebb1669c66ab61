//! Calls of aggregates and window functions.

use crate::aggregates;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Aggregate, AggregateCall, Expr, Returns, Signature, WindowCall};
use crate::syntax::ast::Argument;
use crate::value::Type;

use super::Binder;
use super::conversion::convert;
use super::overload::{adapt, fits, fits_loosely, mismatch, result_of};

impl Binder<'_> {
    pub(super) fn aggregate(&mut self, aggregate: &'static Aggregate, name: &str, arguments: &[Argument], span: Span) -> Result<Expr> {
        let (call, _) = self.aggregate_call(aggregate, name, arguments, span)?;
        let (id, ty) = call.outputs[0];
        if let Some(calls) = &mut self.aggregates {
            calls.push(call);
        }
        Ok(Expr::Column { id, ty })
    }

    /// Binds a call of an aggregate. Beside it, the names of its result columns after the first.
    pub fn aggregate_call(
        &mut self,
        aggregate: &'static Aggregate,
        name: &str,
        arguments: &[Argument],
        span: Span,
    ) -> Result<(AggregateCall, Vec<String>)> {
        let outer = self.aggregates.take();
        let bound = arguments.iter().map(|a| self.scalar(&a.value)).collect::<Result<Vec<_>>>();
        self.aggregates = outer;
        self.aggregate_of(aggregate, name, bound?, arguments, span)
    }

    /// The same from arguments that are bound already.
    pub fn aggregate_of(
        &mut self,
        aggregate: &'static Aggregate,
        name: &str,
        mut bound: Vec<Expr>,
        written: &[Argument],
        span: Span,
    ) -> Result<(AggregateCall, Vec<String>)> {
        let signature = signature(aggregate, name, &bound, written, span)?;
        let mut filter = None;
        let mut base = aggregate;
        if let Some(unfiltered) = aggregate.filtered {
            let at = signature
                .parameters
                .iter()
                .position(|p| p.name == "predicate")
                .unwrap_or(bound.len().saturating_sub(1))
                .min(bound.len().saturating_sub(1));
            filter = Some(convert(bound.remove(at), Type::Bool));
            base = aggregates::find(unfiltered).unwrap_or(aggregate);
        }
        self.finish_aggregate(base, name, bound, written, filter, span)
    }

    fn finish_aggregate(
        &mut self,
        aggregate: &'static Aggregate,
        name: &str,
        bound: Vec<Expr>,
        written: &[Argument],
        filter: Option<Expr>,
        span: Span,
    ) -> Result<(AggregateCall, Vec<String>)> {
        let signature = signature(aggregate, name, &bound, written, span)?;
        let arguments = adapt(&signature, bound);
        let types: Vec<Type> = match (signature.returns, aggregate.returns) {
            (_, Some(returns)) => returns(&arguments.iter().map(Expr::ty).collect::<Vec<_>>()),
            (Returns::Custom, None) => vec![Type::Dynamic],
            (returns, None) => vec![result_of(returns, &signature, &arguments)],
        };
        let outputs = types.into_iter().map(|ty| (self.fresh(), ty)).collect();
        Ok((AggregateCall { aggregate, arguments, filter, outputs }, Vec::new()))
    }

    pub(super) fn window_call(
        &mut self,
        function: &'static crate::plan::WindowFunction,
        arguments: &[Argument],
        span: Span,
    ) -> Result<Expr> {
        if self.windows.is_none() {
            let message = format!("{}() needs rows in a fixed order", function.name);
            return Err(Diagnostic::error(Code::NOT_SORTED, span, message).help("put `| sort by …` or `| serialize` before this operator"));
        }
        let bound = arguments.iter().map(|a| self.scalar(&a.value)).collect::<Result<Vec<_>>>()?;
        if let ("prev" | "next", Some(place)) = (function.name, bound.iter().skip(1).position(|e| self.fold(e).is_none())) {
            let message = format!("argument {} of {}() must be a constant", place + 2, function.name);
            return Err(Diagnostic::error(Code::NOT_CONSTANT, arguments[place + 1].value.span, message));
        }
        let signatures: Vec<Signature> = function.signatures.iter().map(|s| Signature::parse(s)).collect();
        let Some(signature) = signatures.iter().find(|s| fits(s, &bound)).or_else(|| signatures.iter().find(|s| fits_loosely(s, &bound)))
        else {
            return Err(mismatch(function.name, &signatures, &bound, arguments, span));
        };
        let bound = adapt(signature, bound);
        let ty = result_of(signature.returns, signature, &bound);
        let output = self.fresh();
        if let Some(calls) = &mut self.windows {
            calls.push(WindowCall { function, arguments: bound, output, ty });
        }
        Ok(Expr::Column { id: output, ty })
    }
}

/// The signature that arguments fit, exactly if there is one.
fn signature(aggregate: &Aggregate, name: &str, bound: &[Expr], written: &[Argument], span: Span) -> Result<Signature> {
    let mut signatures: Vec<Signature> = aggregate.signatures.iter().map(|s| Signature::parse(s)).collect();
    let exact = signatures.iter().position(|s| fits(s, bound));
    match exact.or_else(|| signatures.iter().position(|s| fits_loosely(s, bound))) {
        Some(at) => Ok(signatures.swap_remove(at)),
        None => Err(mismatch(name, &signatures, bound, written, span)),
    }
}
