//! Stands in for the engine until it is there.

use std::path::PathBuf;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::input::Account;
use crate::value::{Batch, DateTime, Field, Schema};

#[derive(Clone, Debug, Default)]
pub struct SessionOptions {
    pub now: Option<DateTime>,
    pub threads: usize,
    pub inputs: Vec<String>,
    pub schema: Vec<(String, Vec<Field>)>,
    pub parameters: Vec<(String, String)>,
    pub functions: Option<PathBuf>,
    pub strict: bool,
    pub keep_duplicates: bool,
    pub header: bool,
    pub chunk_bytes: usize,
}

#[derive(Debug)]
pub struct EngineError(pub String);

#[derive(Debug, Default)]
pub struct Outcome {
    pub warnings: Vec<Diagnostic>,
    pub account: Account,
}

pub trait ResultSink: Send {
    fn begin(&mut self, schema: &Schema, name: &str);
    fn batch(&mut self, batch: &Batch) -> std::ops::ControlFlow<()>;
    fn end(&mut self);
}

/// A table found in the inputs; without a name, all their records.
#[derive(Clone, Debug)]
pub struct TableInfo {
    pub name: String,
    pub columns: Vec<Field>,
}

pub struct Session {}

impl Session {
    pub fn open(_options: SessionOptions) -> Result<Session, EngineError> {
        Ok(Session {})
    }

    pub fn tables(&self) -> Vec<TableInfo> {
        Vec::new()
    }

    /// Bytes read so far and in all, to be asked while `run` runs.
    pub fn progress(&self) -> Box<dyn Fn() -> (u64, u64) + Send> {
        Box::new(|| (0, 0))
    }

    pub fn check(&self, _text: &str) -> (Vec<Diagnostic>, Option<Vec<Schema>>) {
        (vec![*Diagnostic::error(Code::UNSUPPORTED, Span::default(), "the engine is not here yet")], None)
    }

    pub fn explain(&self, text: &str) -> Result<String, Vec<Diagnostic>> {
        Err(self.check(text).0)
    }

    pub fn run(&self, text: &str, _sink: &mut dyn ResultSink) -> Result<Outcome, Vec<Diagnostic>> {
        Err(self.check(text).0)
    }
}
