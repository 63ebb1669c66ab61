//! Binds all rules. What a rule must know before it can be bound (its subqueries) is read for all rules together, a pass a round.
//!
//! The binder asks for a subquery's rows in the middle of its work. What is not known yet is answered as if nothing were there, and noted;
//! when all rules are through, one pass finds all that was noted, and the rules that asked are bound again. Subqueries that depend on
//! others take another round.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use xxhash_rust::xxh3::Xxh3Default;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::engine::Session;
use crate::execute::{Bounds, Executor};
use crate::functions::math::random::reproducibly;
use crate::library::Rule;
use crate::plan::{Relation, RelationKind};
use crate::value::Batch;

use super::control::{Control, Limits, Seed};
use super::finals;
use super::outcome::Status;
use super::pass::{Gathered, Pass};
use super::prepare::{Prepared, Refusal, prepare};
use super::present::Present;
use super::watch::Watch;

/// A rule's plan, or why there is none.
type Bound = std::result::Result<Prepared, Refusal>;

/// Subqueries that build on each other deeper than this are not followed.
const DEEPEST: usize = 32;

/// What subqueries gave, by what tells a plan from all others.
type Known = HashMap<u128, Result<Batch>>;

/// What rules are bound over.
type Over<'o> = (&'o Session, &'o Present, Limits);

/// Binds the rules.
pub fn bind(rules: &[&Rule], session: &Session, present: &Present, limits: Limits) -> Result<Vec<Bound>> {
    let mut known = Known::new();
    let mut bound: Vec<Option<Bound>> = rules.iter().map(|_| None).collect();
    for _ in 0..DEEPEST {
        let mut unknown: Vec<(u128, Relation)> = Vec::new();
        for (rule, bound) in rules.iter().zip(&mut bound).filter(|(_, bound)| bound.is_none()) {
            *bound = one(rule, (session, present, limits), &known, &mut unknown);
        }
        if unknown.is_empty() {
            break;
        }
        let (keys, plans): (Vec<u128>, Vec<Relation>) = unknown.into_iter().unzip();
        known.extend(keys.into_iter().zip(answer(plans.into_iter(), session, limits)?));
    }
    let lost = || Err((Status::Refused, format!("its subqueries build on each other more than {DEEPEST} deep")));
    Ok(bound.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect())
}

/// Binds a rule; `None` where it asked for what is not known, which is then in `unknown`.
fn one(rule: &Rule, (session, present, limits): Over<'_>, known: &Known, unknown: &mut Vec<(u128, Relation)>) -> Option<Bound> {
    let (asked, noted) = (RefCell::new(false), RefCell::new(unknown));
    let ask = |plan: Relation| {
        let key = key(&plan);
        if !reads(&plan) {
            // One thread, so that what is random is drawn in order.
            let bounds = Bounds { rows: Some(limits.rows), ..Bounds::default() };
            let executor = Executor { context: session.context(), source: session, threads: 1, bounds };
            return reproducibly(key as u64, || executor.collect(&plan));
        }
        if let Some(rows) = known.get(&key) {
            return rows.clone();
        }
        *asked.borrow_mut() = true;
        let nothing = Batch::empty(plan.outputs.iter().map(|output| output.ty));
        let mut noted = noted.borrow_mut();
        if !noted.iter().any(|(other, _)| *other == key) {
            noted.push((key, plan));
        }
        Ok(nothing)
    };
    let bound = catch_unwind(AssertUnwindSafe(|| prepare(rule, session, present, &ask)));
    // An error may come from rows that were not there yet.
    if *asked.borrow() {
        return None;
    }
    Some(bound.unwrap_or_else(|_| Err((Status::Refused, "binding it failed in a way that is a bug of Kalypso".to_owned()))))
}

/// Whether a plan reads records.
fn reads(plan: &Relation) -> bool {
    matches!(&plan.kind, RelationKind::Scan { table, .. } if table.is_empty()) || plan.inputs().into_iter().any(reads)
}

/// What tells a plan from all others: all of it, with every value of the tables that stand in it.
fn key(plan: &Relation) -> u128 {
    let mut hash = Xxh3Default::new();
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "{plan:?}");
    hash.update(text.as_bytes());
    values(plan, &mut hash);
    hash.digest128()
}

/// Arrays print shortened, so their values are told one by one.
fn values(plan: &Relation, hash: &mut Xxh3Default) {
    if let RelationKind::Values(batches) = &plan.kind {
        for value in batches.iter().flat_map(|batch| &batch.columns).flat_map(|column| column.values()) {
            hash.update(format!("{value:?}\0").as_bytes());
        }
    }
    plan.inputs().into_iter().for_each(|input| values(input, hash));
}

/// Runs plans in one pass.
fn answer(plans: impl Iterator<Item = Relation>, session: &Session, limits: Limits) -> Result<Vec<Result<Batch>>> {
    let prepared: Vec<Option<Prepared>> = plans.map(|plan| Some(Prepared::of(plan, Seed::of("subquery"), session))).collect();
    let controls: Vec<Control> = prepared.iter().map(|_| Control::default()).collect();
    let watch = Watch::new(Vec::new());
    let mut pass = Pass::new(&prepared, session, limits, &controls, &watch);
    let gathered = session.inside(|| pass.run(session.threads(), None))?.0;
    let outcome = |((prepared, gathered), control): ((&Option<Prepared>, Gathered), &Control)| {
        let Some(prepared) = prepared else { return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "it was not bound")) };
        let outcome = finals::finish(prepared, pass.leaves(gathered), control, &limits, session.context());
        match outcome.status {
            Status::Matched | Status::Unmatched => Ok(outcome.rows),
            Status::Cut => Err(Diagnostic::error(Code::MEMORY, Default::default(), outcome.reason)),
            _ => Err(Diagnostic::error(Code::RUNTIME, Default::default(), outcome.reason)),
        }
    };
    Ok(prepared.iter().zip(gathered).zip(&controls).map(outcome).collect())
}
