//! Typed scalar expressions.

use crate::diagnostic::Span;
use crate::value::{PathStep, Type, Value};

use super::{Aggregate, Function, Kernel, WindowFunction};

/// Stands for a value that a subquery has not given yet. No query can name it, and it never runs.
static DEFERRED: Function = Function { name: "(subquery)", kernel: Kernel::Refused("its value is not known yet"), ..Function::NEW };

/// A column's identity within one plan. Unlike a name it is unique and never changes meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub u32);

/// An expression over the columns of its input. Arguments already have the types that the function takes.
#[derive(Clone, Debug)]
pub enum Expr {
    Column {
        id: ColumnId,
        ty: Type,
    },
    Constant {
        value: Value<'static>,
        ty: Type,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Expr>,
        ty: Type,
        span: Span,
    },
    /// `base.a[0].b`: looks into a dynamic; null where absent.
    Path {
        base: Box<Expr>,
        steps: Vec<PathStep>,
    },
}

impl Expr {
    pub fn constant(ty: Type, value: Value<'static>) -> Expr {
        Expr::Constant { value, ty }
    }

    pub fn null(ty: Type) -> Expr {
        Expr::Constant { value: Value::Null, ty }
    }

    /// A value of a subquery that has not run yet.
    pub fn deferred(ty: Type) -> Expr {
        Expr::Call { function: &DEFERRED, arguments: Vec::new(), ty, span: Span::default() }
    }

    /// Whether it depends on a subquery that has not run yet.
    pub fn is_deferred(&self) -> bool {
        self.any(&mut |e| matches!(e, Expr::Call { function, .. } if std::ptr::eq(*function, &DEFERRED)))
    }

    /// Whether a part of it is another in every row or run.
    pub fn is_volatile(&self) -> bool {
        self.any(&mut |e| matches!(e, Expr::Call { function, .. } if function.volatile))
    }

    /// Whether `test` holds for it or anything inside it.
    fn any(&self, test: &mut impl FnMut(&Expr) -> bool) -> bool {
        let mut found = false;
        self.walk(&mut |e| found |= test(e));
        found
    }

    pub fn ty(&self) -> Type {
        match self {
            Expr::Column { ty, .. } | Expr::Constant { ty, .. } | Expr::Call { ty, .. } => *ty,
            Expr::Path { .. } => Type::Dynamic,
        }
    }

    pub fn as_constant(&self) -> Option<&Value<'static>> {
        match self {
            Expr::Constant { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Calls `visit` on this expression and every expression inside it.
    pub fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match self {
            Expr::Call { arguments, .. } => arguments.iter().for_each(|a| a.walk(visit)),
            Expr::Path { base, .. } => base.walk(visit),
            Expr::Column { .. } | Expr::Constant { .. } => {}
        }
    }

    /// Gives every column another identity.
    pub fn renumber(&mut self, fresh: &mut impl FnMut(ColumnId) -> ColumnId) {
        match self {
            Expr::Column { id, .. } => *id = fresh(*id),
            Expr::Call { arguments, .. } => arguments.iter_mut().for_each(|a| a.renumber(fresh)),
            Expr::Path { base, .. } => base.renumber(fresh),
            Expr::Constant { .. } => {}
        }
    }

    /// Rewrites bottom up.
    pub fn transform(self, rewrite: &mut impl FnMut(Expr) -> Expr) -> Expr {
        let inner = match self {
            Expr::Call { function, arguments, ty, span } => {
                Expr::Call { function, arguments: arguments.into_iter().map(|a| a.transform(rewrite)).collect(), ty, span }
            }
            Expr::Path { base, steps } => Expr::Path { base: Box::new(base.transform(rewrite)), steps },
            leaf => leaf,
        };
        rewrite(inner)
    }
}

/// One aggregate of a `summarize`.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    pub aggregate: &'static Aggregate,
    pub arguments: Vec<Expr>,
    /// Only rows where this is true count (`countif`, `sumif` …).
    pub filter: Option<Expr>,
    /// What it produces: one column, several for `arg_max` and `percentiles`.
    pub outputs: Vec<(ColumnId, Type)>,
}

/// One window function over rows in order.
#[derive(Clone, Debug)]
pub struct WindowCall {
    pub function: &'static WindowFunction,
    pub arguments: Vec<Expr>,
    pub output: ColumnId,
    pub ty: Type,
}
