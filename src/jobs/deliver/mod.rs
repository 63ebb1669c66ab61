//! Takes alerts to where they shall go. What is on its way stays in the outbox until it has arrived.
//!
//! A file of lines gets each alert exactly once: where the line will stand is written down before it is written (`ndjson`). Other
//! places cannot say afterwards whether an alert came: a crash between sending and noting it sends it again, with the same id.

mod command;
mod ndjson;
mod syslog;
mod terminal;
mod webhook;

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::definition::OutputDefinition;
use super::store::{Delivery, Store, StoreError};

/// A place that alerts go to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Output {
    Ndjson(PathBuf),
    Command(Vec<String>),
    Syslog(PathBuf),
    Webhook {
        address: String,
        headers: Vec<(String, String)>,
    },
    Terminal,
    /// Standard output, a line of JSON for each alert.
    Lines,
}

/// What the person who runs the jobs allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions {
    pub network: bool,
}

impl Output {
    /// The output that a file of jobs in a folder names.
    pub fn new(definition: &OutputDefinition, folder: &Path) -> Result<Output, String> {
        let OutputDefinition { ndjson, command, syslog, webhook, terminal, headers } = definition;
        if webhook.is_none() && !headers.is_empty() {
            return Err("only a webhook has headers".to_owned());
        }
        match (ndjson, command, syslog, webhook, terminal) {
            (Some(path), None, None, None, None) => Ok(Output::Ndjson(folder.join(path))),
            (None, Some(words), None, None, None) if !words.is_empty() => Ok(Output::Command(words.clone())),
            (None, None, Some(path), None, None) => Ok(Output::Syslog(folder.join(path))),
            (None, None, None, Some(address), None) => webhook::output(address, headers),
            (None, None, None, None, Some(true)) => Ok(Output::Terminal),
            _ => Err("an output is one of `ndjson`, `command`, `syslog`, `webhook` and `terminal = true`".to_owned()),
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Output::Ndjson(path) => write!(f, "the file {}", path.display()),
            Output::Command(words) => write!(f, "the command {}", words.join(" ")),
            Output::Syslog(path) => write!(f, "the system log at {}", path.display()),
            Output::Webhook { address, .. } => write!(f, "the webhook {address}"),
            Output::Terminal | Output::Lines => f.write_str("standard output"),
        }
    }
}

impl Output {
    /// The variables of the environment that it takes secrets from.
    pub fn variables(&self) -> Vec<String> {
        let Output::Webhook { address, headers } = self else { return Vec::new() };
        let texts = [address].into_iter().chain(headers.iter().map(|(_, value)| value));
        let named = |text: &String| -> Vec<String> {
            text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
        };
        texts.flat_map(named).collect()
    }
}

/// Delivers what waits. After a failure the output gets nothing more in this run: alerts arrive in order or not at all. Gives what
/// did not arrive, by job.
pub fn deliver_all(store: &Store, permissions: Permissions) -> Result<Vec<(String, String)>, StoreError> {
    let mut failures = Vec::new();
    let mut stopped: HashSet<Output> = HashSet::new();
    let mut waiting = store.outbox()?;
    while let Some((_, first)) = waiting.first() {
        let output = first.output.clone();
        let take = if matches!(output, Output::Ndjson(_)) { usize::MAX } else { 1 };
        let mut batch = Vec::new();
        let mut rest = Vec::new();
        for entry in waiting {
            if entry.1.output == output && batch.len() < take { batch.push(entry) } else { rest.push(entry) }
        }
        waiting = rest;
        if stopped.contains(&output) {
            continue;
        }
        if let Err(message) = deliver(store, &output, &mut batch, permissions)? {
            let jobs: HashSet<&str> = batch.iter().map(|(_, delivery)| delivery.job.as_str()).collect();
            failures.extend(jobs.into_iter().map(|job| (job.to_owned(), format!("alerts wait for {output}: {message}"))));
            for (_, delivery) in &mut batch {
                delivery.attempts += 1;
                delivery.last_error = Some(message.clone());
            }
            store.update_deliveries(&batch)?;
            stopped.insert(output);
        }
    }
    failures.sort();
    failures.dedup();
    Ok(failures)
}

fn deliver(
    store: &Store,
    output: &Output,
    batch: &mut [(u64, Delivery)],
    permissions: Permissions,
) -> Result<Result<(), String>, StoreError> {
    let result = match output {
        Output::Ndjson(path) => return ndjson::append(store, path, batch),
        Output::Command(words) => each(batch, |delivery| command::run(words, delivery)),
        Output::Syslog(path) => each(batch, |delivery| syslog::send(path, delivery)),
        Output::Webhook { address, headers } => each(batch, |delivery| webhook::post(address, headers, delivery, permissions)),
        Output::Terminal => each(batch, terminal::show),
        Output::Lines => each(batch, |delivery| terminal::print(&format!("{}\n", delivery.body))),
    };
    if result.is_ok() {
        store.delivered(&batch.iter().map(|(number, _)| *number).collect::<Vec<_>>())?;
    }
    Ok(result)
}

fn each(batch: &[(u64, Delivery)], send: impl Fn(&Delivery) -> Result<(), String>) -> Result<(), String> {
    batch.iter().try_for_each(|(_, delivery)| send(delivery))
}

/// A text with `${NAME}` replaced from the environment: secrets stand nowhere else.
fn from_environment(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, behind) = behind.split_once('}').ok_or_else(|| "a `${` has no `}` behind it".to_owned())?;
        out.push_str(before);
        out.push_str(&std::env::var(name).map_err(|_| format!("the environment has no variable {name}"))?);
        rest = behind;
    }
    Ok(out + rest)
}
