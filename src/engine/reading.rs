//! The inputs as a source of rows: scans, how far they have come, and what they could not read.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::input::{Account, Scan, ScanRequest, Strangers};
use crate::plan::{ChunkTask, Expr, ScanColumn, ScanStream, Source};
use crate::value::{Batch, Column, Type};

use super::Session;

/// How far the scan that runs has come.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Session {
    /// Bytes of the input read so far, and how many there are; to be asked while `run` runs.
    pub fn progress(&self) -> Box<dyn Fn() -> (u64, u64) + Send> {
        let progress = self.progress.clone();
        Box::new(move || (progress.done.load(Ordering::Relaxed), progress.total.load(Ordering::Relaxed)))
    }

    /// Notes how far a scan has come, for `progress`.
    pub fn advance(&self, scan: &Scan) {
        self.progress.total.store(scan.total_bytes(), Ordering::Relaxed);
        self.progress.done.store(scan.done_bytes(), Ordering::Relaxed);
    }

    /// What was read so far.
    pub fn account(&self) -> Account {
        let read = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        read.unwrap_or_else(|| self.dataset.account().clone())
    }

    fn note(&self, account: Account) {
        let mut most = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if most.as_ref().is_none_or(|m| m.records <= account.records) {
            *most = Some(account);
        }
    }

    /// Ends the run where a value is wider than its column was sampled, and the run can start again.
    fn refuse_unfit(&self, account: &Account) -> Result<()> {
        if self.widening.see(&account.unfit, self.dataset.all_records()) {
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "a column is wider than it was sampled"));
        }
        Ok(())
    }
}

impl Session {
    /// Whether more families of records were met since this was asked last. What was found out of the inputs before is forgotten.
    pub fn has_grown(&self) -> bool {
        let grown = self.dataset.has_grown();
        if grown {
            *self.account.lock().unwrap_or_else(PoisonError::into_inner) = None;
            *self.row_tables.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        grown
    }

    /// Ends the run where it met records of families that it does not know of, and can start again.
    fn refuse_strangers(&self, strangers: &Strangers) -> Result<()> {
        if strangers.is_empty() || !self.widening.is_active() {
            return Ok(());
        }
        self.dataset.admit(strangers);
        Err(Diagnostic::error(Code::RUNTIME, Default::default(), "a file holds more than was sampled"))
    }
}

impl Source for Session {
    fn scan(&self, table: &str, columns: &[ScanColumn], predicate: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>> {
        if !table.is_empty() {
            return Ok(Box::new(NoRows));
        }
        let request =
            ScanRequest { table: table.to_owned(), columns: columns.to_vec(), predicate: predicate.cloned(), ..ScanRequest::default() };
        Ok(Box::new(Reading { scan: self.dataset.scan(request), session: self }))
    }

    fn is_costly(&self, table: &str) -> bool {
        table.is_empty()
    }

    fn places(&self, table: &str) -> &'static [(&'static str, Type)] {
        if table.is_empty() { self.dataset.places() } else { &[] }
    }

    fn fetch(&self, _table: &str, columns: &[ScanColumn], places: &[Column]) -> Result<Batch> {
        let (batch, account) = self.dataset.fetch(columns, places);
        self.refuse_unfit(&account)?;
        self.account.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().add_losses(account);
        Ok(batch)
    }
}

/// A declared table without data.
struct NoRows;

impl ScanStream for NoRows {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        None
    }

    fn rows_at_hand(&self) -> Option<usize> {
        Some(0)
    }
}

/// A running scan; its account is noted when it is over.
struct Reading<'s> {
    scan: Scan,
    session: &'s Session,
}

impl ScanStream for Reading<'_> {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let chunk = self.scan.next_chunk()?;
        Some(Box::new(move || {
            let decoded = self.scan.decode_apart(chunk);
            let unfit = self.session.refuse_unfit(&decoded.account).and_then(|()| self.session.refuse_strangers(&decoded.strangers));
            self.scan.note(decoded.account);
            unfit?;
            self.session.advance(&self.scan);
            if self.session.options.strict {
                self.refuse_losses()?;
            }
            Ok(decoded.batch)
        }))
    }
}

impl Reading<'_> {
    /// `--strict`: the first record that cannot be read ends the run.
    fn refuse_losses(&self) -> Result<()> {
        let account = self.scan.account();
        match account.losses().next() {
            None => Ok(()),
            Some((reason, skipped)) => {
                let place = skipped.places.first().map(|p| format!(" at byte {} of {}", p.offset, p.file)).unwrap_or_default();
                Err(Diagnostic::error(Code::RUNTIME, Default::default(), format!("{reason}{place}")))
            }
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.session.note(self.scan.account());
    }
}
