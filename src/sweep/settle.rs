//! What becomes, once the subqueries have run, of the rules that waited for them.

use std::path::Path;

use crate::diagnostic::Result;
use crate::engine::Session;
use crate::library::Rule;

use super::control::{Control, Limits};
use super::deferred::{Gathered, Making, leaves};
use super::leaf::Leaf;
use super::pass::Pass;
use super::prepare::{Prepared, Refusal};
use super::rounds::{Rounds, Waiting};
use super::watch::Watch;

/// A rule that waited.
pub struct Waited<'w> {
    pub number: usize,
    pub rule: &'w Rule,
    /// What of it took part in the pass.
    pub part: &'w Prepared,
    /// What that gave, if it came to an end.
    pub leaves: Option<Vec<Leaf>>,
    pub control: &'w Control,
}

/// A rule that is ready to be finished.
pub struct Settled {
    pub prepared: Prepared,
    pub leaves: Vec<Leaf>,
    pub control: Control,
}

/// Of each rule of the sweep what became of it, if it waited.
pub type Outcomes = Vec<Option<std::result::Result<Settled, Refusal>>>;

/// What settling needs.
pub struct Settling<'s> {
    pub session: &'s Session,
    pub limits: Limits,
    /// Where rows may wait on disk.
    pub folder: &'s Path,
    pub watch: &'s Watch,
    /// Rules of the sweep.
    pub rules: usize,
}

impl Settling<'_> {
    /// Binds the rules that waited, and gathers what they read; by their numbers. Those of which too little or too much had been kept are
    /// read for in one more pass, together: how many, comes second.
    pub fn settle(&self, waited: Vec<Waited<'_>>, rounds: &mut Rounds<'_>) -> Result<(Outcomes, usize)> {
        let mut settled: Outcomes = (0..self.rules).map(|_| None).collect();
        let mut again: Vec<Option<Prepared>> = (0..self.rules).map(|_| None).collect();
        let mut controls: Vec<Control> = again.iter().map(|_| Control::default()).collect();
        let rules: Vec<&Rule> = waited.iter().map(|waited| waited.rule).collect();
        for (bound, waited) in rounds.bind(&rules, Waiting::Over)?.into_iter().zip(waited) {
            let number = waited.number;
            match bound.map(|prepared| self.one(prepared, waited)) {
                Err(refusal) => settled[number] = Some(Err(refusal)),
                Ok((prepared, Some(leaves), control)) => settled[number] = Some(Ok(Settled { prepared, leaves, control })),
                Ok((prepared, None, control)) => (again[number], controls[number]) = (Some(prepared), control),
            }
        }
        let reading = again.iter().flatten().count();
        if reading > 0 {
            let mut pass = Pass::new(&again, self.session, self.limits, &controls, self.watch).spilling(self.folder);
            let gathered = self.session.inside(|| pass.run(self.session.threads(), None))?.0;
            let leaves: Vec<Vec<Leaf>> = gathered.into_iter().map(|gathered| pass.leaves(gathered)).collect();
            drop(pass);
            for (number, ((prepared, control), leaves)) in again.into_iter().zip(controls).zip(leaves).enumerate() {
                if let Some(prepared) = prepared {
                    settled[number] = Some(Ok(Settled { prepared, leaves, control }));
                }
            }
        }
        Ok((settled, reading))
    }

    /// A rule with its leaves; without them where it must be read for again.
    fn one(&self, prepared: Prepared, waited: Waited<'_>) -> (Prepared, Option<Vec<Leaf>>, Control) {
        let control = waited.control.after(&self.limits);
        let making = Making { control: &control, limits: &self.limits, context: self.session.context(), folder: self.folder };
        let gathered = waited.leaves.map(|leaves| Gathered { part: waited.part, leaves });
        if let Some(leaves) = gathered.and_then(|gathered| leaves(&prepared, gathered, &making)) {
            return (prepared, Some(leaves), control);
        }
        let control = control.after(&self.limits);
        // A rule whose time is over needs no more.
        let over = control.is_stopped().then(Vec::new);
        (prepared, over, control)
    }
}
