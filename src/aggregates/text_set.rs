//! A set of texts in the order of their arrival, kept in one buffer.

use ahash::RandomState;
use hashbrown::HashTable;

#[derive(Default)]
pub struct TextSet {
    buffer: String,
    /// It holds a text, which may be empty.
    any: bool,
    /// Most sets hold one text, and there is one for each group.
    more: Option<Box<More>>,
}

/// What tells more than one text apart.
#[derive(Default)]
struct More {
    /// Where each text starts but the first; the one before ends there.
    starts: Vec<usize>,
    /// Finds a text among many.
    index: Option<Box<Index>>,
}

#[derive(Default)]
struct Index {
    /// The texts' numbers.
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
        let start = self.buffer.len();
        self.buffer.push_str(text);
        if !self.any {
            self.any = true;
            return true;
        }
        let TextSet { buffer, more, .. } = self;
        let More { starts, index } = &mut **more.get_or_insert_default();
        starts.push(start);
        let from = if index.is_some() { starts.len() } else { 0 };
        if starts.len() >= FEW {
            let Index { numbers, hasher } = &mut **index.get_or_insert_default();
            let hash = |at: &usize| hasher.hash_one(slice(buffer, starts, *at));
            for at in from..=starts.len() {
                numbers.insert_unique(hash(&at), at, hash);
            }
        }
        true
    }

    fn holds(&self, text: &str) -> bool {
        match self.more.as_ref().and_then(|more| Some((&more.starts, more.index.as_ref()?))) {
            Some((starts, index)) => {
                index.numbers.find(index.hasher.hash_one(text), |at| slice(&self.buffer, starts, *at) == text).is_some()
            }
            None => self.iter().any(|known| known == text),
        }
    }

    fn starts(&self) -> &[usize] {
        self.more.as_ref().map_or(&[], |more| &more.starts)
    }

    pub fn len(&self) -> usize {
        usize::from(self.any) + self.starts().len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| slice(&self.buffer, self.starts(), at))
    }

    /// Bytes beside the set itself.
    pub fn memory(&self) -> usize {
        let index = |index: &Index| size_of::<Index>() + index.numbers.capacity() * 9;
        let more = |more: &More| size_of::<More>() + more.starts.capacity() * 8 + more.index.as_deref().map_or(0, index);
        self.buffer.capacity() + self.more.as_deref().map_or(0, more)
    }
}

fn slice<'a>(buffer: &'a str, starts: &[usize], at: usize) -> &'a str {
    let start = if at == 0 { 0 } else { starts[at - 1] };
    &buffer[start..starts.get(at).copied().unwrap_or(buffer.len())]
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
        let mut set = TextSet::default();
        assert_eq!([set.insert(""), set.insert(""), set.insert("a"), set.insert("")], [true, false, true, false]);
        assert!(set.iter().eq(["", "a"]));
    }
}
