//! Reads the members of an object: between its marks, or one by one where something else stands there.

use memchr::memchr;

use super::super::json::{scalar_end, skip_space, skip_value, string, unescape};
use super::super::kernels;
use super::super::keys::Known;
use super::Extractor;
use super::names::{Name, Names};

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
        let (mut names, mut marks) = (self.names.take().unwrap_or_else(Names::new), std::mem::take(&mut self.marks));
        let before = (self.closed.len(), self.used);
        let count = kernels::marks(text.as_bytes(), start, &mut marks);
        let mut inner = count.and_then(|count| self.marked(&mut names, &marks[..count], text, number, start, ranks));
        if inner.is_none() {
            self.members.clear();
            self.closed.truncate(before.0);
            self.used = before.1;
            inner = self.read(&mut names, text, number, start + 1, ranks);
        }
        (self.names, self.marks) = (Some(names), marks);
        inner
    }

    /// Reads the members between the marks of an object. `None` where something else stands between them, such as a comma too many.
    fn marked(
        &mut self,
        names: &mut Names<'p>,
        marks: &[u32],
        text: &str,
        number: usize,
        start: usize,
        ranks: (u8, u8),
    ) -> Option<Option<(usize, usize)>> {
        let bytes = text.as_bytes();
        let mut marks = marks.iter().map(|mark| *mark as usize);
        let (mut inner, mut last, mut before) = (None, 0, start);
        loop {
            let key = marks.next()?;
            if skip_space(bytes, before + 1) != key {
                return None;
            }
            match bytes[key] {
                b'"' => {}
                // It has no members.
                b'}' if before == start => {
                    before = key;
                    break;
                }
                _ => return None,
            }
            let colon = marks.next().filter(|at| bytes[*at] == b':')?;
            let quote = last_before(bytes, colon);
            let from = skip_space(bytes, colon + 1);
            let mut end = marks.next()?;
            let first = *bytes.get(from)?;
            let to = match first {
                b'"' | b'{' | b'[' if end == from => {
                    end = marks.next()?;
                    last_before(bytes, end) + 1
                }
                _ => scalar_end(bytes, from),
            };
            // The only string, or container, or scalar that stands here is the whole value.
            let closes = match first {
                b'"' => bytes[to - 1] == b'"' && to > from + 1,
                b'{' | b'[' => matches!(bytes[to - 1], b'}' | b']'),
                _ => to > from && skip_space(bytes, to) == end,
            };
            if bytes[quote] != b'"' || quote == key || !closes {
                return None;
            }
            last = match names.expected(last, &bytes[key..=colon]) {
                Some(name) => name,
                None if memchr(b'\\', &bytes[key..quote]).is_some() => {
                    self.escaped(text.get(key + 1..quote)?, text, number, (from, to), ranks.0);
                    0
                }
                None => names.number(last, text.get(key + 1..quote)?, self.paths),
            };
            self.member(names.get(last), text, number, (from, to), ranks, &mut inner);
            match bytes[end] {
                b',' => before = end,
                b'}' => {
                    before = end;
                    break;
                }
                _ => return None,
            }
        }
        self.end = Some(before + 1);
        marks.next().is_none().then_some(inner)
    }

    /// Reads members from `at` on, one by one.
    fn read(&mut self, names: &mut Names<'p>, text: &str, number: usize, mut at: usize, ranks: (u8, u8)) -> Option<Option<(usize, usize)>> {
        let bytes = text.as_bytes();
        let (mut inner, mut last) = (None, 0);
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
                        last = names.number(last, text.get(key..end)?, self.paths);
                        self.member(names.get(last), text, number, (from, at), ranks, &mut inner);
                    }
                }
                _ => return None,
            }
        }
    }

    /// Notes a member for all that want it.
    #[inline]
    fn member(
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

/// Where the last byte before `at` stands that is no white space.
#[inline]
fn last_before(bytes: &[u8], at: usize) -> usize {
    let mut last = at - 1;
    while last > 0 && matches!(bytes[last], b' ' | b'\n' | b'\r' | b'\t') {
        last -= 1;
    }
    last
}
