//! The names of members, and what is wanted of those that have them.

use hashbrown::HashMap;

use super::super::paths::{INNER, Node, Paths};

/// A name, and what is wanted of the members that have it.
pub struct Name<'p> {
    quoted: Quoted,
    /// The wanted columns that it names, and whether in this very spelling.
    pub columns: Vec<(&'p Node, bool)>,
    /// What is wanted of it as a member of the inner record.
    pub inner: Option<&'p Node>,
    wraps: Wraps,
}

/// Which of a name's values hold the inner record.
#[derive(PartialEq, Eq)]
enum Wraps {
    Nothing,
    Objects,
    Everything,
}

/// The names that were met so far.
#[derive(Default)]
pub struct Names<'p> {
    met: Vec<Name<'p>>,
    numbers: HashMap<Box<str>, u32>,
}

/// When there are more names than this they are no columns but data.
const MOST: usize = 1024;

impl<'p> Names<'p> {
    /// There are more than are worth to be remembered.
    pub fn are_many(&self) -> bool {
        self.met.len() > MOST
    }

    /// Where the colon stands behind a name, if this is it that stands at `at` in its quotes.
    #[inline(always)]
    pub fn colon(&self, number: u32, text: &[u8], at: usize) -> Option<usize> {
        let quoted = &self.get(number).quoted;
        quoted.stands(text, at).then(|| at + quoted.length - 1)
    }

    /// The number of a name.
    pub fn number(&mut self, name: &str, paths: &'p Paths) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.met.len() as u32;
        self.met.push(Name::of(name, paths));
        self.numbers.insert(name.into(), number);
        number
    }

    #[inline]
    pub fn get(&self, number: u32) -> &Name<'p> {
        &self.met[number as usize]
    }
}

impl<'p> Name<'p> {
    fn of(name: &str, paths: &'p Paths) -> Name<'p> {
        let of = |number: &usize| paths.columns.keys.get(*number);
        let columns = paths.candidates(name).iter().filter_map(of).filter(|(column, _)| column.eq_ignore_ascii_case(name));
        let wraps = match name {
            _ if name.eq_ignore_ascii_case(INNER) => Wraps::Everything,
            "properties" => Wraps::Objects,
            _ => Wraps::Nothing,
        };
        Name {
            quoted: Quoted::of(name),
            columns: columns.map(|(column, node)| (node, column == name)).collect(),
            inner: paths.inner.key(name),
            wraps,
        }
    }

    /// Does a member with this name hold the inner record, if its value starts like this?
    #[inline]
    pub fn wraps(&self, value: u8) -> bool {
        match self.wraps {
            Wraps::Nothing => false,
            Wraps::Objects => value == b'{',
            Wraps::Everything => true,
        }
    }

    /// Can a member with this name hold the inner record?
    pub fn may_wrap(&self) -> bool {
        self.wraps != Wraps::Nothing
    }
}

/// A name with its quotes and the colon, ready to be compared word by word.
#[derive(Default)]
struct Quoted {
    length: usize,
    /// Its first bytes as words, and the bits of those that are its own.
    words: [u64; WORDS],
    masks: [u64; WORDS],
    /// The rest of a longer name.
    rest: Box<[u8]>,
}

/// So many words are compared in one step. Few names are longer.
const WORDS: usize = 4;
const WINDOW: usize = 8 * WORDS;

impl Quoted {
    fn of(name: &str) -> Quoted {
        let quoted = format!("\"{name}\":").into_bytes();
        let (first, rest) = quoted.split_at(quoted.len().min(WINDOW));
        let (mut window, mut mask) = ([0; WINDOW], [0; WINDOW]);
        window[..first.len()].copy_from_slice(first);
        mask[..first.len()].fill(u8::MAX);
        Quoted { length: quoted.len(), words: words(&window), masks: words(&mask), rest: rest.into() }
    }

    /// Does it stand at an index of a text?
    #[inline(always)]
    fn stands(&self, text: &[u8], at: usize) -> bool {
        let Some(text) = text.get(at..) else { return false };
        let window = match text.first_chunk::<WINDOW>() {
            Some(window) => words(window),
            None => words(&ended(text)),
        };
        let differs = (0..WORDS).fold(0, |bits, n| bits | (window[n] ^ self.words[n]) & self.masks[n]);
        differs == 0 && (self.rest.is_empty() || text[WINDOW..].starts_with(&self.rest))
    }
}

#[inline(always)]
fn words(window: &[u8; WINDOW]) -> [u64; WORDS] {
    let (words, _) = window.as_chunks::<8>();
    std::array::from_fn(|n| u64::from_le_bytes(words[n]))
}

/// A text that ends within a window. (No name has a zero in it.)
#[cold]
fn ended(text: &[u8]) -> [u8; WINDOW] {
    let mut window = [0; WINDOW];
    window[..text.len()].copy_from_slice(text);
    window
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_lengths_stand_where_they_are() {
        for length in 0..80 {
            let name = "x".repeat(length);
            let quoted = Quoted::of(&name);
            for tail in ["", "1", &"y".repeat(50)] {
                let text = format!("{{\"{name}\":{tail}");
                assert!(quoted.stands(text.as_bytes(), 1), "{text}");
                assert!(!quoted.stands(text.as_bytes(), 0), "{text}");
                for other in [format!("{{\"{name}x\":{tail}"), format!("{{\"{name}\" :{tail}"), format!("{{\"{name}")] {
                    assert!(!quoted.stands(other.as_bytes(), 1), "{other}");
                }
            }
        }
    }
}
