//! Batches as bytes and back, for the journal: Arrow IPC with each column's KQL type as its name.

use std::io;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use crate::value::{Batch, Column, Type};

/// Text is copied: the rows may be few of a chunk whose text they share.
pub fn pack(batch: &Batch) -> io::Result<Vec<u8>> {
    let batch = Batch { columns: batch.columns.iter().map(Column::compact).collect(), rows: batch.rows };
    let field = |column: &Column| Field::new(column.ty().name(), Column::data_type(column.ty()), true);
    let schema = Arc::new(Schema::new(batch.columns.iter().map(field).collect::<Vec<_>>()));
    let arrays = batch.columns.iter().map(|column| column.array().clone()).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.rows));
    let record = RecordBatch::try_new_with_options(schema.clone(), arrays, &options).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &schema).map_err(io::Error::other)?;
    writer.write(&record).and_then(|()| writer.finish()).map_err(io::Error::other)?;
    drop(writer);
    Ok(bytes)
}

/// `None` where the bytes are no batch of ours. The number of rows is the caller's: a batch may have no columns.
pub fn unpack(bytes: &[u8], rows: usize) -> Option<Batch> {
    let record = StreamReader::try_new(bytes, None).ok()?.next()?.ok()?;
    let column = |(field, array): (&Arc<Field>, &arrow::array::ArrayRef)| {
        let ty = Type::parse(field.name())?;
        (*array.data_type() == Column::data_type(ty) && array.len() == rows).then(|| Column::new(ty, array.clone()))
    };
    let columns = record.schema_ref().fields().iter().zip(record.columns()).map(column).collect::<Option<Vec<_>>>()?;
    Some(Batch { columns, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn every_type_comes_back() {
        let types = [Type::Bool, Type::Int, Type::Long, Type::Real, Type::Decimal, Type::DateTime, Type::TimeSpan, Type::Guid];
        let mut columns: Vec<Column> = types.iter().map(|ty| Column::nulls(*ty, 2)).collect();
        columns.push(Column::from_values(Type::String, [Value::string("a"), Value::string("a text longer than twelve bytes")]));
        columns.push(Column::from_values(Type::Dynamic, [Value::Null, Value::dynamic("{\"a\":[1]}")]));
        let batch = Batch { columns, rows: 2 };
        let back = unpack(&pack(&batch).unwrap(), 2).unwrap();
        for (before, after) in batch.columns.iter().zip(&back.columns) {
            assert_eq!((before.ty(), before.array()), (after.ty(), after.array()));
        }
        assert_eq!(unpack(&pack(&Batch { columns: Vec::new(), rows: 7 }).unwrap(), 7).unwrap().rows, 7);
        assert!(unpack(b"nothing", 1).is_none());
    }
}
