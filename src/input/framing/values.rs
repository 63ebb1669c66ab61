//! Splits JSON values in any arrangement into records: a giant array on one line, pretty print, arrays and objects back to back,
//! pages (`{"value":[…]}`), with commas missing or to spare. One pass that keeps its state between blocks.

use std::ops::Range;

use crate::input::json::{End, skip_space, skip_value, string_end, whole_value};
use crate::input::peel::is_text;

use super::ends::{StartsAgain, has_key, holds_next, is_followed, may_follow};
use super::known::{HEAD, RECORD_ARRAYS, begins_page, holds_records, is_id, is_known, may_hold_records, shows_an_element, starts_with_id};

/// The member of an answer of Elasticsearch that is an object around the array.
pub const NESTED_PAGE: &str = "hits";

/// What comes next between the brackets of a page and its arrays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    Key,
    Value,
    After,
}

/// The state between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Records stand in an array of an outer object.
    pages: bool,
    in_page: bool,
    /// In an object of the page that has the array.
    nested: bool,
    expect: Expect,
    /// Open brackets inside the page.
    arrays: usize,
    /// The array being read, or the one to come, holds records.
    wanted: bool,
    /// An object that comes next has the array.
    nests: bool,
    /// Records stand behind their ids.
    keyed: bool,
    /// The text does not begin as its framing says: the first record has to be looked for.
    damaged: bool,
}

/// What a block held.
#[derive(Debug, Default)]
pub struct Split {
    pub records: Vec<Range<usize>>,
    /// The bytes up to here are done with.
    pub consumed: usize,
    /// What starts there goes on as no text of records does.
    pub broken: bool,
}

/// What one step came to.
enum Step {
    /// The bytes up to here are done with.
    To(usize),
    Record(Range<usize>),
    /// More bytes have to be seen.
    Wait,
    Broken,
}

impl From<End> for Step {
    fn from(end: End) -> Step {
        match end {
            End::At(end) => Step::To(end),
            End::Unfinished => Step::Wait,
            End::Broken => Step::Broken,
        }
    }
}

impl Values {
    pub fn new(pages: bool) -> Values {
        Values { pages, ..Values::default() }
    }

    /// Of a text whose beginning is damaged.
    pub fn damaged() -> Values {
        Values { damaged: true, ..Values::new(true) }
    }

    /// Forgets where it is: in the array of records of a page, or outside of everything.
    pub fn restart(&mut self, in_page: bool) {
        *self = Values::new(self.pages);
        if self.pages && in_page {
            (self.in_page, self.arrays, self.wanted) = (true, 1, true);
        }
    }

    /// Would an object that came next be a record?
    pub fn takes_records(&self) -> bool {
        match (self.in_page, self.arrays) {
            (false, _) => !self.pages,
            (true, 0) => self.keyed && self.expect == Expect::Value,
            (true, _) => self.wanted,
        }
    }

    /// Does a text that starts with `first` end inside of a page or an array? `text` is the last of it.
    pub fn is_open(&self, first: Option<u8>, text: &[u8]) -> bool {
        const LAST: usize = 64 << 10;
        let end = text.iter().rposition(|b| !b.is_ascii_whitespace() && *b != 0).map_or(0, |at| at + 1);
        let tail = &text[end.saturating_sub(LAST)..end];
        // An array may have ended before, and objects follow it.
        let ended = |at: usize| tail[at + 1..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        let array = first == Some(b'[') && matches!(tail.last(), Some(b'}' | b',' | b'[')) && !memchr::memchr_iter(b']', tail).any(ended);
        self.in_page || array
    }

    /// Finds the complete records in a block that starts where the last one was consumed to.
    pub fn split(&mut self, bytes: &[u8]) -> Split {
        self.split_before(bytes, 0, usize::MAX)
    }

    /// The same from `from` on, but what starts at `limit` or later is left.
    pub fn split_before(&mut self, bytes: &[u8], from: usize, limit: usize) -> Split {
        let mut split = Split { consumed: from, ..Split::default() };
        let mut again = StartsAgain::default();
        if std::mem::take(&mut self.damaged) {
            split.broken = true;
            return split;
        }
        while let Some(at) = self.next(bytes, split.consumed) {
            if at >= limit {
                split.consumed = split.consumed.max(limit);
                return split;
            }
            match self.step(bytes, at, &mut again) {
                Step::To(end) => split.consumed = end,
                Step::Record(range) => {
                    split.consumed = range.end;
                    split.records.push(range);
                }
                Step::Wait => {
                    split.consumed = at;
                    return split;
                }
                Step::Broken => {
                    (split.consumed, split.broken) = (at, true);
                    return split;
                }
            }
        }
        split.consumed = bytes.len();
        split
    }

    /// The next byte that means something outside of records.
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        if !self.in_page {
            return memchr::memchr2(b'{', b'"', rest).map(|n| from + n);
        }
        rest.iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t' | 0)).map(|n| from + n)
    }

