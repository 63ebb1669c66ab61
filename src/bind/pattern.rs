//! Calls of a declared pattern: the query whose arguments and path are those of the call.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Expr;
use crate::syntax::ast::{self, Argument, ExprKind, Pattern, PatternRule};
use crate::value::{Type, Value};

use super::{Binder, Binding, Bound, Branch, Env};

/// A pattern with the environment that it was declared in. Without rules it was declared by its name alone.
#[derive(Clone, Debug)]
pub struct Declared {
    pub name: String,
    pub definition: Option<Arc<Pattern>>,
    pub env: Env,
}

/// `pattern("x").["y"]`.
pub(super) struct PatternCall<'e> {
    declared: Declared,
    arguments: &'e [Argument],
    path: Option<String>,
    span: Span,
}

/// In the place of a path: all paths.
const ANY: &str = "*";

impl Binder<'_> {
    /// The pattern that an expression calls, with its arguments and its path.
    pub(super) fn pattern_call<'e>(&self, expr: &'e ast::Expr) -> Option<PatternCall<'e>> {
        let (call, path) = match &expr.kind {
            ExprKind::Member { object, name } => (object.as_ref(), Some(name.name.clone())),
            ExprKind::Element { object, index } => match &index.kind {
                ExprKind::Literal { value: Value::String(path), .. } => (object.as_ref(), Some(path.to_string())),
                _ => return None,
            },
            _ => (expr, None),
        };
        let ExprKind::Call { name, arguments } = &call.kind else { return None };
        match self.env.find(&name.name) {
            Some(Binding::Pattern(declared)) => Some(PatternCall { declared: declared.clone(), arguments, path, span: expr.span }),
            _ => None,
        }
    }

    /// The query of the rule that fits the call.
    pub(super) fn call_pattern(&mut self, call: &PatternCall<'_>) -> Result<Bound> {
        let PatternCall { declared, arguments, path, span } = call;
        let (path, span) = (path.as_deref(), *span);
        let given = arguments.iter().map(|a| Ok(self.constant(&a.value)?.to_text().into_owned())).collect::<Result<Vec<_>>>()?;
        let Some(pattern) = &declared.definition else { return Err(undeclared(declared, &given, path, span)) };
        if pattern.path.is_some() != path.is_some() || pattern.parameters.len() != given.len() {
            let wanted = if pattern.path.is_some() { "and then a path" } else { "and no path" };
            let message = format!("the pattern `{}` takes {} arguments {wanted}", declared.name, pattern.parameters.len());
            return Err(Diagnostic::error(Code::ARGUMENT_COUNT, span, message));
        }
        let mut fitting = Vec::new();
        for rule in &pattern.rules {
            if let Some(values) = self.rule_values(rule, &given, path)? {
                fitting.push((rule, values));
            }
        }
        match (fitting.as_slice(), path) {
            ([], _) => Err(undeclared(declared, &given, path, span)),
            ([..], Some(ANY)) => {
                let mut branches = Vec::new();
                for (rule, values) in &fitting {
                    let relation = match self.rule(declared, pattern, rule, values, span)? {
                        Bound::Tabular(relation) => relation,
                        Bound::Scalar(_) => {
                            return Err(Diagnostic::error(Code::NOT_TABULAR, span, "a table is expected here, not a scalar"));
                        }
                    };
                    branches.push(Branch { relation, source: declared.name.clone() });
                }
                Ok(Bound::Tabular(self.union(branches, false, None)))
            }
            ([(rule, values), ..], _) => self.rule(declared, pattern, rule, values, span),
        }
    }

    /// The texts of a rule's arguments and path, if the call has the same.
    fn rule_values(&mut self, rule: &PatternRule, given: &[String], path: Option<&str>) -> Result<Option<Vec<String>>> {
        let mut values = Vec::new();
        for (written, given) in rule.arguments.iter().zip(given) {
            values.push(self.constant(written)?.to_text().into_owned());
            if values.last() != Some(given) {
                return Ok(None);
            }
        }
        if rule.arguments.len() != given.len() {
            return Ok(None);
        }
        if let (Some(written), Some(path)) = (&rule.path, path) {
            values.push(self.constant(written)?.to_text().into_owned());
            if path != ANY && values.last().is_none_or(|value| value != path) {
                return Ok(None);
            }
        }
        Ok(Some(values))
    }

    /// Binds the query of a rule; in it the parameters are known.
    fn rule(&mut self, declared: &Declared, pattern: &Pattern, rule: &PatternRule, values: &[String], span: Span) -> Result<Bound> {
        let mut env = declared.env.clone();
        for (parameter, value) in pattern.parameters.iter().chain(&pattern.path).zip(values) {
            let value = Expr::constant(Type::String, Value::string(value.clone()));
            env = env.bind(parameter.name.name.clone(), Binding::Scalar(value));
        }
        self.inside(&format!("pattern {}", declared.name), env, span, |binder| binder.result(&rule.body, span))
    }
}

fn undeclared(declared: &Declared, given: &[String], path: Option<&str>, span: Span) -> Box<Diagnostic> {
    let arguments = given.iter().map(|a| format!("'{a}'")).collect::<Vec<_>>().join(", ");
    let path = path.map(|p| format!(".['{p}']")).unwrap_or_default();
    let message = format!("the pattern `{}` declares no query for `{}({arguments}){path}`", declared.name, declared.name);
    Diagnostic::error(Code::PATTERN, span, message)
}
