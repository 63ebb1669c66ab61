//! What an inventory looks for in every record: whether it is whole JSON, when it happened, and the marks of tools that cut or
//! flatten.

use std::collections::BTreeMap;

use memchr::{memchr, memmem};

use crate::value::DateTime;

use super::account::{Losses, Skipped, add_losses};

/// How a scan inspects.
#[derive(Clone, Copy, Debug)]
pub struct Inspect {
    /// Times further apart than this, in ticks, have a gap between them.
    pub gap: i64,
}

pub const SPLUNK_CUT: &str = "text that Splunk cut at 10,000 characters";
pub const PORTAL_CUT: &str = "AuditData that the portal cut at 3,060 characters";
pub const FLATTENED: &str = "objects that PowerShell flattened to @{...}";
pub const OBJECT_ARRAY: &str = "arrays that PowerShell flattened to System.Object[]";
pub const TYPE_NAME: &str = "objects that PowerShell wrote as the name of their type";
pub const QUESTION_MARKS: &str = "`?` where text probably had a character outside of ASCII";

/// The characters that Splunk's export keeps of an event, and the portal's of `AuditData`.
pub const SPLUNK_LIMIT: usize = 10_000;
pub const PORTAL_LIMIT: usize = 3_060;

/// What an inspecting scan saw in a file.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub times: Spans,
    /// Signs of tools that lose data, with the first places.
    marks: Losses,
    /// Question marks inside of words: only in a file of nothing but ASCII do they stand for what was lost.
    questions: Skipped,
    non_ascii: bool,
}

impl Inspection {
    pub fn new(inspect: Inspect) -> Inspection {
        Inspection { times: Spans::new(inspect.gap), marks: Losses::new(), questions: Skipped::default(), non_ascii: false }
    }

    /// Looks at a record as it stands in the file.
    pub fn record(&mut self, bytes: &[u8], file: &str, offset: u64) {
        if opens_with(bytes, b"@{", |rest| memchr(b'=', &rest[..rest.len().min(200)]).is_some()) {
            self.mark(FLATTENED, file, offset);
        }
        if opens_with(bytes, b"System.Object[]", |_| true) {
            self.mark(OBJECT_ARRAY, file, offset);
        }
        if TYPES.iter().any(|name| opens_with(bytes, name, is_type_name)) {
            self.mark(TYPE_NAME, file, offset);
        }
        self.non_ascii |= !bytes.is_ascii();
        if !self.non_ascii && has_lost_character(bytes) {
            self.questions.see(file, offset);
        }
    }

    pub fn mark(&mut self, mark: &'static str, file: &str, offset: u64) {
        self.marks.entry(mark).or_default().see(file, offset);
    }

    pub fn add(&mut self, other: Inspection) {
        self.times.add(other.times);
        add_losses(&mut self.marks, other.marks);
        self.questions.add(other.questions);
        self.non_ascii |= other.non_ascii;
    }

    /// The signs of loss, the most certain first.
    pub fn marks(&self) -> Vec<(&'static str, &Skipped)> {
        let mut marks: Vec<(&'static str, &Skipped)> = self.marks.iter().map(|(mark, seen)| (*mark, seen)).collect();
        if !self.non_ascii && self.questions.count > 0 {
            marks.push((QUESTION_MARKS, &self.questions));
        }
        marks
    }
}

/// How the names of types begin that stand for objects in what PowerShell's Graph module and its kin export as CSV.
const TYPES: [&[u8]; 3] = [b"Microsoft.Graph.PowerShell.Models.", b"System.Collections.", b"Microsoft.Open.MSGraph.Model."];

/// Is this the rest of a type's name, and nothing behind it?
fn is_type_name(rest: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'`' | b'[' | b']' | b'+');
    matches!(rest.iter().find(|b| !part(b)), None | Some(b'"' | b'\\' | b',' | b';' | b'\t' | b'|' | b'\r' | b'\n'))
}

/// Does a value start with `text`, and `follows` hold for what comes after it?
fn opens_with(bytes: &[u8], text: &[u8], follows: impl Fn(&[u8]) -> bool) -> bool {
    memmem::find_iter(bytes, text).any(|at| {
        let starts = at == 0 || matches!(bytes[at - 1], b'"' | b',' | b';' | b'\t' | b'|');
        starts && follows(&bytes[at + text.len()..])
    })
}