    fn step(&mut self, bytes: &[u8], at: usize, again: &mut StartsAgain) -> Step {
        match (self.in_page, self.arrays) {
            (false, _) => self.outside(bytes, at, again),
            (true, 0) => self.in_page(bytes, at),
            (true, _) => self.in_array(bytes, at, again),
        }
    }

    fn outside(&mut self, bytes: &[u8], at: usize, again: &mut StartsAgain) -> Step {
        match bytes[at] {
            b'{' if self.pages => {
                let window = &bytes[at..bytes.len().min(at + HEAD)];
                if let End::At(length) = whole_value(window, 0)
                    && is_known(&String::from_utf8_lossy(&window[..length]))
                {
                    // After damage the end of a page was seen too early.
                    return Step::Record(at..at + length);
                }
                (self.in_page, self.expect) = (true, Expect::Key);
                Step::To(at + 1)
            }
            // The inside of a string.
            b'{' if bytes.get(at + 1) == Some(&b'\\') => Step::Broken,
            b'{' => record(bytes, at, again),
            // A record that is a string, or a part of something broken.
            _ => match string_end(bytes, at + 1).map(|end| end + 1) {
                Some(end)
                    if !self.pages && is_text(&bytes[at..]) && (may_follow(bytes, end) || is_text(bytes[end..].trim_ascii_start())) =>
                {
                    Step::Record(at..end)
                }
                Some(end) if self.pages && may_follow(bytes, end) => Step::To(end),
                Some(_) => Step::Broken,
                None => Step::Wait,
            },
        }
    }

    /// Between the braces of a page.
    fn in_page(&mut self, bytes: &[u8], at: usize) -> Step {
        let step = match (self.expect, bytes[at]) {
            (_, b',') if self.expect != Expect::Value => Step::To(at + 1),
            (Expect::Key | Expect::After, b'}') => {
                self.in_page = std::mem::take(&mut self.nested);
                self.expect = Expect::After;
                return Step::To(at + 1);
            }
            (Expect::Value, b'{') if self.nests => {
                (self.nested, self.nests, self.expect) = (true, false, Expect::Key);
                return Step::To(at + 1);
            }
            (Expect::Key, b'"') => return self.key(bytes, at),
            (Expect::Value, b'{') => return self.object(bytes, at),
            (Expect::Value, b'[') => {
                if !shows_an_element(&bytes[at..]) {
                    return Step::Wait;
                }
                self.wanted = (self.wanted && may_hold_records(&bytes[at..])) || holds_records(&bytes[at..]);
                (self.arrays, self.expect) = (1, Expect::After);
                return Step::To(at + 1);
            }
            (Expect::Value, _) => whole_value(bytes, at).into(),
            _ => Step::Broken,
        };
        if matches!(step, Step::To(_)) {
            self.expect = if self.expect == Expect::Value { Expect::After } else { Expect::Key };
        }
        step
    }

