//! Makes an error of a text that grew too long (`value::text_bound`).

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::value::text_bound::TextTooLong;

/// Runs work that may make texts. What it leaves half done must not be used after an error.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(payload) if payload.is::<TextTooLong>() => {
            let message = "the query makes a text of more than 512 MiB, which is longer than a value can be";
            Err(Diagnostic::error(Code::MEMORY, Default::default(), message))
        }
        Err(payload) => resume_unwind(payload),
    }
}
