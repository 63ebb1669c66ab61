//! Records that are lines.

use std::borrow::Cow;

use super::super::extract::Token;
use super::super::framing::lines;
use super::super::kernels::{self, Ascii, Sought, Summary};
use super::super::keys::{JOINED, KeySearch, Known};
use super::super::peel::Peel;
use super::super::place;
use super::super::prefilter::Hits;
use super::super::route::Pseudo;
use super::{CUT_OFF, Decoder, NO_OBJECT, key, text, time};

/// Lines that all are objects, with nothing around them; or objects found otherwise, and no lines.
pub(super) struct Objects<'a> {
    pub bytes: &'a [u8],
    pub line_feeds: &'a [usize],
    pub ascii: Ascii<'a>,
    /// Where they stand in the file.
    pub offset: u64,
}

impl<'a> Objects<'a> {
    /// `None` where a line is something else.
    fn of(bytes: &'a [u8], line_feeds: &'a [usize], summary: Summary<'a>, offset: u64) -> Option<Objects<'a>> {
        let last = usize::from(bytes.last() == Some(&b'\n'));
        let whole = bytes.first() == Some(&b'{') && bytes[..bytes.len() - last].last() == Some(&b'}');
        let Summary { between_objects, ascii } = summary;
        (whole && between_objects + last == line_feeds.len()).then_some(Objects { bytes, line_feeds, ascii, offset })
    }

    fn count(&self) -> usize {
        self.line_feeds.len() + usize::from(self.bytes.last() != Some(&b'\n'))
    }

    /// Where a line starts and ends.
    fn range(&self, line: usize) -> (usize, usize) {
        let start = line.checked_sub(1).map_or(0, |before| self.line_feeds[before] + 1);
        (start, self.line_feeds.get(line).copied().unwrap_or(self.bytes.len()))
    }

    pub fn text(&self, start: usize, end: usize) -> Cow<'a, str> {
        self.ascii.get(start..end).map_or_else(|| text(&self.bytes[start..end]), Cow::Borrowed)
    }
}

impl<'s> Decoder<'s> {
    pub(super) fn lines(&mut self, bytes: &[u8], offset: u64) {
        let mut marks = std::mem::take(&mut self.marks);
        marks.clear();
        let search = self.extractor.searches().filter(|_| self.source.sniffed.peel.is_none());
        let (summary, mut hits) = match (self.prefilter, search) {
            (Some(filter), _) => {
                let (summary, hits) = filter.hits(bytes, &mut marks);
                (summary, Some(hits))
            }
            (None, Some(search)) => (search.survey(bytes, &mut marks), None),
            (None, None) => (kernels::survey(bytes, Sought::of(&[JOINED]), &mut marks, |_| true, None), None),
        };
        // Where nothing is wanted of the records they are counted by their lines, but for those that lost the line feed between them.
        let counted = self.paths.slots == 0 && !self.paths.to_the_end;
        let joined = counted && !marks.hits.is_empty();
        self.extractor.reads_on(joined);
        if self.watching {
            self.see_starts(bytes, &marks.line_feeds, offset);
        }
        if let Some(objects) = Objects::of(bytes, &marks.line_feeds, summary, offset).filter(|_| !joined) {
            match (hits, search) {
                _ if counted => self.rows += objects.count(),
                (Some(hits), search) => self.hit_lines(&objects, search, hits),
                (None, Some(search)) => self.named_lines(&objects, search, &marks.hits),
                (None, None) => (0..objects.count()).for_each(|line| self.object(&objects, objects.range(line), None)),
            }
        } else {
            self.all_lines(bytes, offset, &mut hits);
        }
        self.marks = marks;
    }

    /// Looks at how the lines start.
    fn see_starts(&mut self, bytes: &[u8], line_feeds: &[usize], offset: u64) {
        for at in std::iter::once(0).chain(line_feeds.iter().map(|feed| feed + 1)) {
            if bytes.get(at) == Some(&b'{') && !self.source.sniffed.knows_opening(&bytes[at..]) {
                let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                self.see_other(bytes[at..end].trim_ascii_end(), offset + at as u64);
            }
        }
    }

    fn all_lines(&mut self, bytes: &[u8], offset: u64, hits: &mut Option<Hits<'_>>) {
        lines::lines(bytes, |at, line| {
            let line = line.strip_suffix(b",").unwrap_or(line);
            self.line(line, offset + at as u64, hits, at);
        });
    }

