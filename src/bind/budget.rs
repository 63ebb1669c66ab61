//! How large a query may grow while it binds: functions that call functions and tables that stand in tables double with each line.

use crate::diagnostic::{Code, Diagnostic, Result, Span};

use super::Binder;

/// Operators, those of called functions at each call. They also bound how deep a plan is: `engine::STACK` is sized for this many.
const OPERATORS: usize = 5_000;
/// Calls of the query's own functions.
const CALLS: usize = 100_000;
/// Columns of relations that stand in more than one place.
const COPIES: usize = 4_000_000;

/// What a query has used up.
#[derive(Debug, Default)]
pub struct Budget {
    operators: usize,
    calls: usize,
    copies: usize,
}

impl Binder<'_> {
    pub(super) fn spend_operator(&mut self, span: Span) -> Result<()> {
        self.budget.operators += 1;
        self.within_budget(span)
    }

    pub(super) fn spend_call(&mut self, span: Span) -> Result<()> {
        self.budget.calls += 1;
        self.within_budget(span)
    }

    /// What copies cost is asked for with the next operator or call.
    pub(super) fn spend_copies(&mut self, columns: usize) {
        self.budget.copies += columns;
    }

    fn within_budget(&self, span: Span) -> Result<()> {
        let Budget { operators, calls, copies } = self.budget;
        let what = match () {
            () if operators > OPERATORS => format!("{OPERATORS} operators"),
            () if calls > CALLS => format!("{CALLS} calls of its own functions"),
            () if copies > COPIES => format!("{COPIES} columns of tables that it names again and again"),
            () => return Ok(()),
        };
        Err(Diagnostic::error(Code::TOO_DEEP, span, format!("the query grows to more than {what}"))
            .help("functions count at each call, tables wherever they stand"))
    }
}
