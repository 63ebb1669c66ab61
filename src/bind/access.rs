//! `restrict access to (…)`: which tables and functions the statements after it may name.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::syntax::ast::{self, ExprKind};

use super::{Binder, Binding, Env, wildcard_matches};

/// Under which name an environment keeps a restriction: no column and no `let` can have it.
const RESTRICTION: &str = "restrict access";

/// What a restriction lets through: a pattern for names, and one for the database that they must be in.
#[derive(Clone, Debug)]
pub struct Entity {
    pub database: Option<String>,
    pub name: String,
}

impl Entity {
    /// `bound` names are the query's own; a lone `*` lets through no others.
    fn permits(&self, name: &str, database: Option<&str>, bound: bool) -> bool {
        if !wildcard_matches(&self.name, name) {
            return false;
        }
        match &self.database {
            None => database.is_none() && (bound || self.name != "*"),
            Some(own) if own.is_empty() => !bound && database.is_none_or(str::is_empty),
            Some(own) => !bound && database.is_some_and(|d| wildcard_matches(own, d)),
        }
    }
}

impl Env {
    /// Whether every restriction in force lets a name through. What was bound after a restriction is free of it.
    fn permits(&self, name: &str, database: Option<&str>) -> bool {
        let bound = database.is_none() && self.find(name).is_some();
        for (other, binding) in self.iter() {
            match binding {
                Binding::Restricted(entities) if !entities.iter().any(|e| e.permits(name, database, bound)) => return false,
                _ if bound && other == name => return true,
                _ => {}
            }
        }
        true
    }
}

impl Binder<'_> {
    /// From here on only these may be named.
    pub(super) fn restrict(&mut self, entities: &[ast::Expr]) -> Result<()> {
        let entities = entities.iter().map(|e| self.entity(e)).collect::<Result<Vec<_>>>()?;
        self.env = self.env.bind(RESTRICTION, Binding::Restricted(entities.into()));
        Ok(())
    }

    fn entity(&mut self, expr: &ast::Expr) -> Result<Entity> {
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::Wildcard(name) => Ok(Entity { database: None, name: name.clone() }),
            ExprKind::Call { name, arguments } if arguments.is_empty() => Ok(Entity { database: None, name: name.name.clone() }),
            ExprKind::Member { object, name } if self.is_scope(object) => {
                Ok(Entity { database: Some(self.database_of(object)?), name: name.name.clone() })
            }
            _ => Err(Diagnostic::error(Code::SYNTAX, expr.span, "a name of a table, a view or a function is expected here")),
        }
    }

    /// Whether the restrictions in force allow a name.
    pub(super) fn is_permitted(&self, name: &str, database: Option<&str>) -> bool {
        self.env.permits(name, database)
    }

    /// Refuses a name that a restriction hides, as if nothing had it.
    pub(super) fn permitted(&self, name: &str, database: Option<&str>, span: Span) -> Result<()> {
        if self.is_permitted(name, database) {
            return Ok(());
        }
        let message = match name {
            "" => "access is restricted: this query must name its table".to_owned(),
            name => format!("`{name}` is not among what `restrict access` allows"),
        };
        Err(Diagnostic::error(Code::UNKNOWN_TABLE, span, message))
    }
}