    fn line(&mut self, line: &[u8], offset: u64, hits: &mut Option<Hits<'_>>, at: usize) {
        match (line.first(), line.last()) {
            (Some(b'{'), Some(b'}')) => {
                if self.may_match(hits, at, at + line.len()) && !self.record(line, offset) {
                    self.inside(line, offset, &[]);
                }
            }
            (Some(b'['), Some(b']')) => {
                self.values(line, offset);
            }
            (Some(b'{'), _) => self.skip(CUT_OFF, offset),
            _ if self.source.sniffed.peel.is_some_and(Peel::opens_lines) => {
                if self.may_match(hits, at, at + line.len()) {
                    self.record(line, offset);
                }
            }
            _ => self.skip(NO_OBJECT, offset),
        }
    }

    /// Only those with a hit are looked for.
    fn hit_lines(&mut self, objects: &Objects<'_>, search: Option<&KeySearch>, mut hits: Hits<'_>) {
        let search = search.filter(|_| self.is_flat());
        let (mut at, mut read, mut line) = (0, 0, 0);
        while let Some(hit) = hits.next(at) {
            line += objects.line_feeds[line..].iter().take_while(|feed| **feed < hit).count();
            let range = objects.range(line);
            if !search.is_some_and(|search| self.flat(objects, range, search, None)) {
                self.object(objects, range, None);
            }
            read += 1;
            at = range.1 + 1;
            if at >= objects.bytes.len() {
                break;
            }
        }
        self.passed += (objects.count() - read) as u64;
    }

    /// The wanted names are known to stand at `names`.
    fn named_lines(&mut self, objects: &Objects<'_>, search: &KeySearch, names: &[usize]) {
        let flat = self.is_flat();
        let mut seen = 0;
        for line in 0..objects.count() {
            let range = objects.range(line);
            let hits = names[seen..].iter().take_while(|at| **at < range.1).count();
            let known = Known { hits: &names[seen..seen + hits], start: range.0 };
            seen += hits;
            if !(flat && self.flat(objects, range, search, Some(&known))) {
                self.object(objects, range, Some(&known));
            }
        }
    }

    fn object(&mut self, objects: &Objects<'_>, (start, end): (usize, usize), known: Option<&Known<'_>>) {
        let text = objects.text(start, end);
        // What was no UTF-8 stands elsewhere in the text.
        let known = known.filter(|_| matches!(text, Cow::Borrowed(_)));
        let (line, offset) = (&objects.bytes[start..end], objects.offset + start as u64);
        if !self.text(&text, line, offset, known) {
            // The line feed behind a record that was cut off may be lost.
            self.inside(line, offset, &[]);
        }
    }

    /// Nothing is wanted but whole members, and where the record stands.
    pub(super) fn is_flat(&self) -> bool {
        self.paths.columns.keys.iter().all(|(_, node)| !node.has_children())
            && self.pseudo.iter().all(|(_, pseudo)| matches!(pseudo, Pseudo::Place | Pseudo::Length | Pseudo::Record))
            && self.gate.is_none()
            && self.carried.is_none()
            && self.inspection.is_none()
            && self.paths.times.is_none()
    }

    /// Writes the members of a line that is an object; `false`, and nothing written, where one is not found by its name.
    pub(super) fn flat(
        &mut self,
        objects: &Objects<'_>,
        (start, end): (usize, usize),
        search: &KeySearch,
        known: Option<&Known<'_>>,
    ) -> bool {
        let (line, columns) = (&objects.bytes[start..end], &self.paths.columns.keys);
        let mut values = [None; KeySearch::MOST];
        let mut readable = true;
        let whole = search.members(line, 0, known, |key, from, to| {
            let value = objects.ascii.get(start + from..start + to).or_else(|| str::from_utf8(&line[from..to]).ok());
            readable &= value.is_some();
            values[key] = value;
        });
        if !(whole && readable && values[..columns.len()].iter().all(Option::is_some)) {
            return false;
        }
        let (order, offset) = (self.source.sniffed.order, objects.offset + start as u64);
        for ((_, node), value) in columns.iter().zip(values) {
            let token = Token::Json(value.unwrap_or_default());
            for slot in &node.slots {
                if let Some(writer) = self.writers.get_mut(*slot) {
                    writer.push(self.rows, token, order);
                }
                if self.id == Some(*slot) {
                    self.keys.push(key(token, &objects.text(start, end), self.sameness));
                    self.offsets.push(offset);
                }
                if self.time == Some(*slot) {
                    time(token, order).into_iter().for_each(|time| self.account.see_time(time));
                }
            }
        }
        for (slot, pseudo) in &self.pseudo {
            let number = match pseudo {
                Pseudo::Place => place::of(self.number, offset),
                Pseudo::Length => line.len() as i64,
                _ => continue,
            };
            if let Some(writer) = self.writers.get_mut(*slot) {
                writer.push(self.rows, Token::Number(number), order);
            }
        }
        self.rows += 1;
        true
    }
}
