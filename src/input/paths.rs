//! The wanted paths of a scan as a trie over column names and the steps below them.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::plan::ScanColumn;
use crate::value::PathStep;

use super::keys::KeySearch;
use super::prefilter::Frequencies;
use super::route::{Pseudo, TELLING};
use super::timestamp::TIMES;

/// So many names are sooner compared than searched.
const COMPARED: usize = 16;

/// A place in a record: the slots that want the value here, and the wanted places below.
#[derive(Debug, Default)]
pub struct Node {
    pub slots: Vec<usize>,
    pub keys: Vec<(String, Node)>,
    pub indices: Vec<(i64, Node)>,
    /// Where each key stands among the keys.
    places: HashMap<String, usize>,
}

impl Node {
    pub fn has_children(&self) -> bool {
        !self.keys.is_empty() || !self.indices.is_empty()
    }

    /// Whether one of the slots here or below is among these.
    pub fn holds(&self, wanted: &impl Fn(usize) -> bool) -> bool {
        let below = || self.keys.iter().map(|(_, node)| node).chain(self.indices.iter().map(|(_, node)| node));
        self.slots.iter().any(|slot| wanted(*slot)) || below().any(|node| node.holds(wanted))
    }

    #[inline]
    pub fn key(&self, name: &str) -> Option<&Node> {
        self.place(name).map(|at| &self.keys[at].1)
    }

    #[inline]
    fn place(&self, name: &str) -> Option<usize> {
        match self.keys.len() <= COMPARED {
            true => self.keys.iter().position(|(key, _)| key == name),
            false => self.places.get(name).copied(),
        }
    }

    fn key_mut(&mut self, name: &str) -> &mut Node {
        let at = self.place(name).unwrap_or_else(|| {
            self.places.insert(name.to_owned(), self.keys.len());
            self.keys.push((name.to_owned(), Node::default()));
            self.keys.len() - 1
        });
        &mut self.keys[at].1
    }

    fn index_mut(&mut self, index: i64) -> &mut Node {
        let at = self.indices.iter().position(|(i, _)| *i == index).unwrap_or_else(|| {
            self.indices.push((index, Node::default()));
            self.indices.len() - 1
        });
        &mut self.indices[at].1
    }

    fn insert(&mut self, steps: &[PathStep], slot: usize) {
        let mut node = self;
        for step in steps {
            node = match step {
                PathStep::Key(key) => node.key_mut(key),
                PathStep::Index(index) => node.index_mut(*index),
            };
        }
        node.slots.push(slot);
    }
}

/// All wanted places: under columns, under the inner record, and the record as a whole.
#[derive(Debug, Default)]
pub struct Paths {
    pub columns: Node,
    /// Below `AuditData`: the inner record, or the record itself where nothing wraps it.
    pub inner: Node,
    /// Below the column without a name: the whole record.
    pub whole: Node,
    pub slots: usize,
    /// The first of the slots that tell the record's table.
    pub route: Option<usize>,
    /// The slot of the record's id, where it is needed to find duplicates.
    pub id: Option<usize>,
    /// The first of the slots of the columns that may hold the record's time, where an inspection needs them.
    pub times: Option<usize>,
    /// Records are read to their end.
    pub to_the_end: bool,
    /// The columns by the length of their names.
    lengths: Lengths,
    /// Finds the columns by their names, where nothing else of a record is wanted.
    pub search: Option<KeySearch>,
    /// The same in the cell of the inner record, whose quotes are doubled.
    pub cell_search: Option<KeySearch>,
}

/// The keys of a node by the number of bytes of their names; those of one length in the order of their names in lower case.
type Lengths = Vec<Vec<usize>>;

fn by_length(node: &Node) -> Lengths {
    let mut lengths = Lengths::new();
    for (index, (name, _)) in node.keys.iter().enumerate() {
        if lengths.len() <= name.len() {
            lengths.resize(name.len() + 1, Vec::new());
        }
        lengths[name.len()].push(index);
    }
    lengths.iter_mut().for_each(|indices| indices.sort_by(|a, b| in_lower_case(&node.keys[*a].0, &node.keys[*b].0)));
    lengths
}

/// Those of a node's keys that may have a name, in any case: all that do, and perhaps others of its length.
#[inline]
fn candidates<'p>(lengths: &'p Lengths, node: &Node, name: &str) -> &'p [usize] {
    let of_length = lengths.get(name.len()).map_or(&[] as &[usize], Vec::as_slice);
    if of_length.len() <= COMPARED {
        return of_length;
    }
    let order = |index: &usize| in_lower_case(&node.keys[*index].0, name);
    let from = of_length.partition_point(|index| order(index).is_lt());
    let count = of_length[from..].iter().take_while(|index| order(index).is_eq()).count();
    &of_length[from..from + count]
}

