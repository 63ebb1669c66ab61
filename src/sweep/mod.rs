//! Runs many rules over the same inputs in one pass, and writes a folder of what they found.
//!
//! Every rule is bound and its plan cut (`prepare`); the parts that read share one scan (`pass`), whose progress is journalled
//! (`journal`); rules that wait for subqueries are bound when these have run (`deferred`, `settle`); what is left of each plan runs on what
//! they gave (`finals`); `results` and `report` write it all down.

mod control;
mod deferred;
mod difference;
mod facets;
mod finals;
mod gate;
mod journal;
mod key;
mod leaf;
mod outcome;
mod pass;
mod prepare;
mod present;
mod record;
mod report;
mod results;
mod rounds;
mod rows;
mod selection;
mod settle;
mod shared;
mod task;
mod terms;
mod tree;
mod watch;

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Session;
use crate::execute::in_order;
use crate::input::Account;
use crate::library::{Rule, RuleError};

pub use control::Limits;
pub use difference::{Change, Difference, difference};
pub use outcome::Status;
pub use record::{Recorded, RecordedRule, read_record};
pub use results::Summary;
pub use shared::request;
pub use watch::{Glance, Watch};

use control::Control;
use journal::Journal;
use leaf::Leaf;
use outcome::Outcome;
use pass::{Gathered, Pass};
use prepare::{Prepared, Refusal};
use results::Results;
use rounds::{Rounds, Waiting};
use settle::{Settled, Settling, Waited};

/// How a sweep runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that the results go to.
    pub out: PathBuf,
    pub limits: Limits,
    pub csv_safe: bool,
    /// Digest the input files, which reads them once more.
    pub hash: bool,
    /// What else decides the results: how the inputs are read.
    pub reading: String,
}

/// Rules that are bound over inputs.
pub struct Sweep<'s> {
    session: &'s Session,
    options: Options,
    rules: Vec<Rule>,
    prepared: Vec<Result<Prepared, Refusal>>,
    rounds: Rounds<'s>,
}

/// What a sweep came to.
pub struct Finished {
    pub summaries: Vec<Summary>,
    pub account: Account,
    /// An earlier run had read a part of the input.
    pub resumed: bool,
    /// Rules that waited for subqueries and for which the input was read once more.
    pub again: usize,
}

/// Where the journal of a sweep into a folder is.
pub fn journal_folder(out: &Path) -> PathBuf {
    out.join(".journal")
}

/// The time of the same sweep where one was interrupted in its folder: it goes on with it.
pub fn interrupted(session: &Session, loaded: &[Result<Rule, RuleError>], options: &Options) -> Option<String> {
    let rules: Vec<Rule> = loaded.iter().map(|loaded| loaded.clone().unwrap_or_else(stand_in)).collect();
    Journal::now(&journal_folder(&options.out).join("log"), &record::identity(&rules, session, options))
}

/// What stands in the results for a file without a rule.
fn stand_in(unloaded: RuleError) -> Rule {
    Rule { id: unloaded.file.clone(), name: unloaded.file.clone(), file: unloaded.file, ..Rule::default() }
}

impl<'s> Sweep<'s> {
    /// Binds the rules. Files that hold none are told as refused.
    pub fn prepare(session: &'s Session, loaded: Vec<Result<Rule, RuleError>>, options: Options) -> Result<Sweep<'s>, Box<Diagnostic>> {
        // A sweep does not start again for a value that is wider than its column was sampled.
        session.inside(|| session.dataset().look_deeper());
        let mut rounds = Rounds::new(session, options.limits)?;
        let wanted: Vec<&Rule> = loaded.iter().flatten().collect();
        let mut bound = rounds.bind(&wanted, Waiting::Allowed)?.into_iter();
        let (mut rules, mut prepared) = (Vec::new(), Vec::new());
        for rule in loaded {
            match rule {
                Ok(rule) => {
                    prepared.extend(bound.next());
                    rules.push(rule);
                }
                Err(unloaded) => {
                    prepared.push(Err((Status::Refused, unloaded.message.clone())));
                    rules.push(stand_in(unloaded));
                }
            }
        }
        Ok(Sweep { session, options, rules, prepared, rounds })
    }

    /// Rules that do not run: each with its status and the reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&Rule, Status, &str)> {
        self.rules.iter().zip(&self.prepared).filter_map(|(rule, prepared)| match prepared {
            Ok(_) => None,
            Err((status, why)) => Some((rule, *status, why.as_str())),
        })
    }

    /// Rules that run, and how many of them had to ask the input something first.
    pub fn running(&self) -> (usize, usize) {
        (self.prepared.iter().flatten().count(), self.rounds.asked())
    }

    pub fn watch(&self) -> Arc<Watch> {
        Arc::new(Watch::new(self.rules.iter().map(|rule| rule.severity).collect()))
    }

