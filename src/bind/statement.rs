//! Statements: `let`, `set`, `declare query_parameters`, and the query itself.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expr, Relation};
use crate::syntax::ast::{self, ExprKind, ParameterKind, StatementKind};
use crate::value::{Type, Value};

use super::conversion::convert;
use super::env::Closure;
use super::pattern::Declared;
use super::projection::Projected;
use super::{Binder, Binding, Bound, ResultTable};

/// A bound query: the tables that it shows, and what to tell its author.
pub struct BoundQuery {
    pub results: Vec<ResultTable>,
    /// The place of the first table of the last statement: what the text as a whole gives.
    pub main: usize,
    pub warnings: Vec<Diagnostic>,
}

impl Binder<'_> {
    /// Binds a whole text.
    pub fn query(&mut self, query: &ast::Query) -> Result<BoundQuery> {
        declared_once(&query.statements, &[])?;
        let (mut results, mut main) = (Vec::new(), 0);
        for statement in &query.statements {
            match &statement.kind {
                StatementKind::Expression(expr) => {
                    main = results.len();
                    for table in self.results(expr)? {
                        let table = self.cut(table, statement.span)?;
                        results.push(ResultTable { relation: visible(table.relation), ..table });
                    }
                }
                _ => drop(self.statement(statement)?),
            }
        }
        if results.is_empty()
            && let Some(last) = query.statements.last().filter(|s| matches!(s.kind, StatementKind::Expression(_)))
        {
            return Err(Diagnostic::error(Code::NOT_TABULAR, last.span, "a query gives a table, and this is a value")
                .help("write `print` before it"));
        }
        if results.is_empty() {
            let end = query.statements.last().map(|s| s.span).unwrap_or_default();
            return Err(Diagnostic::error(Code::NOT_TABULAR, end, "the text declares things but asks for nothing")
                .help("end it with a query, for instance the name that `let` gave"));
        }
        Ok(BoundQuery { results, main, warnings: std::mem::take(&mut self.warnings) })
    }

    /// Binds one statement; what an expression statement is, is returned.
    pub(super) fn statement(&mut self, statement: &ast::Statement) -> Result<Option<Bound>> {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let binding = self.let_value(&name.name, value)?;
                self.env = self.env.bind(name.name.clone(), binding);
                Ok(None)
            }
            StatementKind::Set { name, value } => self.set_option(&name.name, value.as_ref()).map(|()| None),
            StatementKind::QueryParameters(parameters) => self.query_parameters(parameters).map(|()| None),
            StatementKind::Pattern { name, definition } => {
                let pattern = Declared { name: name.name.clone(), definition: definition.clone(), env: self.env.clone() };
                self.env = self.env.bind(name.name.clone(), Binding::Pattern(pattern));
                Ok(None)
            }
            // The data at hand stands for every database, whatever it is called.
            StatementKind::Alias { .. } => Ok(None),
            StatementKind::Restrict(entities) => self.restrict(entities).map(|()| None),
            StatementKind::Expression(expr) => self.any(expr).map(Some),
        }
    }

    fn let_value(&mut self, name: &str, value: &ast::Expr) -> Result<Binding> {
        if let ExprKind::Function { parameters, body, view } = &value.kind {
            return Ok(Binding::Function(Arc::new(Closure {
                name: name.to_owned(),
                span: value.span,
                parameters: parameters.clone(),
                body: body.clone(),
                view: *view,
                env: self.env.clone(),
            })));
        }
        if let ExprKind::EntityGroup(_) = &value.kind {
            return self.databases(value).map(Binding::Databases);
        }
        match self.any(value) {
            Ok(Bound::Scalar(expr)) => Ok(Binding::Scalar(expr)),
            Ok(Bound::Tabular(relation)) => Ok(Binding::Tabular(Arc::new(relation))),
            // A missing table is an error only where the view is used: `union isfuzzy=true` may do without it.
            Err(error) if error.code == Code::UNKNOWN_TABLE => Ok(Binding::Failed(error)),
            Err(error) => Err(error),
        }
    }

    fn query_parameters(&mut self, parameters: &[ast::Parameter]) -> Result<()> {
        for parameter in parameters {
            let ParameterKind::Scalar(ty) = parameter.kind else {
                return Err(Diagnostic::error(Code::UNSUPPORTED, parameter.name.span, "a query parameter must be a scalar"));
            };
            let name = &parameter.name.name;
            let value = match (self.catalog.parameter(name), &parameter.default) {
                (Some(text), _) => Expr::constant(ty, parameter_value(&text, ty)),
                (None, Some(default)) => convert(self.scalar(default)?, ty),
                (None, None) => {
                    let message = format!("the query parameter `{name}` ({ty}) has no value");
                    return Err(Diagnostic::error(Code::MISSING_PARAMETER, parameter.name.span, message)
                        .help(format!("give it with --param {name}=…")));
                }
            };
            self.env = self.env.bind(name.clone(), Binding::Scalar(value));
        }
        Ok(())
    }
}

/// A block gives each name once; what stands in a function of its own may hide it.
pub(super) fn declared_once(statements: &[ast::Statement], parameters: &[ast::Parameter]) -> Result<()> {
    let mut names: HashSet<&str> = parameters.iter().map(|p| p.name.name.as_str()).collect();
    for statement in statements {
        let declared: Vec<&ast::Ident> = match &statement.kind {
            StatementKind::Let { name, .. } | StatementKind::Pattern { name, .. } => vec![name],
            StatementKind::QueryParameters(parameters) => parameters.iter().map(|p| &p.name).collect(),
            _ => Vec::new(),
        };
        for name in declared {
            if !names.insert(&name.name) {
                return Err(Diagnostic::error(Code::LET_AGAIN, name.span, format!("`{}` is declared already", name.name))
                    .help("give it another name"));
            }
        }
    }
    Ok(())
}

/// A parameter's text as its type. A dynamic that is no JSON is a list with commas between.
fn parameter_value(text: &str, ty: Type) -> Value<'static> {
    match ty {
        Type::Dynamic => match crate::value::Json::parse(text) {
            Some(json) => json.into_dynamic(),
            None => {
                crate::value::Json::Array(text.split(',').map(|t| crate::value::Json::String(t.trim().to_owned())).collect()).into_dynamic()
            }
        },
        _ => Value::string(text.to_owned()).convert(ty).into_owned(),
    }
}

/// Without the hidden columns.
fn visible(relation: Relation) -> Relation {
    if relation.outputs.iter().all(|o| !o.name.is_empty()) {
        return relation;
    }
    let shown: Vec<_> = relation.outputs.iter().filter(|o| !o.name.is_empty()).cloned().collect();
    Projected::keep(&shown).relation(relation)
}
