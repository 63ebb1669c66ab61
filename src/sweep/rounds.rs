//! Binds all rules, whose subqueries are run together.
//!
//! The binder asks for a subquery's rows in the middle of its work. Where they are but a value or a list in a filter, a rule can mostly
//! wait for them: they are noted and run in the same pass as the rule (`deferred`). Else what is not known yet is answered as if nothing
//! were there, and noted; when all rules are through, one pass finds all that was noted, and the rules that asked are bound again.
//! Subqueries that depend on others take another round.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::engine::{Defer, Session};
use crate::execute::{Bounds, Executor};
use crate::functions::math::random::reproducibly;
use crate::library::Rule;
use crate::plan::{Expr, Relation, RelationKind};
use crate::value::Batch;

use super::control::{Control, Limits, Seed};
use super::deferred::Deferred;
use super::finals;
use super::key::{canonical, key};
use super::leaf::Leaf;
use super::outcome::Status;
use super::pass::Pass;
use super::prepare::{Bound, Prepared, Refusal};
use super::present::Present;
use super::watch::Watch;

/// Subqueries that build on each other deeper than this are not followed.
const DEEPEST: usize = 32;

/// So many rules are bound side by side.
const MANY: usize = 8;

/// What became of binding a rule: it can run, or why not.
type Outcome = std::result::Result<Prepared, Refusal>;

/// The plans of subqueries, by what tells each from all others.
type Plans = Vec<(u128, Relation)>;

/// What rules are bound over, and what subqueries gave so far.
pub struct Rounds<'s> {
    session: &'s Session,
    present: Present,
    limits: Limits,
    known: HashMap<u128, Result<Batch>>,
    /// Those that share a pass with the rules that wait for them.
    deferred: Plans,
    /// Rules that could not wait.
    asked: usize,
}

/// Whether rules may be bound such that they wait for their subqueries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    Allowed,
    Over,
}

/// What became of binding a rule once.
struct Attempt {
    bound: std::result::Result<Bound, Refusal>,
    /// Subqueries that it waits for.
    deferred: Plans,
    /// It asked for rows that are not known.
    lacks: bool,
    /// Those of them that can be found.
    unknown: Plans,
}

