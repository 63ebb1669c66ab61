//! Reads the members of an object: along the names that were met before, or one by one where something else stands between them.

use super::super::json::{skip_space, skip_value, string, unescape};
use super::super::kernels::{self, Members};
use super::super::keys::Known;
use super::super::paths::Paths;
use super::names::{Name, Names};
use super::shapes::{INNER, Member, RECORD, Shapes};
use super::{Extractor, rank};

impl<'p> Extractor<'p> {
    /// Reads the members of the object at `start`. Returns the range of an inner record among them.
    pub(super) fn layer(
        &mut self,
        text: &str,
        number: usize,
        start: usize,
        known: Option<&Known<'_>>,
        ranks: (u8, u8),
    ) -> Option<Option<(usize, usize)>> {
        self.members.clear();
        self.odd_member = false;
        if text.as_bytes().get(start) != Some(&b'{') {
            return None;
        }
        // Nothing is wanted of it, or all that is was found.
        if self.missing == Some(0) || self.search(text, number, start, known, ranks.0) {
            return Some(None);
        }
        if self.names.are_many() {
            (self.names, self.shapes) = (Names::default(), Shapes::new());
        }
        let root = if number == 0 && ranks.0 == rank::OUTER { RECORD } else { INNER };
        let end = self.walk(text, start, root);
        match end {
            Some(end) if root == RECORD && self.shapes.knows(end, &self.read, &self.names, self.paths) => {
                // A search for names may have found some.
                self.forget();
                self.shape = end;
                Some(None)
            }
            Some(_) => Some(self.place_members(text, number, ranks)),
            None => self.one_by_one(text, number, start + 1, ranks),
        }
    }

    /// Reads the members of the object at `start`, and gives the end of the way through their names from a root. `None` where the object
    /// breaks or something else stands between members, and where a name is spelt with escapes.
    fn walk(&mut self, text: &str, start: usize, root: u32) -> Option<u32> {
        u32::try_from(text.len()).ok()?;
        self.read.clear();
        let paths = self.paths;
        let Extractor { names, shapes, read, .. } = self;
        let mut walk = Walk { text, paths, names, shapes, read, at: root, name: 0 };
        let end = kernels::members(text.as_bytes(), start, &mut walk)?;
        let at = walk.at;
        self.end = Some(end);
        Some(at)
    }

    /// Notes the members that were read for all that want them. Returns the range of an inner record among them.
    fn place_members(&mut self, text: &str, number: usize, ranks: (u8, u8)) -> Option<(usize, usize)> {
        let (names, read) = (std::mem::take(&mut self.names), std::mem::take(&mut self.read));
        let mut inner = None;
        for Member { name, from, to, .. } in &read {
            self.note_member(names.get(*name), text, number, (*from as usize, *to as usize), ranks, &mut inner);
        }
        (self.names, self.read) = (names, read);
        inner
    }

    /// Reads members from `at` on, one by one.
    fn one_by_one(&mut self, text: &str, number: usize, mut at: usize, ranks: (u8, u8)) -> Option<Option<(usize, usize)>> {
        let bytes = text.as_bytes();
        let mut inner = None;
        loop {
            at = skip_space(bytes, at);
            match bytes.get(at)? {
                b'}' => {
                    self.end = Some(at + 1);
                    return Some(inner);
                }
                b',' => at += 1,
                b'"' => {
                    let key = at + 1;
                    let (end, escaped) = string(bytes, key)?;
                    let colon = skip_space(bytes, end + 1);
                    if bytes.get(colon) != Some(&b':') {
                        return None;
                    }
                    let from = skip_space(bytes, colon + 1);
                    at = skip_value(bytes, from)?;
                    if escaped {
                        self.escaped(text.get(key..end)?, text, number, (from, at), ranks.0);
                    } else {
                        let mut names = std::mem::take(&mut self.names);
                        if names.are_many() {
                            (names, self.shapes) = (Names::default(), Shapes::new());
                        }
                        let name = names.number(text.get(key..end)?, self.paths);
                        self.note_member(names.get(name), text, number, (from, at), ranks, &mut inner);
                        self.names = names;
                    }
                }
                _ => return None,
            }
        }
    }

    /// Notes a member for all that want it.
    #[inline]
    fn note_member(
        &mut self,
        name: &Name<'p>,
        text: &str,
        number: usize,
        (from, to): (usize, usize),
        ranks: (u8, u8),
        inner: &mut Option<(usize, usize)>,
    ) {
        if name.wraps(text.as_bytes()[from]) {
            *inner = Some((from, to));
        }
        for (node, exact) in &name.columns {
            self.place(node, text, number, from, to, if *exact { ranks.0 } else { ranks.1 });
        }
        self.members.extend(name.inner.map(|node| (node, from, to)));
    }

    /// Notes a member whose name is spelt with escapes.
    #[cold]
    fn escaped(&mut self, key: &str, text: &str, number: usize, range: (usize, usize), rank: u8) {
        let mut name = std::mem::take(&mut self.key);
        name.clear();
        unescape(key, &mut name);
        let paths = self.paths;
        for (_, node) in paths.columns.keys.iter().filter(|(column, _)| *column == name) {
            self.place(node, text, number, range.0, range.1, rank);
        }
        self.key = name;
        self.odd_member |= !paths.inner.keys.is_empty();
    }
}

/// The way through the names of an object.
struct Walk<'w, 'p> {
    text: &'w str,
    paths: &'p Paths,
    names: &'w mut Names<'p>,
    shapes: &'w mut Shapes<'p>,
    read: &'w mut Vec<Member>,
    at: u32,
    name: u32,
}

impl Members for Walk<'_, '_> {
    #[inline(always)]
    fn name(&mut self, at: usize) -> Option<usize> {
        match self.shapes.expected(self.at, self.names, self.text.as_bytes(), at) {
            Some((step, name, colon)) => {
                (self.at, self.name) = (step, name);
                Some(colon)
            }
            None => self.other(at),
        }
    }

    #[inline(always)]
    fn value(&mut self, from: usize, to: usize, clean: bool) {
        self.read.push(Member { name: self.name, from: from as u32, to: to as u32, clean });
    }
}

impl Walk<'_, '_> {
    /// A name that was not expected.
    #[inline(never)]
    fn other(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (end, escaped) = string(bytes, at + 1)?;
        let colon = skip_space(bytes, end + 1);
        if escaped || self.names.are_many() || bytes.get(colon) != Some(&b':') {
            return None;
        }
        self.name = self.names.number(self.text.get(at + 1..end)?, self.paths);
        self.at = self.shapes.step(self.at, self.name);
        Some(colon)
    }
}
