//! A rule's fragments as tasks of the pass.

use std::sync::atomic::AtomicBool;

use crate::diagnostic::Result;
use crate::execute::{Fragment, Shared};
use crate::plan::{Context, Expr, Relation, ScanColumn};

use super::control::Seed;
use super::prepare::Prepared;
use super::terms::{Term, Terms};
use super::tree::Wish;

/// A fragment in the pass.
pub struct Task<'p> {
    pub rule: usize,
    pub seed: Seed,
    /// Its rows are matches.
    pub shows: bool,
    /// Its rows wait for subqueries, and need not: they can be read again.
    pub deferred: bool,
    pub fragment: Fragment<'p>,
    /// `None` for branches over tables without data.
    pub wishes: Vec<Option<Wish>>,
    /// It has too many rows for the journal.
    pub unkept: AtomicBool,
}

impl<'p> Task<'p> {
    /// Makes all fragments of a rule ready.
    pub fn all(rule: usize, prepared: &'p Prepared, context: &Context, shared: &mut Shared, terms: &mut Terms) -> Result<Vec<Task<'p>>> {
        let of = |(number, leaf)| Task::of(rule, prepared, number, leaf, context, shared, terms);
        prepared.leaves.iter().enumerate().map(of).collect()
    }

    fn of(
        rule: usize,
        prepared: &Prepared,
        number: usize,
        leaf: &'p Relation,
        context: &Context,
        shared: &mut Shared,
        terms: &mut Terms,
    ) -> Result<Task<'p>> {
        let fragment = Fragment::new(leaf, context)?;
        let mut wish = |((table, columns, predicate), head): ((&str, &[ScanColumn], Option<&Expr>), &Relation)| {
            if !table.is_empty() {
                return Ok(None);
            }
            let places = shared.add(columns, predicate);
            Wish::over(columns, &places, head, terms, context).map(Some)
        };
        let wishes = fragment.branches().zip(fragment.heads()).map(&mut wish).collect::<Result<Vec<_>>>()?;
        let seed = prepared.seed.part(number as u64);
        Ok(Task {
            rule,
            seed,
            shows: prepared.shows_matches(),
            deferred: prepared.deferred.is_some(),
            fragment,
            wishes,
            unkept: AtomicBool::new(false),
        })
    }

    /// Which of the task's filters this is.
    pub fn place(&self, filter: Term) -> u64 {
        let place = |wish: &Wish| wish.filters.iter().position(|other| *other == filter);
        self.wishes.iter().flatten().find_map(place).map_or(0, |place| 1 + place as u64)
    }
}
