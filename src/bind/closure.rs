//! Calls of the query's own functions and of stored ones: their parameters become names of their own scope.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr, Relation};
use crate::syntax::ast::{self, Argument, ExprKind, ParameterKind};
use crate::value::Type;

use super::call::is_null;
use super::conversion::convert;
use super::env::{Closure, required_fields};
use super::statement::declared_once;
use super::{Binder, Binding, Bound, Env};

impl Binder<'_> {
    pub(super) fn call_closure_scalar(&mut self, closure: &Arc<Closure>, arguments: &[Argument], span: Span) -> Result<Expr> {
        match self.call_closure(closure, arguments, span)? {
            Bound::Scalar(expr) => Ok(expr),
            Bound::Tabular(_) => {
                Err(Diagnostic::error(Code::NOT_SCALAR, span, format!("`{}` gives a table, a scalar is expected here", closure.name)))
            }
        }
    }

    /// Runs a function of the query's own: its body is bound with the arguments in place of the parameters.
    pub(super) fn call_closure(&mut self, closure: &Arc<Closure>, arguments: &[Argument], span: Span) -> Result<Bound> {
        self.spend_call(span)?;
        declared_once(&closure.body, &closure.parameters)?;
        let env = self.bind_parameters(closure, arguments, span)?;
        self.inside(&closure.name, env, span, |binder| binder.result(&closure.body, span))
    }

    /// Binds the body of something with a name in an environment of its own.
    pub(super) fn inside<T>(&mut self, name: &str, env: Env, span: Span, bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.calling.iter().any(|c| c == name) || self.calling.len() > 100 {
            return Err(Diagnostic::error(Code::RECURSION, span, format!("the function `{name}` calls itself")));
        }
        let outer_env = std::mem::replace(&mut self.env, env);
        let outer_row = std::mem::take(&mut self.row);
        self.calling.push(name.to_owned());
        let result = bind(self);
        self.calling.pop();
        self.row = outer_row;
        self.env = outer_env;
        result
    }

    /// A function from the library of stored functions.
    pub(super) fn call_stored(&mut self, name: &str, stored: &ast::Expr, arguments: &[Argument], span: Span) -> Result<Bound> {
        let (parameters, body) = match &stored.kind {
            ExprKind::Function { parameters, body, .. } => (parameters.clone(), body.clone()),
            ExprKind::Malformed { error, .. } => return Err(Box::new(Diagnostic { span, ..(**error).clone() })),
            _ => {
                let statement = ast::Statement { kind: ast::StatementKind::Expression(stored.clone()), span: stored.span };
                (Vec::new(), vec![statement])
            }
        };
        let closure = Closure { name: name.to_owned(), span, parameters, body, view: false, env: Env::default() };
        self.unobserved(|binder| binder.call_closure(&Arc::new(closure), arguments, span))
    }

    /// Statements in braces that give a table, with bindings of their own.
    pub fn block(&mut self, statements: &[ast::Statement], env: Env, span: Span) -> Result<Relation> {
        declared_once(statements, &[])?;
        let outer = std::mem::replace(&mut self.env, env);
        let result = self.without_row(|binder| binder.result(statements, span));
        self.env = outer;
        match result? {
            Bound::Tabular(relation) => Ok(relation),
            Bound::Scalar(_) => Err(Diagnostic::error(Code::NOT_TABULAR, span, "a table is expected here, not a scalar")),
        }
    }

    pub(super) fn result(&mut self, statements: &[ast::Statement], span: Span) -> Result<Bound> {
        let mut result = None;
        for statement in statements {
            if let Some(bound) = self.statement(statement)? {
                result = Some(bound);
            }
        }
        result.ok_or_else(|| Diagnostic::error(Code::SYNTAX, span, "the function's body has no result"))
    }

    fn bind_parameters(&mut self, closure: &Closure, arguments: &[Argument], span: Span) -> Result<Env> {
        let too_many = arguments.len() > closure.parameters.len();
        let mut env = closure.env.clone();
        for (i, parameter) in closure.parameters.iter().enumerate() {
            let name = &parameter.name.name;
            let named = arguments.iter().find(|a| a.name.as_ref().is_some_and(|n| n.name == *name));
            let given = named.or_else(|| arguments.get(i).filter(|a| a.name.is_none()));
            let binding = match (given, &parameter.default) {
                (Some(given), _) => self.bind_argument(parameter, &given.value)?,
                (None, Some(default)) => {
                    let outer = std::mem::replace(&mut self.env, closure.env.clone());
                    let bound = self.bind_argument(parameter, default);
                    self.env = outer;
                    bound?
                }
                (None, None) => {
                    return Err(Diagnostic::error(
                        Code::ARGUMENT_COUNT,
                        span,
                        format!("`{}` needs a value for its parameter `{name}`", closure.name),
                    ));
                }
            };
            env = env.bind(name.clone(), binding);
        }
        if too_many {
            let message = format!("`{}` takes {} arguments, {} are given", closure.name, closure.parameters.len(), arguments.len());
            return Err(Diagnostic::error(Code::ARGUMENT_COUNT, span, message));
        }
        Ok(env)
    }

    fn bind_argument(&mut self, parameter: &ast::Parameter, value: &ast::Expr) -> Result<Binding> {
        match &parameter.kind {
            ParameterKind::Scalar(ty) => {
                let expr = self.scalar(value)?;
                let from = expr.ty();
                let numbers = from.is_numeric() && ty.is_numeric();
                if from == *ty || numbers || matches!((from, *ty), (_, Type::Dynamic) | (Type::Dynamic | Type::String, _)) || is_null(&expr)
                {
                    return Ok(Binding::Scalar(convert(expr, *ty)));
                }
                let message = format!("the parameter `{}` is a {ty}, the argument a {from}", parameter.name.name);
                Err(Diagnostic::error(Code::ARGUMENT_TYPE, value.span, message))
            }
            ParameterKind::Tabular { columns, .. } => {
                let relation = self.tabular(value)?;
                let required = required_fields(columns);
                for field in &required {
                    if !relation.outputs.iter().any(|o| o.name == field.name)
                        && !relation.outputs.iter().any(|o| o.name.is_empty() && o.ty == Type::Dynamic)
                    {
                        let message = format!("the table for `{}` has no column `{}`", parameter.name.name, field.name);
                        return Err(Diagnostic::error(Code::ARGUMENT_TYPE, value.span, message));
                    }
                }
                Ok(Binding::Tabular(Arc::new(relation)))
            }
        }
    }

    /// Subqueries do not see the columns of the row that they stand in.
    pub(super) fn without_row<T>(&mut self, bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer_row = std::mem::take(&mut self.row);
        let outer = (self.windows.take(), self.aggregates.take(), self.beside.take());
        let result = bind(self);
        self.row = outer_row;
        (self.windows, self.aggregates, self.beside) = outer;
        result
    }
}
