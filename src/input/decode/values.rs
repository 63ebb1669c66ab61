//! Records that are JSON values, whose ranges the framing has found.

use std::borrow::Cow;
use std::ops::Range;

use super::super::framing::restart::first_key;
use super::super::framing::splitter::Piece;
use super::super::kernels::Ascii;
use super::super::keys::Known;
use super::lines::Objects;
use super::{CUT_OFF, Decoder, NOT_CLOSED, PARTIAL};

impl<'s> Decoder<'s> {
    pub(super) fn found(&mut self, piece: &Piece, records: &[Range<usize>]) {
        if piece.partial {
            self.skip(PARTIAL, piece.offset);
        }
        if self.watching {
            records.iter().for_each(|range| self.see_start(&piece.bytes[range.clone()], piece.offset + range.start as u64));
        }
        if self.is_counted() {
            self.rows += records.len();
        } else {
            self.found_records(piece, records);
        }
        piece.broken.iter().for_each(|at| self.skip(CUT_OFF, piece.offset + *at as u64));
        if piece.open {
            self.skip(NOT_CLOSED, piece.offset + piece.bytes.len() as u64);
        }
    }

    /// Nothing is wanted of the records but their number.
    fn is_counted(&self) -> bool {
        let looked_into = self.paths.to_the_end || self.gate.is_some() || self.inspection.is_some() || self.source.sniffed.peel.is_some();
        self.paths.slots == 0 && self.prefilter.is_none() && !looked_into
    }

    fn found_records(&mut self, piece: &Piece, records: &[Range<usize>]) {
        let bytes = &*piece.bytes;
        let mut marks = std::mem::take(&mut self.marks);
        marks.clear();
        let search = self.extractor.searches().filter(|_| self.source.sniffed.peel.is_none());
        let (ascii, mut hits) = match (self.prefilter, search) {
            (Some(filter), _) => {
                let (summary, hits) = filter.hits(bytes, &mut marks);
                (summary.ascii, Some(hits))
            }
            (None, Some(search)) => (search.survey(bytes, &mut marks).ascii, None),
            (None, None) => (Ascii::default(), None),
        };
        let objects = Objects { bytes, line_feeds: &[], ascii, offset: piece.offset };
        let flat = search.filter(|_| self.is_flat());
        let (mut names, mut whole) = (&marks.hits[..], 0..0);
        for range in records {
            if !self.may_match(&mut hits, range.start, range.end) {
                continue;
            }
            let before = |end: usize, names: &[usize]| names.iter().take_while(|at| **at < end).count();
            names = &names[before(range.start, names)..];
            let (own, others) = names.split_at(before(range.end, names));
            names = others;
            let known = (hits.is_none() && search.is_some()).then_some(Known { hits: own, start: range.start });
            let (record, offset) = (&bytes[range.clone()], piece.offset + range.start as u64);
            let is_flat = flat.is_some_and(|search| self.flat(&objects, (range.start, range.end), search, known.as_ref()));
            let is_whole = is_flat || {
                let text = objects.text(range.start, range.end);
                // What was no UTF-8 stands elsewhere in the text.
                let known = known.filter(|_| matches!(text, Cow::Borrowed(_)));
                self.text(&text, record, offset, known.as_ref())
            };
            match is_whole {
                true => whole = range.clone(),
                false => self.inside(record, offset, first_key(&bytes[whole.clone()])),
            }
        }
        self.marks = marks;
    }
}
