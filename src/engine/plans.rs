//! Plans for callers that run them in a way of their own: sweeps, inventories.

use crate::diagnostic::{Diagnostic, Result};
use crate::plan::Relation;
use crate::value::Batch;

use super::Session;
use super::catalog::{Ask, Defer, Known};

/// A query, bound and optimised.
pub struct Planned {
    pub results: Vec<Relation>,
    pub warnings: Vec<Diagnostic>,
    /// The tables that it names.
    pub tables: Vec<String>,
    /// Subqueries that had to be run first (`toscalar`, `in (T | …)`).
    pub subqueries: usize,
}

impl Session {
    /// A query's plan.
    pub fn plan(&self, text: &str, parameters: &[(String, String)]) -> Result<Planned> {
        self.plan_asking(text, parameters, &|plan| self.collect(&plan), None)
    }

    /// The same; the plans of subqueries are run by `ask`, but for those of single values and lists that `defer` puts off.
    pub fn plan_asking(&self, text: &str, parameters: &[(String, String)], ask: Ask<'_>, defer: Option<Defer<'_>>) -> Result<Planned> {
        let catalog = Known::new(self, true).with_parameters(parameters).asking(ask).deferring(defer);
        let bound = self.bind(text, &catalog)?;
        let results = bound.results.into_iter().map(|table| self.optimize(table.relation)).collect();
        Ok(Planned { results, warnings: bound.warnings, tables: catalog.tables(), subqueries: catalog.subqueries() })
    }

    /// All rows of a plan.
    pub fn collect(&self, plan: &Relation) -> Result<Batch> {
        self.inside(|| self.executor().collect(plan))
    }
}
