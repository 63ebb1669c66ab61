//! A bystander that sees each expression and operator as it is bound: what lints are made of.

use crate::plan::Expr;
use crate::syntax::ast;

use super::{Binder, Binding};

/// Sees what is bound, inner expressions before outer ones. What is bound twice is seen twice.
pub trait Observer {
    /// `hides`: the name is a column's, and a variable with the same name is not seen for it.
    fn scalar(&mut self, written: &ast::Expr, bound: &Expr, hides: bool);
    fn operator(&mut self, written: &ast::Operator);
}

impl Binder<'_> {
    pub(super) fn observe(&mut self, written: &ast::Expr, bound: &Expr) {
        let Some(observer) = &mut self.observer else { return };
        let hides = match (&written.kind, bound) {
            (ast::ExprKind::Name(name), Expr::Column { .. }) => matches!(self.env.find(name), Some(Binding::Scalar(_))),
            _ => false,
        };
        observer.scalar(written, bound, hides);
    }

    pub(super) fn observe_operator(&mut self, written: &ast::Operator) {
        if let Some(observer) = &mut self.observer {
            observer.operator(written);
        }
    }

    /// Binds a text of someone else's, which the author of this one cannot mend.
    pub(super) fn unobserved<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> T {
        let observer = self.observer.take();
        let result = bind(self);
        self.observer = observer;
        result
    }
}
