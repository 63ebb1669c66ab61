//! The names of members. Records repeat them, and much in the same order: the name that followed last time is compared before any is read.

use hashbrown::HashMap;

use super::super::paths::{INNER, Node, Paths};

/// A name, and what is wanted of the members that have it.
pub struct Name<'p> {
    /// With its quotes and the colon.
    quoted: Box<[u8]>,
    /// The wanted columns that it names, and whether in this very spelling.
    pub columns: Vec<(&'p Node, bool)>,
    /// What is wanted of it as a member of the inner record.
    pub inner: Option<&'p Node>,
    wraps: Wraps,
    /// The name that followed it last time.
    next: usize,
}

/// Which of a name's values hold the inner record.
enum Wraps {
    Nothing,
    Objects,
    Everything,
}

/// The names that were met so far. What follows number 0, which is no name, comes first in a record.
pub struct Names<'p> {
    met: Vec<Name<'p>>,
    numbers: HashMap<Box<str>, usize>,
}

/// When there are more names than this all are forgotten: then they are no columns but data.
const MOST: usize = 1024;

impl<'p> Names<'p> {
    pub fn new() -> Names<'p> {
        let start = Name { quoted: Box::default(), columns: Vec::new(), inner: None, wraps: Wraps::Nothing, next: 0 };
        Names { met: vec![start], numbers: HashMap::new() }
    }

    /// The number of the name that followed `last` before, if this is it, with its quotes and the colon.
    #[inline]
    pub fn expected(&self, last: usize, quoted: &[u8]) -> Option<usize> {
        let next = self.met[last].next;
        (next > 0 && *quoted == *self.met[next].quoted).then_some(next)
    }

    /// The number of a name that was read, and that follows `last`.
    pub fn number(&mut self, last: usize, name: &str, paths: &'p Paths) -> usize {
        if let Some(number) = self.numbers.get(name) {
            self.met[last].next = *number;
            return *number;
        }
        if self.met.len() > MOST {
            *self = Names::new();
        }
        let number = self.met.len();
        self.met.push(Name::of(name, paths));
        self.numbers.insert(name.into(), number);
        if let Some(last) = self.met.get_mut(last) {
            last.next = number;
        }
        number
    }

    #[inline]
    pub fn get(&self, number: usize) -> &Name<'p> {
        &self.met[number]
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
            quoted: format!("\"{name}\":").into_bytes().into(),
            columns: columns.map(|(column, node)| (node, column == name)).collect(),
            inner: paths.inner.key(name),
            wraps,
            next: 0,
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
}
