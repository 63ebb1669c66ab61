//! One type for everything that is wrong with a query: code, message, where, and how to mend it.
//!
//! Rooms make diagnostics; only the edge (`diagnostic::render`) turns them into text.

mod codes;
mod render;
mod stand_in;

pub use codes::{Code, REGISTRY};
pub use render::{Drawing, draw, draw_all, render, render_all};
pub use stand_in::stand_in;

/// A half-open range of bytes in the query text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// Something to tell the author of a query.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// One sentence without a full stop, naming the thing.
    pub message: String,
    pub span: Span,
    /// What was expected, or near names, or the fix: shown below the source line.
    pub help: Vec<String>,
}

pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl Diagnostic {
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic { severity: Severity::Error, code, message: message.into(), span, help: Vec::new() })
    }

    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic { severity: Severity::Warning, ..*Diagnostic::error(code, span, message) })
    }

    pub fn help(mut self: Box<Self>, text: impl Into<String>) -> Box<Diagnostic> {
        self.help.push(text.into());
        self
    }

    /// Adds "did you mean" with the candidates nearest to `name`, if any is near.
    pub fn did_you_mean<'a>(self: Box<Self>, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Box<Diagnostic> {
        match nearest(name, candidates) {
            near if near.is_empty() => self,
            near => self.help(format!("did you mean {}?", near.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or "))),
        }
    }
}

/// Up to three candidates that differ from `name` by case or a few edits, nearest first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let limit = (lower.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&lower, &c.to_lowercase()), c))
        .filter(|(distance, candidate)| *distance <= limit && !candidate.is_empty())
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(3).map(|(_, c)| c).collect()
}
