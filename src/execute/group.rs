//! Numbers the distinct values of key columns: what `summarize`, `distinct`, `join` and `partition` stand on.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, Float64Array, StringViewArray};
use arrow::row::{RowConverter, Rows, SortField};
use hashbrown::HashTable;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::value::{Column, ColumnBuilder, Type, Value};

/// Encodes key columns as bytes such that equal keys have equal bytes. One encoder serves all chunks of an operation.
pub struct KeyEncoder {
    types: Vec<Type>,
    encoding: Encoding,
}

enum Encoding {
    /// A single string: its own bytes.
    Text,
    Rows(RowConverter),
}

/// Key columns in encoded form.
enum Encoded<'k> {
    Text(&'k StringViewArray),
    Rows(Rows),
}

impl Encoded<'_> {
    fn each(&self, mut visit: impl FnMut(&[u8])) {
        match self {
            Encoded::Text(texts) => (0..texts.len()).for_each(|row| visit(texts.value(row).as_bytes())),
            Encoded::Rows(rows) => rows.iter().for_each(|row| visit(row.as_ref())),
        }
    }
}

impl KeyEncoder {
    pub fn new(types: Vec<Type>) -> Result<KeyEncoder> {
        let encoding = match types.as_slice() {
            [Type::String] => Encoding::Text,
            _ => Encoding::Rows(row_converter(&types)?),
        };
        Ok(KeyEncoder { types, encoding })
    }

    fn encode<'k>(&self, keys: &'k [Column]) -> Encoded<'k> {
        debug_assert!(keys.iter().map(Column::ty).eq(self.types.iter().copied()), "keys of the types that were planned");
        match &self.encoding {
            Encoding::Text => Encoded::Text(keys[0].strings()),
            Encoding::Rows(converter) => {
                let arrays: Vec<_> = keys.iter().map(|k| canonical(k).array().clone()).collect();
                Encoded::Rows(converter.convert_columns(&arrays).unwrap_or_else(|_| converter.empty_rows(0, 0)))
            }
        }
    }
}

fn row_converter(types: &[Type]) -> Result<RowConverter> {
    let fields: Vec<SortField> = types.iter().map(|ty| SortField::new(Column::data_type(*ty))).collect();
    RowConverter::new(fields).map_err(|error| Diagnostic::error(Code::RUNTIME, Default::default(), format!("keys: {error}")))
}

/// Gives equal values equal bytes: one NaN, one zero, decimals without trailing zeros, bags as canonical text.
fn canonical(column: &Column) -> Column {
    match column.ty() {
        Type::Real => {
            let values = column.reals().iter().map(|v| v.map(|v| if v.is_nan() { f64::NAN } else { v + 0.0 }));
            Column::new(Type::Real, Arc::new(Float64Array::from_iter(values)))
        }
        Type::Decimal => {
            let values = column.values().map(|v| match v {
                Value::Decimal(d) => Value::Decimal(d.normalized()),
                other => other,
            });
            Column::from_values(Type::Decimal, values)
        }
        _ => column.clone(),
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
        let types = &self.encoder.types;
        match &self.encoder.encoding {
            Encoding::Text => {
                let texts = groups.map(|group| String::from_utf8_lossy(self.key(group)));
                vec![Column::new(Type::String, Arc::new(StringViewArray::from_iter_values(texts)))]
            }
            Encoding::Rows(converter) => {
                let parser = converter.parser();
                match converter.convert_rows(groups.map(|group| parser.parse(self.key(group)))) {
                    Ok(arrays) => types.iter().zip(arrays).map(|(ty, array)| Column::new(*ty, array)).collect(),
                    Err(_) => types.iter().map(|ty| ColumnBuilder::new(*ty, 0).finish()).collect(),
                }
            }
        }
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
        encoder.encode(keys).each(|key| groups.push(self.insert_key(key)));
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
        self.keys.encoder.encode(keys).each(|key| {
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
