//! A set of texts in the order of their arrival, kept in one buffer.

use ahash::RandomState;
use hashbrown::HashTable;

#[derive(Default)]
pub struct TextSet {
    buffer: String,
    /// Where each text ends; it starts where the one before ends.
    ends: Vec<usize>,
    /// Finds a text among many. Most sets are small, and there is one for each group.
    index: Option<Box<Index>>,
}

#[derive(Default)]
struct Index {
    /// Indices into `ends`.
    numbers: HashTable<usize>,
    hasher: RandomState,
}

/// So many texts are compared one by one.
const FEW: usize = 8;

impl TextSet {
    /// Whether the text is new.
    pub fn insert(&mut self, text: &str) -> bool {
        if self.holds(text) {
            return false;
        }
        self.buffer.push_str(text);
        self.ends.push(self.buffer.len());
        let from = if self.index.is_some() { self.ends.len() - 1 } else { 0 };
        if self.ends.len() > FEW {
            let TextSet { buffer, ends, index } = self;
            let Index { numbers, hasher } = &mut **index.get_or_insert_default();
            let hash = |at: &usize| hasher.hash_one(slice(buffer, ends, *at));
            for at in from..ends.len() {
                numbers.insert_unique(hash(&at), at, hash);
            }
        }
        true
    }

    fn holds(&self, text: &str) -> bool {
        let TextSet { buffer, ends, index } = self;
        match index {
            Some(index) => index.numbers.find(index.hasher.hash_one(text), |at| slice(buffer, ends, *at) == text).is_some(),
            None => self.iter().any(|known| known == text),
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| slice(&self.buffer, &self.ends, at))
    }

    pub fn memory(&self) -> usize {
        let index = self.index.as_ref().map_or(0, |index| size_of::<Index>() + index.numbers.capacity() * 9);
        size_of::<TextSet>() + self.buffer.capacity() + self.ends.capacity() * 8 + index
    }
}

fn slice<'a>(buffer: &'a str, ends: &[usize], at: usize) -> &'a str {
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &buffer[start..ends[at]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_sets_hold_each_text_once() {
        let mut set = TextSet::default();
        for round in 0..2 {
            for number in 0..3 * FEW {
                assert_eq!(set.insert(&number.to_string()), round == 0);
            }
        }
        let texts: Vec<String> = (0..3 * FEW).map(|number| number.to_string()).collect();
        assert!(set.iter().eq(texts.iter().map(String::as_str)));
    }
}
