//! Runs a job's query over one window, and tells its rows apart.

use std::collections::HashMap;
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{ResultSink, Session};
use crate::input::Account;
use crate::value::{Batch, Column, DateTime, Schema};

/// What a query gave over a window.
pub struct Found {
    pub schema: Schema,
    pub rows: Batch,
    pub account: Account,
}

/// What tells a row from others of the same version of a job.
pub type RowId = [u8; 16];

/// Runs the query as if the inputs held the window alone.
pub fn evaluate(session: &mut Session, query: &str, start: DateTime, end: DateTime) -> Result<Found, Vec<Diagnostic>> {
    session.within(start, end);
    let mut collected = Collected { tables: 0, schema: Schema::from(Vec::new()), batches: Vec::new() };
    let outcome = session.run(query, &mut collected)?;
    if collected.tables > 1 {
        let several = Diagnostic::error(Code::UNSUPPORTED, Default::default(), "a job's query gives one table, this gives several");
        return Err(vec![*several]);
    }
    let types: Vec<_> = collected.schema.iter().map(|field| field.ty).collect();
    Ok(Found { rows: Batch::concat(&types, &collected.batches), schema: collected.schema, account: outcome.account })
}

struct Collected {
    tables: usize,
    schema: Schema,
    batches: Vec<Batch>,
}

impl ResultSink for Collected {
    fn begin(&mut self, schema: &Schema, _name: &str) {
        self.tables += 1;
        self.schema.clone_from(schema);
        self.batches.clear();
    }

    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        self.batches.push(batch.clone());
        ControlFlow::Continue(())
    }

    fn end(&mut self) {}
}

impl Found {
    /// The identity of each row: its names and values, and which of several equal rows it is. A cryptographic digest, because who
    /// writes the logs could otherwise make a row that hides behind another.
    pub fn ids(&self) -> Vec<RowId> {
        let mut seen: HashMap<[u8; 32], u64> = HashMap::new();
        let one = |row: usize| {
            let mut hash = Sha256::new();
            for (field, column) in self.schema.iter().zip(&self.rows.columns) {
                let value = text(column, row);
                for part in [field.name.as_bytes(), &[u8::from(column.is_null(row))], value.as_bytes()] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part);
                }
            }
            let content: [u8; 32] = hash.finalize().into();
            let occurrence = seen.entry(content).and_modify(|n| *n += 1).or_default();
            let full: [u8; 32] = Sha256::new().chain_update(content).chain_update(occurrence.to_le_bytes()).finalize().into();
            let mut id = RowId::default();
            id.copy_from_slice(&full[..16]);
            id
        };
        (0..self.rows.rows).map(one).collect()
    }

    /// A column by its name: as it is written, else in any case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let exact = self.schema.iter().position(|field| field.name == name);
        let at = exact.or_else(|| self.schema.iter().position(|field| field.name.eq_ignore_ascii_case(name)));
        at.and_then(|at| self.rows.columns.get(at))
    }
}

/// A cell as text.
pub fn text(column: &Column, row: usize) -> String {
    column.value(row).to_text().into_owned()
}