    /// An object between the braces of a page: a record behind its id; or an array of one, which PowerShell writes as its element; or the
    /// first record of an array whose bracket is damaged.
    fn object(&mut self, bytes: &[u8], at: usize) -> Step {
        let end = match whole_value(bytes, at) {
            End::At(end) if self.keyed && holds_next(&bytes[at..end]) => return Step::Broken,
            End::At(end) => end,
            other => return other.into(),
        };
        // Its own id may be damaged.
        let next = bytes[end..].iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b',')).map_or(bytes.len(), |n| end + n);
        let before_id = match bytes.get(next) {
            _ if self.keyed => Some(true),
            Some(b'"') => starts_with_id(&bytes[next..]),
            Some(_) => Some(false),
            None => None,
        };
        let Some(before_id) = before_id else { return Step::Wait };
        let known = || is_known(&String::from_utf8_lossy(&bytes[at..end]));
        self.expect = Expect::After;
        if self.keyed || (self.wanted || before_id) && known() { Step::Record(at..end) } else { Step::To(end) }
    }

    fn key(&mut self, bytes: &[u8], at: usize) -> Step {
        let Some(end) = string_end(bytes, at + 1) else { return Step::Wait };
        let colon = skip_space(bytes, end + 1);
        match bytes.get(colon) {
            None => Step::Wait,
            Some(b':') => {
                self.wanted = RECORD_ARRAYS.iter().any(|name| name.as_bytes() == &bytes[at + 1..end]);
                self.nests = !self.nested && &bytes[at + 1..end] == NESTED_PAGE.as_bytes();
                self.keyed |= is_id(&bytes[at + 1..end]);
                self.expect = Expect::Value;
                Step::To(colon + 1)
            }
            Some(_) => Step::Broken,
        }
    }

    /// Between the brackets of an array of a page.
    fn in_array(&mut self, bytes: &[u8], at: usize, again: &mut StartsAgain) -> Step {
        match bytes[at] {
            b',' => Step::To(at + 1),
            b'[' => {
                self.arrays += 1;
                Step::To(at + 1)
            }
            b']' => {
                self.arrays -= 1;
                Step::To(at + 1)
            }
            // A record before it swallowed the end of its page.
            b'{' if self.wanted && begins_page(&bytes[at..]) => {
                (self.arrays, self.nested, self.expect) = (0, false, Expect::Key);
                Step::To(at + 1)
            }
            b'{' if self.wanted => record(bytes, at, again),
            // After damage it is not known that records stand behind their ids, and in no array.
            b'"' if self.wanted => match starts_with_id(&bytes[at..]) {
                Some(true) => {
                    (self.arrays, self.expect) = (0, Expect::Key);
                    self.key(bytes, at)
                }
                Some(false) => Step::Broken,
                None => Step::Wait,
            },
            _ if self.wanted => Step::Broken,
            _ => whole_value(bytes, at).into(),
        }
    }
}

fn record(bytes: &[u8], at: usize, again: &mut StartsAgain) -> Step {
    // What ends as a record does and does not start twice has not swallowed the next one: that is all that framing has to know.
    let ends = |end: &usize| is_followed(bytes, *end) && !again.of(&bytes[at..*end]);
    if let Some(end) = skip_value(bytes, at).filter(|_| has_key(bytes, at)).filter(ends) {
        return Step::Record(at..end);
    }
    match whole_value(bytes, at) {
        End::At(end) => Step::Record(at..end),
        End::Unfinished => Step::Wait,
        End::Broken => Step::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(pages: bool, text: &str, block: usize) -> Vec<String> {
        let mut values = Values::new(pages);
        let (mut out, mut buffer) = (Vec::new(), Vec::new());
        for part in text.as_bytes().chunks(block) {
            buffer.extend_from_slice(part);
            let split = values.split(&buffer);
            out.extend(split.records.iter().map(|r| String::from_utf8_lossy(&buffer[r.clone()]).into_owned()));
            buffer.drain(..split.consumed);
        }
        out
    }

    #[test]
    fn any_arrangement_in_any_blocks() {
        for block in [1, 2, 3, 7, 1000] {
            let text = "[{\"a\":\"},{\"},\n{\"b\":[{}]}][{\"c\":1}\n{\"d\":\"\\\"}\"}]";
            assert_eq!(records(false, text, block), ["{\"a\":\"},{\"}", "{\"b\":[{}]}", "{\"c\":1}", "{\"d\":\"\\\"}\"}"]);
            let pages = r#"{"@x":{"y":1},"value":[{"a":1},{"b":[{}]}],"n":[{"no":1}]}{"records":[{"c":1}]}"#;
            assert_eq!(records(true, pages, block), ["{\"a\":1}", "{\"b\":[{}]}", "{\"c\":1}"]);
            let echo = r#"{"query":{"CreationTime":1,"Operation":2},"value":[{"a":1}],"more":{"id":1}}"#;
            assert_eq!(records(true, echo, block), ["{\"a\":1}"]);
            let known = r#"{"CreationTime":1,"Operation":2}"#;
            let by_id = format!(r#"{{"x":{known}, "17":{known},"18":{{"a":1}}}}{{"records":{known}}}"#);
            assert_eq!(records(true, &by_id, block), [known, known, "{\"a\":1}", known]);
        }
    }
}