    /// Runs the pass and writes the folder.
    pub fn run(mut self, watch: &Watch) -> Result<Finished, Box<Diagnostic>> {
        let folder = journal_folder(&self.options.out);
        let stage = folder.join("stage");
        fresh_folder(&stage).map_err(unwritten)?;
        let (session, limits) = (self.session, self.options.limits);
        let now = session.context().now.to_string();
        let mut journal =
            Journal::open(&folder.join("log"), &record::identity(&self.rules, session, &self.options), &now).map_err(unwritten)?;
        let (mut ready, refusals): (Vec<_>, Vec<_>) =
            self.prepared.into_iter().map(|p| p.map_or_else(|r| (None, Some(r)), |p| (Some(p), None))).unzip();
        // Subqueries that rules wait for take part as if they were rules.
        let (keys, subqueries) = self.rounds.deferred();
        ready.extend(subqueries);
        let controls: Vec<Control> = ready.iter().map(|_| Control::default()).collect();
        let mut pass = Pass::new(&ready, session, limits, &controls, watch).spilling(&folder);
        let (mut gathered, account) = session.inside(|| pass.run(session.threads(), Some(&mut journal)))?;
        let pass = pass;
        let answers = gathered.split_off(self.rules.len());
        for ((key, answer), number) in keys.into_iter().zip(answers).zip(self.rules.len()..) {
            self.rounds.learn(key, ready[number].as_ref(), pass.leaves(answer), &controls[number]);
        }
        let waited = self.rules.iter().enumerate().filter_map(|(number, rule)| {
            let (part, control) = (ready[number].as_ref().filter(|prepared| prepared.deferred.is_some())?, &controls[number]);
            let leaves = pass.leaves(std::mem::take(&mut gathered[number]));
            Some(Waited { number, rule, part, leaves: (!control.is_stopped()).then_some(leaves), control })
        });
        let waited: Vec<Waited<'_>> = waited.collect();
        let settling = Settling { session, limits, folder: &folder, watch, rules: self.rules.len() };
        let (settled, again) = settling.settle(waited, &mut self.rounds)?;
        let mut results = Results::create(&stage, self.options.csv_safe).map_err(unwritten)?;
        let mut jobs = gathered.into_iter().zip(settled).enumerate();
        let mut rules = self.rules.into_iter();
        let told = |prepared: &Prepared, leaves: Vec<Leaf>, control: &Control| Told {
            outcome: finals::finish(prepared, leaves, control, &limits, session.context()),
            tables: prepared.tables.clone(),
            subqueries: prepared.subqueries,
            unfit: prepared.unfit(&account),
        };
        let finish = |(number, (gathered, settled)): (usize, (Gathered, Option<Result<Settled, Refusal>>))| {
            Ok(match (settled, &ready[number], &refusals[number]) {
                (Some(Ok(Settled { prepared, leaves, control })), ..) => told(&prepared, leaves, &control),
                (None, Some(prepared), _) => told(prepared, pass.leaves(gathered), &controls[number]),
                (Some(Err((status, why))), ..) => Told::without(status, why),
                (None, None, Some((status, why))) => Told::without(*status, why.clone()),
                (None, None, None) => Told::without(Status::Refused, "it was not bound".to_owned()),
            })
        };
        session.inside(|| {
            in_order(
                session.threads(),
                || jobs.next(),
                finish,
                |Told { outcome, tables, subqueries, unfit }| {
                    if let Some(rule) = rules.next() {
                        results.add(rule, tables, subqueries, unfit, &outcome).map_err(unwritten)?;
                    }
                    Ok(ControlFlow::Continue(()))
                },
            )
        })?;
        let summaries = results.finish().map_err(unwritten)?;
        let record = record::Record { summaries: &summaries, account: &account, session, options: &self.options };
        record.write(&stage).map_err(unwritten)?;
        publish(&stage, &self.options.out).map_err(unwritten)?;
        fs::remove_dir_all(&folder).map_err(unwritten)?;
        Ok(Finished { summaries, account, resumed: journal.is_resumed(), again })
    }
}

/// What is told of a rule.
struct Told {
    outcome: Outcome,
    tables: Vec<String>,
    subqueries: usize,
    unfit: Vec<String>,
}

impl Told {
    /// Of one that gave no rows.
    fn without(status: Status, why: String) -> Told {
        Told { outcome: Outcome::without(status, why), tables: Vec::new(), subqueries: 0, unfit: Vec::new() }
    }
}

fn fresh_folder(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
}

/// Puts the finished files in their place, `run.json` last: where it is, the rest is.
fn publish(stage: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out.join("rules"))?;
    for folder in ["rules", ""] {
        let mut files: Vec<PathBuf> = fs::read_dir(stage.join(folder))?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
        files.retain(|file| file.is_file());
        files.sort_by_key(|file| file.ends_with("run.json"));
        for file in files {
            fs::rename(&file, out.join(folder).join(file.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

fn unwritten(error: io::Error) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("the results cannot be written: {error}"))
}
