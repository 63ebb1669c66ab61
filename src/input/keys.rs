//! Finds the wanted members of an object by their names, without reading what stands between them.
//!
//! In JSON a quote that is not escaped opens or closes a string. So `"Operation"` in front of a colon and behind a comma or an opening
//! brace is a key and nothing else, and if no bracket opened since a place that is known to be the object's own, it is one of its keys.
//! Where brackets did open, those that are still open are counted.

use memchr::{memchr, memchr2};

use super::json::{skip_space, skip_value};
use super::kernels::{self, Marks, Probe, Sought, Summary};
use super::prefilter::Frequencies;

/// The names to look for; few, and plain enough to stand in JSON as they are.
#[derive(Debug)]
pub struct KeySearch {
    probes: Vec<Probe>,
    keys: Vec<Key>,
    /// The text is the inside of a cell of CSV, whose quotes are doubled.
    cell: bool,
}

#[derive(Debug)]
struct Key {
    /// With its quotes.
    quoted: Vec<u8>,
    /// Where in it its probe is.
    offset: usize,
}

/// The end of an object and the start of the next, which no record has but in a text.
pub const JOINED: Probe = Probe { first: b'}', second: b'{', fold: 0, distance: 1 };

/// Where in a record the names may stand.
#[derive(Clone, Copy, Debug)]
pub struct Known<'h> {
    /// As indices of a text in which the record starts at `start`.
    pub hits: &'h [usize],
    pub start: usize,
}

impl KeySearch {
    /// So many names are found in one pass.
    pub const MOST: usize = 4;

    /// `None` where the names are too many, or can be written in several ways.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>, cell: bool, frequencies: &Frequencies<'_>) -> Option<KeySearch> {
        let quote = if cell { "\"\"" } else { "\"" };
        let (mut probes, mut keys) = (Vec::new(), Vec::new());
        for name in names {
            if keys.len() == KeySearch::MOST || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return None;
            }
            let quoted = format!("{quote}{name}{quote}").into_bytes();
            let (offset, probe) = frequencies.probe(&quoted, false)?;
            probes.push(probe);
            keys.push(Key { quoted, offset });
        }
        if !cell {
            probes.push(JOINED);
        }
        (!keys.is_empty()).then_some(KeySearch { probes, keys, cell })
    }

    /// Looks for the names in a text of many records: marks where `members` has to look, and the line feeds.
    pub fn survey<'a>(&self, bytes: &'a [u8], marks: &mut Marks) -> Summary<'a> {
        let stands = |at: usize, key: &Key| at.checked_sub(key.offset).is_some_and(|from| bytes[from..].starts_with(&key.quoted));
        kernels::survey(
            bytes,
            Sought::of(&self.probes),
            marks,
            |at| bytes[at] == JOINED.first || self.keys.iter().any(|key| stands(at, key)),
            None,
        )
    }

    /// Calls `found` with the number of a name and the range of its value, for each member of the object at `start` that has one of
    /// the names. `false` where the object's structure breaks in front of one, or another object does; in a cell also where brackets do.
    /// `known` is where to look, if that is known.
    pub fn members(&self, bytes: &[u8], start: usize, known: Option<&Known<'_>>, mut found: impl FnMut(usize, usize, usize)) -> bool {
        // What was passed so far, and how many containers were open there.
        let mut passed = (start + 1, 0);
        let sure = known.is_some() && self.keys.len() == 1;
        let mut breaks = |at: usize| {
            // Another object may follow, which may have none of the names. (No name has a brace in it.)
            if bytes[at] == JOINED.first {
                return true;
            }
            for (number, key) in self.keys.iter().enumerate() {
                let Some(from) = at.checked_sub(key.offset).filter(|from| *from >= passed.0) else { continue };
                // Where a hit is known, a name stands.
                if !(sure || bytes[from..].starts_with(&key.quoted)) {
                    continue;
                }
                let Some(value) = value(bytes, from, key.quoted.len()) else { continue };
                match self.advance(bytes, &mut passed, from) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return true,
                }
                let end = if self.cell { cell_value_end(bytes, value) } else { skip_value(bytes, value) };
                let Some(end) = end else { return true };
                found(number, value, end);
                passed = (end, 0);
            }
            false
        };
        match known {
            Some(known) => !known.hits.iter().any(|at| breaks(*at - known.start)),
            None => kernels::find(bytes, start, &self.probes, breaks).is_none(),
        }
    }

    /// Is the key at `key` one of the object's own? `passed` is moved on to it. `None` where the structure breaks.
    #[inline]
    fn advance(&self, bytes: &[u8], passed: &mut (usize, u32), key: usize) -> Option<bool> {
        let (from, open) = *passed;
        if open == 0 && memchr2(b'{', b'[', &bytes[from..key]).is_none() {
            return Some(true);
        }
        if self.cell {
            return None;
        }
        let open = kernels::opened(bytes, from, key, open)?;
        *passed = (key, open);
        Some(open == 0)
    }
}

