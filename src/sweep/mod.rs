//! Runs many rules over the same inputs in one pass, and writes a folder of what they found.
//!
//! Every rule is bound and its plan cut (`prepare`); the parts that read share one scan (`pass`), whose progress is journalled
//! (`journal`); what is left of each plan runs on what they gave (`finals`); `results` and `report` write it all down.

mod control;
mod difference;
mod facets;
mod finals;
mod gate;
mod journal;
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
mod shared;
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
use outcome::Outcome;
use pass::{Gathered, Pass};
use prepare::{Prepared, Refusal};
use present::Present;
use results::Results;

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
}

/// What a sweep came to.
pub struct Finished {
    pub summaries: Vec<Summary>,
    pub account: Account,
    /// An earlier run had read a part of the input.
    pub resumed: bool,
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
        let present = Present::of(session)?;
        let wanted: Vec<&Rule> = loaded.iter().flatten().collect();
        let mut bound = rounds::bind(&wanted, session, &present, options.limits)?.into_iter();
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
        Ok(Sweep { session, options, rules, prepared })
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
        let ready = self.prepared.iter().flatten();
        ready.fold((0, 0), |(all, extra), p| (all + 1, extra + usize::from(p.subqueries > 0)))
    }

    pub fn watch(&self) -> Arc<Watch> {
        Arc::new(Watch::new(self.rules.iter().map(|rule| rule.severity).collect()))
    }

    /// Runs the pass and writes the folder.
    pub fn run(self, watch: &Watch) -> Result<Finished, Box<Diagnostic>> {
        let folder = journal_folder(&self.options.out);
        let stage = folder.join("stage");
        fresh_folder(&stage).map_err(unwritten)?;
        let now = self.session.context().now.to_string();
        let mut journal =
            Journal::open(&folder.join("log"), &record::identity(&self.rules, self.session, &self.options), &now).map_err(unwritten)?;
        let controls: Vec<Control> = self.rules.iter().map(|_| Control::default()).collect();
        let (ready, refusals): (Vec<_>, Vec<_>) =
            self.prepared.into_iter().map(|p| p.map_or_else(|r| (None, Some(r)), |p| (Some(p), None))).unzip();
        let session = self.session;
        let limits = self.options.limits;
        let mut pass = Pass::new(&ready, session, limits, &controls, watch).spilling(&folder);
        let (gathered, account) = session.inside(|| pass.run(session.threads(), Some(&mut journal)))?;
        let pass = pass;
        let mut results = Results::create(&stage, self.options.csv_safe).map_err(unwritten)?;
        let mut jobs = gathered.into_iter().enumerate();
        let mut rules = self.rules.into_iter();
        let finish = |(number, gathered): (usize, Gathered)| {
            let outcome = match (&ready[number], &refusals[number]) {
                (Some(prepared), _) => finals::finish(prepared, pass.leaves(gathered), &controls[number], &limits, session.context()),
                (None, Some((status, why))) => Outcome::without(*status, why.clone()),
                (None, None) => Outcome::without(Status::Refused, "it was not bound"),
            };
            Ok((number, outcome))
        };
        session.inside(|| {
            in_order(
                session.threads(),
                || jobs.next(),
                finish,
                |(number, outcome)| {
                    let tables = ready[number].as_ref().map(|p| p.tables.clone()).unwrap_or_default();
                    let subqueries = ready[number].as_ref().map_or(0, |p| p.subqueries);
                    let unfit = ready[number].as_ref().map(|p| p.unfit(&account)).unwrap_or_default();
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
        Ok(Finished { summaries, account, resumed: journal.is_resumed() })
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
