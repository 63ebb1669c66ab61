//! The table of plugins that `evaluate` calls. A plugin is one constant in one file and one row in the list here.

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Example, Relation};
use crate::syntax::ast::{Argument, ColumnDecl};

const PLUGINS: &[&Plugin] = &[];

/// A table function behind `evaluate`.
pub struct Plugin {
    pub name: &'static str,
    /// `T | evaluate bag_unpack(Column [, Prefix])`
    pub syntax: &'static str,
    pub summary: &'static str,
    /// Lowers a call to the plan: to relations where they can say it, else to an `Apply` of a `Transform`.
    /// Where the result's columns depend on the data and none are given, `Binder::evaluate` reads the input now.
    pub bind: fn(&mut Binder, Call<'_>) -> Result<Relation>,
    /// Whole queries and their results; run as tests.
    pub examples: &'static [Example],
    pub differs: &'static str,
}

/// A call of a plugin as it is written.
pub struct Call<'a> {
    /// The table on its left, if any.
    pub input: Option<Relation>,
    pub arguments: &'a [Argument],
    /// The columns after `: (…)`, where given; with `*` in front the input's columns come first.
    pub schema: Option<(Vec<ColumnDecl>, bool)>,
    pub span: Span,
}

/// Every plugin, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Plugin> {
    PLUGINS.iter().copied()
}

/// Finds a plugin by its name.
pub fn find(name: &str) -> Option<&'static Plugin> {
    all().find(|plugin| plugin.name == name)
}