impl<'s> Rounds<'s> {
    pub fn new(session: &'s Session, limits: Limits) -> Result<Rounds<'s>> {
        let present = Present::of(session)?;
        Ok(Rounds { session, present, limits, known: HashMap::new(), deferred: Plans::new(), asked: 0 })
    }

    /// How many rules had to know something before they could be bound.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Binds rules.
    pub fn bind(&mut self, rules: &[&Rule], waiting: Waiting) -> Result<Vec<Outcome>> {
        let mut bound: Vec<Option<Outcome>> = rules.iter().map(|_| None).collect();
        if rules.len() >= MANY {
            self.session.asks_much();
        }
        for round in 0..DEEPEST {
            let mut unknown = Plans::new();
            self.all(rules, &mut bound, &Option::is_none, waiting, &mut unknown);
            // Where there is a pass for what must be known, records need not wait for what it can find as well.
            let many = |bound: &Option<Outcome>| matches!(bound, Some(Ok(rule)) if rule.deferred == Some(Deferred::Records));
            if !unknown.is_empty() {
                self.all(rules, &mut bound, &many, Waiting::Over, &mut unknown);
            }
            self.asked += if round == 0 { bound.iter().filter(|bound| bound.is_none()).count() } else { 0 };
            if unknown.is_empty() {
                break;
            }
            self.answer(unknown)?;
        }
        let lost = || Err((Status::Refused, format!("its subqueries build on each other more than {DEEPEST} deep")));
        Ok(bound.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect())
    }

    /// Binds those of the rules whose outcomes so far are `open`, side by side; those that ask for what is not known get none, and it is
    /// then in `unknown`.
    fn all(
        &mut self,
        rules: &[&Rule],
        bound: &mut [Option<Outcome>],
        open: &(dyn Fn(&Option<Outcome>) -> bool + Sync),
        waiting: Waiting,
        unknown: &mut Plans,
    ) {
        let one = |(rule, bound): (&&Rule, &mut Option<Outcome>)| {
            let (outcome, deferred, unknown) = self.one(rule, waiting);
            *bound = outcome;
            (deferred, unknown)
        };
        let asked: Vec<(Plans, Plans)> = if rules.len() < MANY || self.session.threads() == 1 {
            rules.iter().zip(bound).filter(|(_, bound)| open(bound)).map(one).collect()
        } else {
            self.session.inside(|| rules.par_iter().zip(bound).filter(|(_, bound)| open(bound)).map(one).collect())
        };
        for (deferred, more) in asked {
            add(&mut self.deferred, deferred);
            add(unknown, more);
        }
    }

    /// Binds a rule. Gives what came of it, if nothing that it asked for is unknown; the subqueries that it waits for; and those that it
    /// must know.
    fn one(&self, rule: &Rule, waiting: Waiting) -> (Option<Outcome>, Plans, Plans) {
        let first = self.attempt(rule, waiting);
        if first.deferred.is_empty() && !first.lacks {
            return (Some(first.bound.map(|bound| bound.whole(self.session))), Plans::new(), Plans::new());
        }
        if !first.lacks
            && let Some(part) = first.bound.ok().and_then(|bound| bound.part(self.session))
        {
            return (Some(Ok(part)), first.deferred, Plans::new());
        }
        let again = if first.deferred.is_empty() { Vec::new() } else { self.attempt(rule, Waiting::Over).unknown };
        // An error may come from rows that were not there yet.
        let mut unknown = first.unknown;
        add(&mut unknown, again);
        (None, Plans::new(), unknown)
    }

    fn attempt(&self, rule: &Rule, waiting: Waiting) -> Attempt {
        let (deferred, unknown, lacks) = (RefCell::new(Plans::new()), RefCell::new(Plans::new()), Cell::new(false));
        let defer = |plan: &Relation| {
            let depends = plan.any_expression(&Expr::is_deferred);
            if !reads(plan) {
                return depends;
            }
            let key = canonical(plan);
            // What depends on another cannot share its pass.
            let can_wait = !depends && !self.known.contains_key(&key);
            if can_wait {
                add(&mut deferred.borrow_mut(), vec![(key, plan.clone())]);
            }
            can_wait
        };
        let ask = |plan: Relation| {
            let nothing = Batch::empty(plan.outputs.iter().map(|output| output.ty));
            if plan.any_expression(&Expr::is_deferred) {
                lacks.set(true);
                return Ok(nothing);
            }
            if !reads(&plan) {
                // One thread, so that what is random is drawn in order.
                let bounds = Bounds { rows: Some(self.limits.rows), ..Bounds::default() };
                let executor = Executor { context: self.session.context(), source: self.session, threads: 1, bounds };
                return reproducibly(key(&plan) as u64, || executor.collect(&plan));
            }
            let key = canonical(&plan);
            if let Some(rows) = self.known.get(&key) {
                return rows.clone();
            }
            lacks.set(true);
            add(&mut unknown.borrow_mut(), vec![(key, plan)]);
            Ok(nothing)
        };
        let defer = (waiting == Waiting::Allowed).then_some(&defer as Defer<'_>);
        let bound = catch_unwind(AssertUnwindSafe(|| Bound::of(rule, self.session, &self.present, &ask, defer)));
        let bound = bound.unwrap_or_else(|_| Err((Status::Refused, "binding it failed in a way that is a bug of Kalypso".to_owned())));
        Attempt { bound, lacks: lacks.get(), deferred: deferred.into_inner(), unknown: unknown.into_inner() }
    }

    /// Runs plans in a pass of their own.
    fn answer(&mut self, plans: Plans) -> Result<()> {
        let (keys, prepared) = self.ready(plans);
        let controls: Vec<Control> = prepared.iter().map(|_| Control::default()).collect();
        let watch = Watch::new(Vec::new());
        let mut pass = Pass::new(&prepared, self.session, self.limits, &controls, &watch);
        let gathered = self.session.inside(|| pass.run(self.session.threads(), None))?.0;
        for (((key, prepared), gathered), control) in keys.into_iter().zip(&prepared).zip(gathered).zip(&controls) {
            self.learn(key, prepared.as_ref(), pass.leaves(gathered), control);
        }
        Ok(())
    }

    /// The subqueries that rules wait for.
    pub fn deferred(&mut self) -> (Vec<u128>, Vec<Option<Prepared>>) {
        let mut plans = std::mem::take(&mut self.deferred);
        plans.retain(|(key, _)| !self.known.contains_key(key));
        self.ready(plans)
    }

    fn ready(&self, plans: Plans) -> (Vec<u128>, Vec<Option<Prepared>>) {
        plans.into_iter().map(|(key, plan)| (key, Some(Prepared::of(plan, Seed::of("subquery"), self.session)))).unzip()
    }

    /// Takes in what a subquery's leaves gave.
    pub fn learn(&mut self, key: u128, prepared: Option<&Prepared>, leaves: Vec<Leaf>, control: &Control) {
        let Some(prepared) = prepared else { return };
        let outcome = finals::finish(prepared, leaves, control, &self.limits, self.session.context());
        let rows = match outcome.status {
            Status::Matched | Status::Unmatched => Ok(outcome.batch()),
            Status::Cut => Err(Diagnostic::error(Code::MEMORY, Default::default(), outcome.reason)),
            _ => Err(Diagnostic::error(Code::RUNTIME, Default::default(), outcome.reason)),
        };
        self.known.insert(key, rows);
    }
}

/// Adds plans that are not there yet.
fn add(plans: &mut Plans, more: Plans) {
    for (key, plan) in more {
        if !plans.iter().any(|(other, _)| *other == key) {
            plans.push((key, plan));
        }
    }
}

/// Whether a plan reads records.
fn reads(plan: &Relation) -> bool {
    matches!(&plan.kind, RelationKind::Scan { table, .. } if table.is_empty()) || plan.inputs().into_iter().any(reads)
}
