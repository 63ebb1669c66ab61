//! Rows that are held for long, in little memory.

use std::sync::Arc;

use arrow::array::{Array, StringViewArray, StringViewBuilder, UInt16Array, UInt32Array};
use hashbrown::HashMap;

use super::{Batch, Column, Type};

/// Rows whose text is their own, each distinct text once; columns without values take no memory.
#[derive(Clone, Debug)]
pub struct Held {
    columns: Vec<Kept>,
    rows: usize,
}

#[derive(Clone, Debug)]
enum Kept {
    Values(Column),
    /// Few distinct texts, and which of them stands in each row.
    Repeated(Column, UInt16Array),
    /// All null; of strings all empty.
    Nothing(Type),
}

impl Held {
    pub fn of(batch: &Batch) -> Held {
        Held { columns: batch.columns.iter().map(Kept::of).collect(), rows: batch.rows }
    }

    /// Of columns each of which can go before the next one comes.
    pub fn of_columns(columns: impl Iterator<Item = Column>, rows: usize) -> Held {
        Held { columns: columns.map(|column| Kept::of(&column)).collect(), rows }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// One of the columns.
    pub fn column(&self, at: usize) -> Option<Column> {
        self.columns.get(at).map(|kept| kept.column(self.rows))
    }

    /// Some rows of one of the columns.
    pub fn take(&self, at: usize, rows: &UInt32Array) -> Option<Column> {
        self.columns.get(at).map(|kept| kept.take(rows))
    }

    pub fn batch(&self) -> Batch {
        Batch { columns: self.columns.iter().map(|kept| kept.column(self.rows)).collect(), rows: self.rows }
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        let bytes = |kept: &Kept| match kept {
            Kept::Values(column) => column.memory(),
            Kept::Repeated(texts, keys) => texts.memory() + keys.get_array_memory_size(),
            Kept::Nothing(_) => 0,
        };
        self.columns.iter().map(bytes).sum()
    }
}

impl Kept {
    fn of(column: &Column) -> Kept {
        let ty = column.ty();
        match ty {
            Type::String if column.strings().views().iter().all(|view| *view as u32 == 0) => Kept::Nothing(ty),
            _ if ty != Type::String && column.array().null_count() == column.len() => Kept::Nothing(ty),
            Type::String | Type::Dynamic => {
                Kept::repeated(column).unwrap_or_else(|| Kept::Values(Column::new(ty, Arc::new(condensed(column)))))
            }
            _ => Kept::Values(column.clone()),
        }
    }

    /// `None` where a text stands in fewer than two rows, on average.
    fn repeated(column: &Column) -> Option<Kept> {
        let texts = column.strings();
        let mut known: HashMap<Option<&str>, u16> = HashMap::new();
        let (mut first, mut keys) = (Vec::new(), Vec::with_capacity(texts.len()));
        for (row, text) in texts.iter().enumerate() {
            let next = u16::try_from(known.len()).ok().filter(|next| usize::from(*next) * 2 <= texts.len())?;
            let key = *known.entry(text).or_insert_with(|| {
                first.push(row as u32);
                next
            });
            keys.push(key);
        }
        Some(Kept::Repeated(column.take(&UInt32Array::from(first)).compact(), keys.into()))
    }

    fn column(&self, rows: usize) -> Column {
        match self {
            Kept::Values(column) => column.clone(),
            Kept::Repeated(texts, keys) => texts.take(&keys.values().iter().map(|key| u32::from(*key)).collect::<Vec<u32>>().into()),
            Kept::Nothing(ty) => Column::nulls(*ty, rows),
        }
    }

    fn take(&self, rows: &UInt32Array) -> Column {
        match self {
            Kept::Values(column) => column.take(rows),
            Kept::Repeated(texts, keys) => {
                texts.take(&rows.values().iter().map(|row| u32::from(keys.value(*row as usize))).collect::<Vec<u32>>().into())
            }
            Kept::Nothing(ty) => Column::nulls(*ty, rows.len()),
        }
    }
}

/// A view holds texts of up to so many bytes itself.
const IN_VIEW: usize = 12;
/// Bytes of text in one buffer.
const BUFFER: usize = 16 << 20;

/// The same texts, each distinct one once, in buffers without room to spare: what is held is many small columns.
fn condensed(column: &Column) -> StringViewArray {
    let texts = column.strings();
    let (mut buffers, mut buffer) = (Vec::new(), Vec::new());
    let mut known: HashMap<&str, (u32, u32)> = HashMap::new();
    let mut places = Vec::with_capacity(texts.len());
    for text in texts.iter().map(Option::unwrap_or_default).filter(|text| text.len() > IN_VIEW) {
        places.push(*known.entry(text).or_insert_with(|| {
            if !buffer.is_empty() && buffer.len() + text.len() > BUFFER {
                buffers.push(std::mem::take(&mut buffer));
            }
            buffer.extend_from_slice(text.as_bytes());
            (buffers.len() as u32, (buffer.len() - text.len()) as u32)
        }));
    }
    buffers.push(buffer);
    let mut builder = StringViewBuilder::with_capacity(texts.len());
    for mut buffer in buffers.into_iter().filter(|buffer| !buffer.is_empty()) {
        buffer.shrink_to_fit();
        builder.append_block(buffer.into());
    }
    let mut places = places.into_iter();
    for text in texts.iter() {
        match text.filter(|text| text.len() > IN_VIEW).and_then(|text| Some((text, places.next()?))) {
            Some((text, (buffer, start))) if builder.try_append_view(buffer, start, text.len() as u32).is_ok() => {}
            _ => builder.append_option(text),
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Dynamic, Value};

    #[test]
    fn every_column_comes_back() {
        let long = "a text that is longer than a view holds";
        let texts = [long, "", long, "short"].map(Value::string);
        let dynamics = [Value::Null, Value::Dynamic(Dynamic::from_text("[1]")), Value::Null, Value::Null];
        let columns = vec![
            Column::from_values(Type::String, texts),
            Column::from_values(Type::String, ["a", "b", "a", "b"].map(Value::string)),
            Column::from_values(Type::String, ["a", "b", "c", "d"].map(Value::string)),
            Column::from_values(Type::Dynamic, dynamics),
            Column::from_values(Type::String, ["", "", "", ""].map(Value::string)),
            Column::nulls(Type::Long, 4),
            Column::from_values(Type::Long, [1, 2, 3, 4].map(Value::Long)),
        ];
        let batch = Batch { columns, rows: 4 };
        let held = Held::of(&batch);
        assert_eq!((held.rows(), held.columns.iter().filter(|kept| matches!(kept, Kept::Nothing(_))).count()), (4, 2));
        for (before, after) in batch.columns.iter().zip(held.batch().columns) {
            assert!(before.values().zip(after.values()).all(|(before, after)| before.compare(&after).is_eq()), "{before:?} {after:?}");
            assert_eq!(before.len(), after.len());
        }
    }
}
