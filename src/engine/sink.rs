//! What a run gives: rows to a sink, and what there is to say beside them.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::input::Account;
use crate::value::{Batch, Schema};

/// What a finished run says beside its rows.
#[derive(Debug)]
pub struct Outcome {
    pub warnings: Vec<Diagnostic>,
    pub account: Account,
}

/// Takes the result tables of a run.
pub trait ResultSink: Send {
    /// How many tables will come; an error refuses them.
    fn announce(&mut self, _tables: usize) -> Result<(), String> {
        Ok(())
    }

    /// A table begins: its first row or its end follows at once.
    fn begin(&mut self, schema: &Schema, name: &str);

    fn batch(&mut self, batch: &Batch) -> ControlFlow<()>;

    fn end(&mut self);

    /// How long rows may be kept from the sink while a column's type may still turn out wider; `None` for as long as that takes.
    /// What a sink sees early it sees with the types of the sample.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Input was read and no row came of it.
    fn idle(&mut self) {}
}
