//! A set of texts in the order of their arrival, kept in one buffer.

use ahash::RandomState;
use hashbrown::HashTable;

#[derive(Default)]
pub struct TextSet {
    buffer: String,
    /// Where each text ends; it starts where the one before ends.
    ends: Vec<usize>,
    /// Indices into `ends`.
    index: HashTable<usize>,
    hasher: RandomState,
}

impl TextSet {
    /// Whether the text is new.
    pub fn insert(&mut self, text: &str) -> bool {
        let TextSet { buffer, ends, index, hasher } = self;
        let hash = hasher.hash_one(text);
        if index.find(hash, |at| slice(buffer, ends, *at) == text).is_some() {
            return false;
        }
        buffer.push_str(text);
        ends.push(buffer.len());
        index.insert_unique(hash, ends.len() - 1, |at| hasher.hash_one(slice(buffer, ends, *at)));
        true
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| slice(&self.buffer, &self.ends, at))
    }

    pub fn memory(&self) -> usize {
        size_of::<TextSet>() + self.buffer.capacity() + self.ends.capacity() * 8 + self.index.capacity() * 9
    }
}

fn slice<'a>(buffer: &'a str, ends: &[usize], at: usize) -> &'a str {
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &buffer[start..ends[at]]
}
