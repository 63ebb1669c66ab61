//! Clusters and databases by name: `cluster("c").database("d").T`, entity groups and what `macro-expand` makes of them.
//! The data at hand stands for every database.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Expr;
use crate::syntax::ast::{self, ExprKind};
use crate::value::{Type, Value};

use super::{Binder, Binding};

/// A database of a cluster, as the query names it.
#[derive(Clone, Debug)]
pub struct Database {
    pub cluster: String,
    pub name: String,
}

impl Binder<'_> {
    /// `cluster(…)`, `database(…)`, `workspace(…)`, `app(…)`, or the name that `macro-expand` gives one.
    pub(super) fn is_scope(&self, expr: &ast::Expr) -> bool {
        const SCOPES: [&str; 4] = ["cluster", "database", "workspace", "app"];
        match &expr.kind {
            ExprKind::Call { name, .. } => SCOPES.contains(&name.name.as_str()),
            ExprKind::MethodCall { object, name, .. } => SCOPES.contains(&name.name.as_str()) && self.is_scope(object),
            ExprKind::Name(name) => matches!(self.env.find(name), Some(Binding::Database(_))),
            _ => false,
        }
    }

    /// The name of the database that a scope means; empty for the current one.
    pub(super) fn database_of(&mut self, scope: &ast::Expr) -> Result<String> {
        match &scope.kind {
            ExprKind::Name(name) => match self.env.find(name) {
                Some(Binding::Database(database)) => Ok(database.name.clone()),
                _ => Ok(String::new()),
            },
            ExprKind::Call { arguments, .. } | ExprKind::MethodCall { arguments, .. } => match arguments.first() {
                Some(argument) => Ok(self.constant(&argument.value)?.to_text().into_owned()),
                None => Ok(String::new()),
            },
            _ => Ok(String::new()),
        }
    }

    /// The databases of a group: written out, or under the name that `let` gave it.
    pub fn databases(&mut self, group: &ast::Expr) -> Result<Arc<[Database]>> {
        match &group.kind {
            ExprKind::EntityGroup(items) => {
                let mut databases = Vec::new();
                for item in items {
                    match &item.kind {
                        ExprKind::Name(_) if !self.is_scope(item) => databases.extend(self.databases(item)?.iter().cloned()),
                        _ => databases.push(self.database(item)?),
                    }
                }
                Ok(databases.into())
            }
            ExprKind::Name(name) => match self.env.find(name) {
                Some(Binding::Databases(databases)) => Ok(databases.clone()),
                _ => {
                    let message = format!("no entity group is named `{name}`");
                    Err(Diagnostic::error(Code::UNKNOWN_TABLE, group.span, message)
                        .help("declare it: `let Name = entity_group [database('a'), …];`"))
                }
            },
            _ => Ok([self.database(group)?].into()),
        }
    }

    fn database(&mut self, expr: &ast::Expr) -> Result<Database> {
        let cluster = match &expr.kind {
            ExprKind::MethodCall { object, .. } if self.is_scope(expr) => self.database_of(object)?,
            _ if self.is_scope(expr) => String::new(),
            _ => return Err(Diagnostic::error(Code::INVALID_ARGUMENT, expr.span, "a database is expected here: `database(…)`")),
        };
        Ok(Database { cluster, name: self.database_of(expr)? })
    }

    /// `X.$current_database` and `X.$current_cluster_endpoint`, where `macro-expand` gave the name `X`.
    pub(super) fn database_property(&self, object: &ast::Expr, property: &str) -> Option<Expr> {
        let ExprKind::Name(name) = &object.kind else { return None };
        let Some(Binding::Database(database)) = self.env.find(name) else { return None };
        let text = match property {
            "$current_database" => &database.name,
            "$current_cluster_endpoint" => &database.cluster,
            _ => return None,
        };
        Some(Expr::constant(Type::String, Value::string(text.clone())))
    }
}
