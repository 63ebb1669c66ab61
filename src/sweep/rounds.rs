//! Binds all rules. What a rule must know before it can be bound (its subqueries) is read for all rules together, a pass a round.
//!
//! The binder asks for a subquery's rows in the middle of its work, so each rule is bound on a thread of its own, which waits while the
//! others come as far. Only one of these threads runs at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::engine::Session;
use crate::library::Rule;
use crate::plan::{Relation, RelationKind};
use crate::value::Batch;

use super::finals;
use super::outcome::Status;
use super::pass::{Control, Limits, Pass};
use super::prepare::{Prepared, Refusal, prepare};
use super::present::Present;
use super::watch::Watch;

/// Deep queries need as much stack as they would have on the main thread.
const STACK: usize = 8 << 20;

/// What a thread that binds a rule says next.
enum Said {
    Bound(Box<std::result::Result<Prepared, Refusal>>),
    Asks(Box<Relation>),
}

/// A thread that binds a rule.
struct Binding {
    said: Receiver<Said>,
    answer: Sender<Result<Batch>>,
}

/// Binds the rules, each to a plan or the reason why there is none.
pub fn bind(rules: &[&Rule], session: &Session, present: &Present, limits: Limits) -> Result<Vec<std::result::Result<Prepared, Refusal>>> {
    std::thread::scope(|scope| {
        let mut bound: Vec<Option<std::result::Result<Prepared, Refusal>>> = Vec::new();
        let mut waiting: Vec<(usize, Binding, Relation)> = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            let ((say, said), (answer, answers)) = (channel(), channel());
            let work = move || {
                let ask = |plan: Relation| ask(plan, session, &say, &answers);
                let work = AssertUnwindSafe(|| prepare(rule, session, present, &ask));
                let bug = || Err((Status::Refused, "binding it failed in a way that is a bug of Kalypso".to_owned()));
                let outcome = catch_unwind(work).unwrap_or_else(|_| bug());
                // Nobody listens where another rule's pass could not be run.
                let _ = say.send(Said::Bound(Box::new(outcome)));
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).map_err(|error| no_thread(&error))?;
            bound.push(None);
            listen(number, Binding { said, answer }, &mut bound, &mut waiting);
        }
        while !waiting.is_empty() {
            let (asked, plans): (Vec<_>, Vec<_>) = waiting.drain(..).map(|(number, binding, plan)| ((number, binding), plan)).unzip();
            let answers = answer(plans, session, limits)?;
            for ((number, binding), rows) in asked.into_iter().zip(answers) {
                if binding.answer.send(rows).is_ok() {
                    listen(number, binding, &mut bound, &mut waiting);
                }
            }
        }
        let lost = || Err((Status::Refused, "it was not bound".to_owned()));
        Ok(bound.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect())
    })
}

/// In a rule's thread: the rows of a subquery.
fn ask(plan: Relation, session: &Session, say: &Sender<Said>, answers: &Receiver<Result<Batch>>) -> Result<Batch> {
    if !reads(&plan) {
        return session.collect(&plan);
    }
    let gone = || Diagnostic::error(Code::RUNTIME, Default::default(), "the sweep ended");
    say.send(Said::Asks(Box::new(plan))).map_err(|_| gone())?;
    answers.recv().map_err(|_| gone())?
}

/// Whether a plan reads records.
fn reads(plan: &Relation) -> bool {
    matches!(&plan.kind, RelationKind::Scan { table, .. } if table.is_empty()) || plan.inputs().into_iter().any(reads)
}

/// Waits for what a rule's thread says.
fn listen(
    number: usize,
    binding: Binding,
    bound: &mut [Option<std::result::Result<Prepared, Refusal>>],
    waiting: &mut Vec<(usize, Binding, Relation)>,
) {
    match binding.said.recv() {
        Ok(Said::Asks(plan)) => waiting.push((number, binding, *plan)),
        Ok(Said::Bound(outcome)) => bound[number] = Some(*outcome),
        Err(_) => {}
    }
}

/// Runs plans in one pass.
fn answer(plans: Vec<Relation>, session: &Session, limits: Limits) -> Result<Vec<Result<Batch>>> {
    let prepared: Vec<Option<Prepared>> = plans.into_iter().map(|plan| Some(Prepared::of(plan))).collect();
    let controls: Vec<Control> = prepared.iter().map(|_| Control::default()).collect();
    let watch = Watch::new(Vec::new());
    let leaves = {
        let mut pass = Pass::new(&prepared, session, limits, &controls, &watch);
        session.inside(|| pass.run(session.threads(), None))?.0
    };
    let outcome = |((prepared, leaves), control): ((&Option<Prepared>, Vec<Vec<Batch>>), &Control)| {
        let Some(prepared) = prepared else { return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "it was not bound")) };
        let outcome = finals::finish(prepared, leaves, control, &limits, session.context());
        match outcome.status {
            Status::Matched | Status::Unmatched => Ok(outcome.rows),
            Status::Cut => Err(Diagnostic::error(Code::MEMORY, Default::default(), outcome.reason)),
            _ => Err(Diagnostic::error(Code::RUNTIME, Default::default(), outcome.reason)),
        }
    };
    Ok(prepared.iter().zip(leaves).zip(&controls).map(outcome).collect())
}

fn no_thread(error: &std::io::Error) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("a thread could not be started: {error}"))
}
