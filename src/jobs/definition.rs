//! `JOBS.toml` as its author writes it. Keys that mean nothing are refused by name: a typing error must not switch a watch off.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::value::TimeSpan;

use super::duration;

/// A file of jobs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definitions {
    /// The folder of the state; beside the file where it is not given.
    pub state: Option<PathBuf>,
    /// The folder of saved queries that `rule` looks into; the ones inside the binary where it is not given.
    pub library: Option<PathBuf>,
    #[serde(default, rename = "job")]
    pub jobs: Vec<Definition>,
}

/// One job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub name: String,
    /// The query itself, or the name of a saved one, or a file of one: exactly one of the three.
    pub query: Option<String>,
    pub rule: Option<String>,
    pub file: Option<PathBuf>,
    /// Files, folders and patterns, as seen from the file of jobs.
    pub inputs: Vec<String>,
    #[serde(default)]
    pub parameters: std::collections::BTreeMap<String, toml::Value>,
    #[serde(default, deserialize_with = "span")]
    pub frequency: Option<TimeSpan>,
    #[serde(default, deserialize_with = "span")]
    pub lookback: Option<TimeSpan>,
    pub trigger_operator: Option<String>,
    pub trigger_threshold: Option<u64>,
    pub grouping: Option<String>,
    /// How long no query runs after an alert; `"off"` where the rule's own is not wanted.
    pub suppression: Option<String>,
    pub severity: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub watchlists: Option<PathBuf>,
    pub functions: Option<PathBuf>,
    /// How dates like 05/06/2024 are read, where a file does not show it.
    pub date_order: Option<DateOrder>,
    #[serde(default, rename = "output")]
    pub outputs: Vec<OutputDefinition>,
}

/// Which of the first two numbers of a date is the day.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// Where alerts go: exactly one of the places, and what belongs to it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputDefinition {
    /// A file that gets a line for each alert.
    pub ndjson: Option<PathBuf>,
    /// A program and its arguments; it gets the alert on its standard input.
    pub command: Option<Vec<String>>,
    /// The socket of the local system log: `/dev/log`.
    pub syslog: Option<PathBuf>,
    /// The address that gets each alert in a POST.
    pub webhook: Option<String>,
    /// Standard output.
    pub terminal: Option<bool>,
    /// Headers of a webhook; `${NAME}` stands for a variable of the environment.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
}

fn span<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<TimeSpan>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration::parse(&text).map(Some).map_err(serde::de::Error::custom)
}

/// Reads a file of jobs.
pub fn read(path: &Path) -> Result<Definitions, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let definitions: Definitions =
        toml::from_str(&text).map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))?;
    for (n, job) in definitions.jobs.iter().enumerate() {
        let known = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        if job.name.trim().is_empty() || !job.name.chars().all(known) {
            return Err(format!("{}: the name of job {} must be letters, digits, blanks and `-_.`: {:?}", path.display(), n + 1, job.name));
        }
        if definitions.jobs[..n].iter().any(|other| other.name == job.name) {
            return Err(format!("{}: two jobs are called {}", path.display(), job.name));
        }
    }
    Ok(definitions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        toml::from_str::<Definitions>(text).unwrap_err().to_string()
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        assert!(error("[[job]]\nname = \"a\"\ninputs = []\ndate_order = \"d\"").contains("expected `day-first` or `month-first`"));
        assert!(error("stat = \"x\"").contains("unknown field `stat`"));
        assert!(error("[[job]]\nname = \"a\"\ninputs = []\nfreqency = \"5m\"").contains("unknown field `freqency`"));
        assert!(error("[[job]]\nname = \"a\"\ninputs = []\n[[job.output]]\nndjsn = \"x\"").contains("unknown field `ndjsn`"));
        assert!(error("[[job]]\nname = \"a\"\ninputs = []\nfrequency = \"soon\"").contains("`soon` is no duration"));
    }
}
