//! Splits JSON values in any arrangement into records: a giant array on one line, pretty print, arrays and objects back to back,
//! pages (`{"value":[…]}`), with commas missing or to spare. One pass that keeps its state between blocks.

use std::ops::Range;

use memchr::memchr3;

use crate::input::family::{Family, peel_of};
use crate::input::json::{skip_space, skip_value, string_end};

/// The arrays of an outer object that hold records.
const RECORD_ARRAYS: [&str; 6] = ["value", "records", "results", "Results", "Records", "hits"];

/// The state between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Records stand in an array of an outer object.
    pages: bool,
    in_page: bool,
    /// Open brackets inside the page.
    arrays: usize,
    /// The array being read, or the one to come, holds records.
    wanted: bool,
    /// The text does not begin as its framing says: the first record has to be looked for.
    damaged: bool,
}

/// What a block held.
#[derive(Debug, Default)]
pub struct Split {
    pub records: Vec<Range<usize>>,
    /// The bytes up to here are done with.
    pub consumed: usize,
    /// What starts there cannot be a record: it ends where no record ends.
    pub broken: bool,
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

    /// Finds the complete records in a block that starts where the last one was consumed to.
    pub fn split(&mut self, bytes: &[u8]) -> Split {
        self.split_before(bytes, 0, usize::MAX)
    }

    /// The same from `from` on, but what starts at `limit` or later is left.
    pub fn split_before(&mut self, bytes: &[u8], from: usize, limit: usize) -> Split {
        let mut split = Split { consumed: from, ..Split::default() };
        if std::mem::take(&mut self.damaged) {
            split.broken = true;
            return split;
        }
        while let Some(at) = self.next(bytes, split.consumed) {
            if at >= limit {
                split.consumed = split.consumed.max(limit);
                return split;
            }
            match bytes[at] {
                b'{' if self.pages && !self.in_page => {
                    (self.in_page, self.arrays, self.wanted) = (true, 0, false);
                    split.consumed = at + 1;
                }
                b'{' => match skip_value(bytes, at) {
                    Some(end) if !ends_well(bytes, end) && !is_valid(&bytes[at..end]) => {
                        (split.consumed, split.broken) = (at, true);
                        return split;
                    }
                    Some(end) => {
                        if !self.in_page || (self.arrays > 0 && self.wanted) {
                            split.records.push(at..end);
                        }
                        split.consumed = end;
                    }
                    None => {
                        split.consumed = at;
                        return split;
                    }
                },
                b'"' => match string_end(bytes, at + 1) {
                    Some(end) if !self.may_stand(bytes, end + 1) => {
                        (split.consumed, split.broken) = (at, true);
                        return split;
                    }
                    Some(end) => {
                        if self.in_page && self.arrays == 0 {
                            self.wanted = RECORD_ARRAYS.iter().any(|name| name.as_bytes() == &bytes[at + 1..end]);
                        }
                        split.consumed = end + 1;
                    }
                    None => {
                        split.consumed = at;
                        return split;
                    }
                },
                b'}' if self.arrays > 0 && self.wanted => {
                    (split.consumed, split.broken) = (at, true);
                    return split;
                }
                other => {
                    if other == b'[' && self.in_page && self.arrays == 0 && !self.wanted {
                        if !shows_a_record(&bytes[at..]) {
                            split.consumed = at;
                            return split;
                        }
                        self.wanted = holds_records(&bytes[at..]);
                    }
                    self.bracket(other);
                    split.consumed = at + 1;
                }
            }
        }
        split.consumed = bytes.len();
        split
    }

    /// May a string that ends here stand outside of records? Else it is a part of a broken one.
    fn may_stand(&self, bytes: &[u8], end: usize) -> bool {
        let next = bytes[end..].iter().find(|b| !b.is_ascii_whitespace());
        match (self.in_page, self.arrays, self.wanted) {
            (true, 0, _) => matches!(next, None | Some(b':' | b',' | b'}')),
            (true, _, wanted) => !wanted,
            (false, _, _) => matches!(next, None | Some(b',' | b'[' | b']' | b'{' | 0)),
        }
    }

    /// The next byte that means something outside of records.
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        if !self.in_page {
            return memchr::memchr2(b'{', b'"', rest).map(|n| from + n);
        }
        let brace = memchr3(b'{', b'"', b'}', rest);
        let bracket = memchr::memchr2(b'[', b']', &rest[..brace.unwrap_or(rest.len())]);
        bracket.or(brace).map(|n| from + n)
    }

    fn bracket(&mut self, byte: u8) {
        match byte {
            b'[' => self.arrays += 1,
            b']' => self.arrays = self.arrays.saturating_sub(1),
            b'}' => self.in_page = false,
            _ => {}
        }
    }
}

/// Is what ends here closed like an object, and followed by what may follow one?
fn ends_well(bytes: &[u8], end: usize) -> bool {
    let next = bytes[end..].iter().find(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t' | 0));
    bytes.get(end - 1) == Some(&b'}') && !matches!(next, Some(b'"' | b':' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'\\'))
}

/// JSON by the letter.
fn is_valid(value: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(value).is_ok()
}

/// The first element of an array can be looked at: it is whole, or more than would be looked at is there.
fn shows_a_record(array: &[u8]) -> bool {
    let start = skip_space(array, 1);
    array.len() > HEAD || start < array.len() && (array[start] != b'{' || skip_value(array, start).is_some())
}

const HEAD: usize = 64 << 10;

/// Does an array of an outer object, whatever it is called, hold records of a known family?
pub fn holds_records(array: &[u8]) -> bool {
    let start = skip_space(array, 1);
    if array.get(start) != Some(&b'{') {
        return false;
    }
    let head = &array[start..array.len().min(start + HEAD)];
    let text = String::from_utf8_lossy(head);
    is_known(&text)
}

/// An object of a known family, or one that wraps a record.
pub fn is_known(object: &str) -> bool {
    Family::of_object(object) != Family::Other || peel_of(object).is_some()
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
        }
    }
}