/// A question mark between two letters or before an `@`, or on its own between blanks, or several where a word begins; but not in the
/// query of an address.
fn has_lost_character(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'?', bytes).any(|at| {
        let (before, after) = (at.checked_sub(1).and_then(|n| bytes.get(n)), bytes.get(at + 1));
        match (before, after) {
            (Some(b' '), Some(b' ')) => true,
            (Some(b' ' | b'"' | b'/' | b'\\'), Some(b'?')) => true,
            (Some(before), Some(after)) if before.is_ascii_alphabetic() && (after.is_ascii_alphabetic() || *after == b'@') => {
                let start = bytes[..at].iter().rposition(|b| matches!(b, b'"' | b' ')).map_or(0, |n| n + 1);
                let word = &bytes[start..at];
                !word.iter().any(|b| matches!(b, b'/' | b':' | b'='))
            }
            _ => false,
        }
    })
}

/// Points in time, joined where they are no further apart than the gap that is looked for. Exact whatever the order.
#[derive(Clone, Debug)]
pub struct Spans {
    gap: i64,
    /// Ticks of the first and the last point of each run.
    runs: BTreeMap<i64, i64>,
    /// There were too many runs: the gap is too small for these data.
    pub overflown: bool,
}

/// Runs that are kept.
const MOST_RUNS: usize = 1 << 16;

impl Spans {
    pub fn new(gap: i64) -> Spans {
        Spans { gap, runs: BTreeMap::new(), overflown: false }
    }

    pub fn see(&mut self, time: DateTime) {
        self.join(time.ticks(), time.ticks());
    }

    fn join(&mut self, mut first: i64, mut last: i64) {
        if let Some((_, end)) = self.runs.range(..=first).next_back()
            && *end >= last
        {
            return;
        }
        if self.overflown {
            return;
        }
        // Every run that starts no later than a gap after the end, and ends no earlier than a gap before the start.
        while let Some((start, end)) = self.runs.range(..=last.saturating_add(self.gap)).next_back().map(|(s, e)| (*s, *e)) {
            if end < first.saturating_sub(self.gap) {
                break;
            }
            self.runs.remove(&start);
            (first, last) = (first.min(start), last.max(end));
        }
        self.runs.insert(first, last);
        self.overflown = self.runs.len() > MOST_RUNS;
    }

    pub fn add(&mut self, other: Spans) {
        self.overflown |= other.overflown;
        other.runs.into_iter().for_each(|(first, last)| self.join(first, last));
    }

    /// The ends of each gap.
    pub fn gaps(&self) -> Vec<(DateTime, DateTime)> {
        let next = self.runs.keys().skip(1);
        self.runs.values().zip(next).filter_map(|(end, start)| Some((DateTime::from_ticks(*end)?, DateTime::from_ticks(*start)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_do_not_depend_on_the_order() {
        let points = [100, 5, 17, 42, 11, 300, 48, 95];
        let gaps = |points: &mut dyn Iterator<Item = i64>| {
            let mut spans = Spans::new(10);
            points.for_each(|p| spans.see(DateTime::from_ticks(p).unwrap()));
            spans.gaps().into_iter().map(|(a, b)| (a.ticks(), b.ticks())).collect::<Vec<_>>()
        };
        let expected = vec![(17, 42), (48, 95), (100, 300)];
        assert_eq!(gaps(&mut points.iter().copied()), expected);
        assert_eq!(gaps(&mut points.iter().rev().copied()), expected);
        let (mut left, mut right) = (Spans::new(10), Spans::new(10));
        points.iter().enumerate().for_each(|(i, p)| [&mut left, &mut right][i % 2].see(DateTime::from_ticks(*p).unwrap()));
        left.add(right);
        assert_eq!(left.gaps().len(), 3);
    }

    #[test]
    fn lost_characters() {
        for (text, lost) in [
            ("\"Andr?s\"", true),
            ("\"zo?.m?ller@x.example\"", true),
            ("\"zo?@x.example\"", true),
            ("\"https:\\/\\/x.example\\/????? ????.docx\"", true),
            ("\"Who is it??\"", false),
            ("\"Update application ? Certificates\"", true),
            ("\"https://x.example/a?b=c\"", false),
            ("\"/a/b?c\"", false),
            ("\"really? yes\"", false),
        ] {
            assert_eq!(has_lost_character(text.as_bytes()), lost, "{text}");
        }
    }

    #[test]
    fn flattened_values() {
        let mut seen = Inspection::new(Inspect { gap: 1 });
        seen.record(br#"{"a":"@{Name=x; Value=y}","b":"System.Object[]"}"#, "f", 7);
        seen.record(br#"{"a":"mail@{x}","b":"of System.Object[]","c":"System.Collections.x is a name"}"#, "f", 9);
        seen.record(br#""a","Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus""#, "f", 11);
        let marks: Vec<_> = seen.marks().iter().map(|(mark, seen)| (*mark, seen.count)).collect();
        assert_eq!(marks, [(OBJECT_ARRAY, 1), (FLATTENED, 1), (TYPE_NAME, 1)]);
    }
}
