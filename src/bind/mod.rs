//! From the syntax tree to the plan: resolves names, gives types, lowers operators.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::Expr;

/// Binds one query.
pub struct Binder {}

impl Binder {
    /// The input of an operator that needs one.
    pub fn require_input(&self, input: Option<Relation>, span: Span) -> Result<Relation> {
        input.ok_or_else(|| Diagnostic::error(Code::NOT_TABULAR, span, "this operator needs a table before it"))
    }

    /// A constant that counts something (`take 10`).
    pub fn constant_usize(&mut self, expr: &Expr) -> Result<usize> {
        Err(Diagnostic::error(Code::NOT_CONSTANT, expr.span, "a constant number is expected"))
    }
}
