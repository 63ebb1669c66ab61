//! Numbers the distinct values of key columns: what `summarize`, `distinct`, `join` and `partition` stand on.

use std::sync::Arc;

use arrow::array::{Array, Float64Array};
use arrow::row::{RowConverter, SortField};
use hashbrown::HashTable;

use crate::value::{Column, ColumnBuilder, Type, Value};

/// Encodes key columns as bytes such that equal keys have equal bytes. One encoder serves all chunks of an operation.
pub struct KeyEncoder {
    types: Vec<Type>,
    converter: RowConverter,
}

impl KeyEncoder {
    pub fn new(types: Vec<Type>) -> KeyEncoder {
        let fields: Vec<SortField> = types.iter().map(|ty| SortField::new(Column::data_type(*ty))).collect();
        // A converter exists for each of the array types that columns have.
        let converter = RowConverter::new(fields).unwrap_or_else(|_| unreachable!("every column type has a row format"));
        KeyEncoder { types, converter }
    }

    fn rows(&self, keys: &[Column]) -> arrow::row::Rows {
        let arrays: Vec<_> = keys.iter().map(|k| canonical(k).array().clone()).collect();
        self.converter.convert_columns(&arrays).unwrap_or_else(|_| self.converter.empty_rows(0, 0))
    }
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
    encoder: Arc<KeyEncoder>,
    hasher: ahash::RandomState,
    table: HashTable<u32>,
    hashes: Vec<u64>,
    /// The encoded keys, end to end, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl GroupTable {
    pub fn new(encoder: Arc<KeyEncoder>) -> GroupTable {
        GroupTable {
            encoder,
            hasher: ahash::RandomState::with_seeds(1, 2, 3, 4),
            table: HashTable::new(),
            hashes: Vec::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn key(&self, group: usize) -> &[u8] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        &self.bytes[start..self.ends[group]]
    }

    /// The group of every row, making new groups as needed.
    pub fn insert(&mut self, keys: &[Column], rows: usize) -> Vec<u32> {
        if self.encoder.types.is_empty() {
            return self.insert_without_keys(rows);
        }
        let encoded = self.encoder.rows(keys);
        encoded.iter().map(|row| self.insert_key(row.as_ref())).collect()
    }

    fn insert_without_keys(&mut self, rows: usize) -> Vec<u32> {
        if rows > 0 && self.ends.is_empty() {
            self.insert_key(&[]);
        }
        vec![0; rows]
    }

    fn insert_key(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let found = self.table.find(hash, |group| self.hashes[*group as usize] == hash && self.key(*group as usize) == key);
        if let Some(group) = found {
            return *group;
        }
        let group = self.ends.len() as u32;
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, group, |group| hashes[*group as usize]);
        group
    }

    /// The group of every row, `None` where the key is not in the table.
    pub fn lookup(&self, keys: &[Column]) -> Vec<Option<u32>> {
        let encoded = self.encoder.rows(keys);
        let find = |key: &[u8]| {
            let hash = self.hasher.hash_one(key);
            self.table.find(hash, |group| self.key(*group as usize) == key).copied()
        };
        encoded.iter().map(|row| find(row.as_ref())).collect()
    }

    /// Takes in the groups of a later table (of the same encoder); returns what each of its groups is called here.
    pub fn absorb(&mut self, later: &GroupTable) -> Vec<u32> {
        (0..later.len()).map(|group| self.insert_key(later.key(group))).collect()
    }

    /// The key columns, a row per group.
    pub fn keys(&self) -> Vec<Column> {
        let parser = self.encoder.converter.parser();
        let rows = (0..self.len()).map(|group| parser.parse(self.key(group)));
        match self.encoder.converter.convert_rows(rows) {
            Ok(arrays) => self.encoder.types.iter().zip(arrays).map(|(ty, array)| Column::new(*ty, array)).collect(),
            Err(_) => self.encoder.types.iter().map(|ty| ColumnBuilder::new(*ty, 0).finish()).collect(),
        }
    }

    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.len() * 24
    }
}

/// Rows whose key holds a null: Kusto's joins do not match them.
pub fn null_rows(keys: &[Column], rows: usize) -> Vec<bool> {
    (0..rows).map(|row| keys.iter().any(|k| k.array().is_null(row))).collect()
}
