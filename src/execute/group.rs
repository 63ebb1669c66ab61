//! Numbers the distinct values of key columns: what `summarize`, `distinct`, `join` and `partition` stand on.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::StringViewArray;
use hashbrown::HashTable;

use crate::value::{Column, ColumnBuilder, Type};

use super::group_key::{self, KeyCells};

/// Encodes key columns as bytes such that equal keys have equal bytes. One encoder serves all chunks of an operation.
pub struct KeyEncoder {
    types: Vec<Type>,
}

impl KeyEncoder {
    pub fn new(types: Vec<Type>) -> KeyEncoder {
        KeyEncoder { types }
    }

    /// A single string is its own bytes.
    fn is_text(&self) -> bool {
        self.types == [Type::String]
    }

    fn each(&self, keys: &[Column], mut visit: impl FnMut(&[u8])) {
        debug_assert!(keys.iter().map(Column::ty).eq(self.types.iter().copied()), "keys of the types that were planned");
        let Some(rows) = keys.first().map(Column::len) else { return };
        if self.is_text() {
            let texts = keys[0].strings();
            return (0..rows).for_each(|row| visit(texts.value(row).as_bytes()));
        }
        let cells: Vec<KeyCells<'_>> = keys.iter().map(KeyCells::of).collect();
        let mut key = Vec::new();
        for row in 0..rows {
            key.clear();
            cells.iter().for_each(|cells| cells.write(row, &mut key));
            visit(&key);
        }
    }
}

/// Distinct keys, numbered in the order of their first appearance.
pub struct GroupTable {
    keys: GroupKeys,
    hasher: ahash::RandomState,
    table: HashTable<u32>,
    hashes: Vec<u64>,
}

/// The keys of groups by the groups' numbers.
pub struct GroupKeys {
    encoder: Arc<KeyEncoder>,
    /// The encoded keys, end to end, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl GroupKeys {
    fn key(&self, group: usize) -> &[u8] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        &self.bytes[start..self.ends[group]]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The key columns of some groups, a row per group.
    pub fn columns(&self, groups: Range<usize>) -> Vec<Column> {
        if self.encoder.is_text() {
            let texts = groups.map(|group| String::from_utf8_lossy(self.key(group)));
            return vec![Column::new(Type::String, Arc::new(StringViewArray::from_iter_values(texts)))];
        }
        let mut columns: Vec<ColumnBuilder> = self.encoder.types.iter().map(|ty| ColumnBuilder::new(*ty, groups.len())).collect();
        for group in groups {
            let mut key = self.key(group);
            columns.iter_mut().for_each(|column| group_key::read(&mut key, column));
        }
        columns.into_iter().map(ColumnBuilder::finish).collect()
    }
}

impl GroupTable {
    pub fn new(encoder: Arc<KeyEncoder>) -> GroupTable {
        GroupTable {
            keys: GroupKeys { encoder, bytes: Vec::new(), ends: Vec::new() },
            hasher: ahash::RandomState::with_seeds(1, 2, 3, 4),
            table: HashTable::new(),
            hashes: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The group of every row, making new groups as needed.
    pub fn insert(&mut self, keys: &[Column], rows: usize) -> Vec<u32> {
        if self.keys.encoder.types.is_empty() {
            return self.insert_without_keys(rows);
        }
        let encoder = self.keys.encoder.clone();
        let mut groups = Vec::with_capacity(rows);
        encoder.each(keys, |key| groups.push(self.insert_key(key)));
        groups
    }

    fn insert_without_keys(&mut self, rows: usize) -> Vec<u32> {
        if rows > 0 && self.len() == 0 {
            self.insert_key(&[]);
        }
        vec![0; rows]
    }

    fn insert_key(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let found = self.table.find(hash, |group| self.hashes[*group as usize] == hash && self.keys.key(*group as usize) == key);
        if let Some(group) = found {
            return *group;
        }
        let group = self.len() as u32;
        self.keys.bytes.extend_from_slice(key);
        self.keys.ends.push(self.keys.bytes.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, group, |group| hashes[*group as usize]);
        group
    }

    /// The group of every row, `None` where the key is not in the table.
    pub fn lookup(&self, keys: &[Column]) -> Vec<Option<u32>> {
        let mut groups = Vec::new();
        self.keys.encoder.each(keys, |key| {
            let hash = self.hasher.hash_one(key);
            groups.push(self.table.find(hash, |group| self.keys.key(*group as usize) == key).copied());
        });
        groups
    }

    /// Takes in the groups of a later table (of the same encoder); returns what each of its groups is called here.
    pub fn absorb(&mut self, later: &GroupTable) -> Vec<u32> {
        (0..later.len()).map(|group| self.insert_key(later.keys.key(group))).collect()
    }

    /// The keys alone: nothing is looked up any more.
    pub fn into_keys(self) -> GroupKeys {
        self.keys
    }
}
