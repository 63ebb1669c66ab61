//! Names that `let` and function parameters bind.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::plan::{Expr, Relation};
use crate::syntax::ast;
use crate::value::Field;

use super::access::Entity;
use super::entity::Database;
use super::pattern::Declared;

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Binding {
    Scalar(Expr),
    /// Bound once; every use gets columns of its own.
    Tabular(Arc<Relation>),
    /// A function with the environment that it was written in.
    Function(Arc<Closure>),
    Pattern(Declared),
    /// What `macro-expand` runs its query for.
    Database(Database),
    /// An entity group.
    Databases(Arc<[Database]>),
    /// From here on only these may be named.
    Restricted(Arc<[Entity]>),
    /// Could not be bound; the error is raised where it is used.
    Failed(Box<Diagnostic>),
}

/// A function of the query's own.
#[derive(Clone, Debug)]
pub struct Closure {
    pub name: String,
    pub span: Span,
    pub parameters: Vec<ast::Parameter>,
    /// The default values' bindings, in the order of the parameters.
    pub body: Vec<ast::Statement>,
    pub view: bool,
    pub env: Env,
}

/// The columns that a tabular parameter asks for.
pub fn required_fields(columns: &[ast::ColumnDecl]) -> Vec<Field> {
    columns.iter().map(|c| Field::new(c.name.name.clone(), c.ty)).collect()
}

/// A chain of bindings; cloning is cheap, later bindings hide earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Env(Option<Arc<Node>>);

#[derive(Debug)]
struct Node {
    name: String,
    binding: Binding,
    parent: Env,
}

/// A chain is taken apart link by link: its own way, from link to link, would need a stack as deep as the chain is long.
impl Drop for Env {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut node) = next.and_then(Arc::into_inner) {
            next = node.parent.0.take();
        }
    }
}

impl Env {
    pub fn bind(&self, name: impl Into<String>, binding: Binding) -> Env {
        Env(Some(Arc::new(Node { name: name.into(), binding, parent: self.clone() })))
    }

    pub fn find(&self, name: &str) -> Option<&Binding> {
        self.iter().find(|(n, _)| *n == name).map(|(_, binding)| binding)
    }

    /// Later bindings first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        let mut next = self.0.as_deref();
        std::iter::from_fn(move || {
            let node = next?;
            next = node.parent.0.as_deref();
            Some((node.name.as_str(), &node.binding))
        })
    }
}
