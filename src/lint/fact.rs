//! What a rule may ask about an expression: its text, its type, its value where it is constant.

use std::collections::HashMap;

use crate::diagnostic::Span;
use crate::plan::Expr;
use crate::syntax::ast::{Argument, BinaryOp, Expr as Written, ExprKind};
use crate::value::Type;

/// What the binder made of an expression.
#[derive(Clone)]
pub(super) struct Fact {
    ty: Type,
    /// A column as it is.
    column: bool,
    constant: bool,
}

impl Fact {
    pub(super) fn new(bound: &Expr) -> Fact {
        Fact { ty: bound.ty(), column: matches!(bound, Expr::Column { .. }), constant: bound.as_constant().is_some() }
    }
}

/// An expression that was just bound, and those inside it.
pub(super) struct Seen<'a> {
    pub written: &'a Written,
    /// A name that is a column's, though a variable has it too.
    pub hides: bool,
    pub query: &'a str,
    pub facts: &'a HashMap<Span, Fact>,
}

impl<'a> Seen<'a> {
    fn fact(&self, of: &Written) -> Option<&'a Fact> {
        self.facts.get(&of.span)
    }

    pub fn ty(&self, of: &Written) -> Option<Type> {
        self.fact(of).map(|fact| fact.ty)
    }

    pub fn is_column(&self, of: &Written) -> bool {
        self.fact(of).is_some_and(|fact| fact.column)
    }

    pub fn is_constant(&self, of: &Written) -> bool {
        self.fact(of).is_some_and(|fact| fact.constant)
    }

    /// Whether this is a column that holds text.
    pub fn is_text_column(&self, of: &Written) -> bool {
        self.is_column(of) && self.ty(of) == Some(Type::String)
    }

    /// The expression as it was written.
    pub fn source(&self, of: &Written) -> &'a str {
        self.text(of.span)
    }

    pub fn text(&self, span: Span) -> &'a str {
        self.query.get(span.range()).unwrap_or_default()
    }

    /// The expression's text with the part at `part` replaced.
    pub fn replaced(&self, part: Span, with: &str) -> String {
        let whole = self.written.span;
        format!("{}{with}{}", self.text(Span { end: part.start, ..whole }), self.text(Span { start: part.end, ..whole }))
    }

    /// The name and arguments of a call.
    pub fn call(&self) -> Option<(&'a str, Span, &'a [Argument])> {
        match &self.written.kind {
            ExprKind::Call { name, arguments } => Some((&name.name, name.span, arguments)),
            _ => None,
        }
    }

    /// A call's only argument, if the function is one of these.
    pub fn call_of_one(&self, names: &[&str]) -> Option<&'a Written> {
        match self.call()? {
            (name, _, [argument]) if names.contains(&name) => Some(&argument.value),
            _ => None,
        }
    }

    pub fn binary(&self) -> Option<(BinaryOp, Span, &'a Written, &'a Written)> {
        match &self.written.kind {
            ExprKind::Binary { op, op_span, left, right } => Some((*op, *op_span, left, right)),
            _ => None,
        }
    }
}

/// The text of a string literal. A variable's is not asked for: it may be meant to change, and `toscalar` has no value without data.
pub(super) fn literal(expr: &Written) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal { value, .. } => value.as_str(),
        _ => None,
    }
}