fn in_lower_case(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// More columns than this are not searched for.
const FEW: usize = KeySearch::MOST;

/// The column that holds the inner record.
pub const INNER: &str = "AuditData";

impl Paths {
    pub fn new(columns: &[ScanColumn]) -> Paths {
        let mut paths = Paths { slots: columns.len(), ..Paths::default() };
        let mut routed = false;
        for (slot, column) in columns.iter().enumerate() {
            if let Some(pseudo) = Pseudo::of(column) {
                routed |= matches!(pseudo, Pseudo::Family | Pseudo::Table);
                continue;
            }
            let node = match column.column.as_str() {
                "" => &mut paths.whole,
                name if name.eq_ignore_ascii_case(INNER) => &mut paths.inner,
                name => paths.columns.key_mut(name),
            };
            node.insert(&column.steps, slot);
        }
        if routed {
            paths.route = Some(paths.slots);
            for (index, name) in TELLING.iter().enumerate() {
                paths.columns.key_mut(name).insert(&[], paths.slots + index);
            }
            paths.slots += TELLING.len();
        }
        paths.prepare();
        paths
    }

    fn prepare(&mut self) {
        self.lengths = by_length(&self.columns);
    }

    /// The wanted columns that may have a name, in any case.
    #[inline]
    pub fn candidates(&self, name: &str) -> &[usize] {
        candidates(&self.lengths, &self.columns, name)
    }

    /// A bit for each column, where nothing but a few columns is wanted of a record, and it need not be read to its end.
    pub fn all(&self) -> Option<u64> {
        let stoppable = !self.to_the_end && self.columns.keys.len() <= FEW && !self.wants_inner() && !self.wants_whole();
        stoppable.then_some((1 << self.columns.keys.len().min(FEW)) - 1)
    }

    /// The same without the columns that the header of a CSV file has.
    pub fn all_but(&self, header: &[String]) -> Option<u64> {
        let bits = self.columns.keys.iter().enumerate().filter(|(_, (name, _))| !header.contains(name)).map(|(index, _)| 1u64 << index);
        self.all().map(|_| bits.sum())
    }

    /// Also looks for the record's id.
    pub fn with_id(mut self) -> Paths {
        self.id = Some(self.slots);
        self.columns.key_mut("Id").insert(&[], self.slots);
        self.slots += 1;
        self.prepare();
        self
    }

    /// Also looks for every column that may hold the record's time.
    pub fn with_times(mut self) -> Paths {
        self.times = Some(self.slots);
        for (index, name) in TIMES.iter().enumerate() {
            self.columns.key_mut(name).insert(&[], self.slots + index);
        }
        self.slots += TIMES.len();
        self.prepare();
        self
    }

    /// Lets records be searched for the wanted names. `sample` is some of the input.
    pub fn searched(mut self, sample: &[u8]) -> Paths {
        let frequencies = Frequencies::of(sample);
        let search = |cell| KeySearch::new(self.columns.keys.iter().map(|(name, _)| name.as_str()), cell, &frequencies);
        let (whole, cell) = (self.all().and_then(|_| search(false)), self.all().and_then(|_| search(true)));
        // Where duplicates are looked for, the whole inner record is compared.
        (self.search, self.cell_search) = (whole, cell.filter(|_| self.id.is_none()));
        self
    }

    pub fn wants_inner(&self) -> bool {
        !self.inner.slots.is_empty() || self.inner.has_children()
    }

    pub fn wants_whole(&self) -> bool {
        !self.whole.slots.is_empty() || self.whole.has_children()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn column(id: u32, name: &str) -> ScanColumn {
        ScanColumn { id: crate::plan::ColumnId(id), column: name.to_owned(), steps: Vec::new(), ty: Type::Dynamic }
    }

    #[test]
    fn finds_names_among_many_of_their_length() {
        let names: Vec<String> = (0..200).map(|i| format!("Name{i:03}")).chain(["NAME007".to_owned()]).collect();
        let columns: Vec<ScanColumn> = names.iter().enumerate().map(|(id, name)| column(id as u32, name)).collect();
        let paths = Paths::new(&columns);
        let found = |name: &str| {
            let mut found: Vec<&str> = paths.candidates(name).iter().map(|at| paths.columns.keys[*at].0.as_str()).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found("Name150"), ["Name150"]);
        assert_eq!(found("naMe007"), ["NAME007", "Name007"]);
        assert_eq!(found("Name200"), [""; 0]);
        assert_eq!(found("Name"), [""; 0]);
        assert_eq!(names.iter().filter(|name| paths.columns.key(name).is_some()).count(), 201);
    }
}
