//! What became of a rule.

use crate::value::{Batch, Held, Schema, Type};

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
    /// In order, piece by piece.
    pub rows: Vec<Held>,
}

impl Outcome {
    /// All rows at once.
    pub fn batch(&self) -> Batch {
        let types: Vec<Type> = self.schema.iter().map(|field| field.ty).collect();
        Batch::concat(&types, &self.rows.iter().map(Held::batch).collect::<Vec<_>>())
    }

    /// An outcome without rows.
    pub fn without(status: Status, reason: impl Into<String>) -> Outcome {
        Outcome { status, reason: reason.into(), schema: Vec::new().into(), rows: Vec::new() }
    }
}