/// Where the value starts, if a key stands at `from`.
#[inline]
fn value(bytes: &[u8], from: usize, length: usize) -> Option<usize> {
    let before = bytes[..from].iter().rev().find(|b| !b.is_ascii_whitespace())?;
    let colon = skip_space(bytes, from + length);
    (matches!(before, b',' | b'{') && bytes.get(colon) == Some(&b':')).then(|| skip_space(bytes, colon + 1))
}

/// Where a value ends whose quotes are doubled; `None` for arrays and objects.
fn cell_value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => {
            let mut from = at + 2;
            loop {
                let quote = from + memchr(b'"', bytes.get(from..)?)?;
                let backslashes = bytes[from..quote].iter().rev().take_while(|b| **b == b'\\').count();
                if backslashes % 2 == 0 {
                    return Some(quote + 2).filter(|end| *end <= bytes.len());
                }
                from = quote + 2;
            }
        }
        b'{' | b'[' => None,
        _ => skip_value(bytes, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], text: &str) -> Option<Vec<String>> {
        let search = KeySearch::new(names.iter().copied(), false, &Frequencies::of(&[])).unwrap();
        let mut found = Vec::new();
        let whole =
            search.members(text.as_bytes(), 0, None, |number, from, to| found.push(format!("{}={}", names[number], &text[from..to])));
        whole.then_some(found)
    }

    #[test]
    fn own_keys_alone() {
        let text = r#"{"Id":"1","Op":"a","More":[{"Op":"b"},"Op"],"x":{"Op":2}, "Op" : {"y":"}"},"Text":"{\"Op\":3,","Last":4}"#;
        assert_eq!(found(&["Op", "Last"], text).unwrap(), [r#"Op="a""#, r#"Op={"y":"}"}"#, "Last=4"]);
        assert_eq!(found(&["y", "More"], text).unwrap(), [r#"More=[{"Op":"b"},"Op"]"#]);
        assert_eq!(found(&["Id"], r#"{"Id":1}{"Id":2}"#), None);
    }

    #[test]
    fn what_looks_like_a_key() {
        for text in [r#"{"a":"Op"}"#, r#"{"a":"\\"}"#, r#"{"x\"Op":1}"#, r#"{"a":["Op",{"b":{"Op":1}}]}"#, r#"{"op":1}"#] {
            assert_eq!(found(&["Op"], text).unwrap(), [""; 0], "{text}");
        }
        assert_eq!(found(&["Op"], r#"{"a":[1,"b":{"Op":1"#).unwrap(), [""; 0]);
        assert_eq!(found(&["Op"], r#"{"a":{},"b":"}","x":[]},"Op":1"#), None);
        assert_eq!(found(&["Op"], r#"{"a":{"b":[{"Op":1},{"Op":2}],"Op":3},"Op":4}"#).unwrap(), ["Op=4"]);
        assert!(KeySearch::new(["a/b"].into_iter(), false, &Frequencies::of(&[])).is_none());
    }

    #[test]
    fn in_a_cell() {
        let search = KeySearch::new(["Op", "N"].into_iter(), true, &Frequencies::of(&[])).unwrap();
        let found = |text: &str| {
            let mut found = Vec::new();
            let sure = search.members(text.as_bytes(), 0, None, |_, from, to| found.push(text[from..to].to_owned()));
            sure.then_some(found)
        };
        let text = r#"{""Id"":""a"",""Op"":""x \\""y\\"" \\\\"",""Text"":""{\""Op\"":1"",""N"":-1}"#.replace("\\\\", "\\");
        assert_eq!(found(&text.replace("{\\", "(\\")).unwrap(), [r#"""x \""y\"" \\"""#, "-1"]);
        assert_eq!(found(r#"{""Op"":"""",""N"":null}"#).unwrap(), [r#""""""#, "null"]);
        assert_eq!(found(r#"{""a"":[1],""Op"":1}"#), None);
        assert_eq!(found(r#"{""Op"":{}}"#), None);
    }
}
