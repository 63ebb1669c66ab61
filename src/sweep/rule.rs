//! What a sweep knows of a rule, and how the outcome of one is told.

use sha2::{Digest, Sha256};

use crate::value::{Batch, Schema};

/// A rule or a query to sweep with.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    pub id: String,
    pub name: String,
    pub description: String,
    pub severity: Severity,
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    pub version: String,
    pub query: String,
    /// Values for the parameters that the query declares.
    pub parameters: Vec<(String, String)>,
    pub entities: Vec<Entity>,
    /// The file that it was read from.
    pub file: String,
}

/// A column that names an account, an address, a host …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// `Account`, `IP`, `Host` …
    pub kind: String,
    pub column: String,
}

/// How grave a rule's author finds a match; hunting queries do not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    High,
    Medium,
    Low,
    Informational,
    #[default]
    Unrated,
}

impl Severity {
    pub const ALL: [Severity; 5] = [Severity::High, Severity::Medium, Severity::Low, Severity::Informational, Severity::Unrated];

    pub fn parse(text: &str) -> Severity {
        Self::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(text.trim())).unwrap_or_default()
    }

    pub fn name(self) -> &'static str {
        match self {
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Informational => "Informational",
            Severity::Unrated => "Unrated",
        }
    }
}

impl Rule {
    /// The digest of what decides its matches.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.query.as_bytes());
        for (name, value) in &self.parameters {
            hash.update(format!("\0{name}={value}"));
        }
        hex(&hash.finalize())
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Matched,
    Unmatched,
    NotApplicable,
    Refused,
    Cut,
}

impl Status {
    pub const ALL: [Status; 5] = [Status::Matched, Status::Unmatched, Status::NotApplicable, Status::Refused, Status::Cut];

    /// As `run.json` has it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Matched => "matched",
            Status::Unmatched => "unmatched",
            Status::NotApplicable => "not_applicable",
            Status::Refused => "refused",
            Status::Cut => "cut",
        }
    }
}

/// A rule's status, why, and its rows.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: Status,
    pub reason: String,
    pub schema: Schema,
    pub rows: Batch,
}

impl Outcome {
    /// An outcome without rows.
    pub fn without(status: Status, reason: impl Into<String>) -> Outcome {
        Outcome { status, reason: reason.into(), schema: Vec::new().into(), rows: Batch { columns: Vec::new(), rows: 0 } }
    }
}
