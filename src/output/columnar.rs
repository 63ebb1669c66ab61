//! What parquet and arrow share: KQL columns as arrow columns that other tools understand.
//!
//! string and dynamic are text (dynamic as JSON); decimal and guid too, since a decimal's exponent varies from row to row.
//! datetime is `Timestamp(Microsecond, UTC)`: nanoseconds would end at the years 1677 and 2262, and Kusto's range is 0001 to 9999.
//! The seventh digit of a second is cut, counted and said. timespan is `Duration(Microsecond)`, likewise.
//! Each field's KQL type is in its metadata, as `kql.type`.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use arrow::array::TimestampMicrosecondArray;
use arrow::array::{Array, ArrayRef, DurationMicrosecondArray, Int64Array, RecordBatch, RecordBatchOptions, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;

use crate::value::{Batch, Column, DateTime, Schema, Type};

use super::text::push_text;
use super::{Sink, Writer};

/// Encodes record batches of one schema.
pub trait Encoder: Send {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError>;
    fn close(self: Box<Self>) -> Result<(), ArrowError>;
}

/// Starts the encoding of one table.
pub type Open = fn(Sink, SchemaRef) -> Result<Box<dyn Encoder>, ArrowError>;

/// A writer over an encoder. These formats hold one table.
pub struct Columnar {
    sink: Option<Sink>,
    open: Open,
    encoder: Option<Box<dyn Encoder>>,
    schema: SchemaRef,
    /// Datetimes and timespans that were no whole microseconds.
    rounded: usize,
}

impl Columnar {
    pub fn boxed(sink: Sink, open: Open) -> Box<dyn Writer> {
        Box::new(Columnar { sink: Some(sink), open, encoder: None, schema: Arc::new(ArrowSchema::empty()), rounded: 0 })
    }

    fn array(&mut self, column: &Column) -> ArrayRef {
        match column.ty() {
            Type::Bool | Type::Int | Type::Long | Type::Real => column.array().clone(),
            // Text is a view into the whole chunk it came from: only what is shown goes out.
            Type::String => column.compact().array().clone(),
            Type::DateTime => {
                let micros = self.microseconds(column.longs(), DateTime::UNIX_EPOCH_TICKS);
                Arc::new(TimestampMicrosecondArray::new(micros.values().clone(), micros.nulls().cloned()).with_timezone("UTC"))
            }
            Type::TimeSpan => {
                let micros = self.microseconds(column.longs(), 0);
                Arc::new(DurationMicrosecondArray::new(micros.values().clone(), micros.nulls().cloned()))
            }
            Type::Decimal | Type::Guid | Type::Dynamic => Arc::new(text(column)),
        }
    }

    fn microseconds(&mut self, ticks: &Int64Array, epoch: i64) -> Int64Array {
        self.rounded += ticks.iter().flatten().filter(|t| t % 10 != 0).count();
        ticks.unary(|t| t.saturating_sub(epoch).div_euclid(10))
    }
}

fn text(column: &Column) -> arrow::array::StringViewArray {
    let mut builder = StringViewBuilder::with_capacity(column.len());
    let mut text = String::new();
    for value in column.values() {
        if value.is_null() {
            builder.append_null();
            continue;
        }
        text.clear();
        match &value {
            crate::value::Value::Dynamic(v) => super::json_text::push_dynamic(&mut text, v.text()),
            other => push_text(&mut text, other),
        }
        builder.append_value(&text);
    }
    builder.finish()
}

fn data_type(ty: Type) -> DataType {
    match ty {
        Type::DateTime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::TimeSpan => DataType::Duration(TimeUnit::Microsecond),
        Type::Decimal | Type::Guid | Type::Dynamic => DataType::Utf8View,
        other => Column::data_type(other),
    }
}

fn arrow_schema(schema: &Schema) -> ArrowSchema {
    let field = |field: &crate::value::Field| {
        let metadata = HashMap::from([("kql.type".to_owned(), field.ty.name().to_owned())]);
        Field::new(&field.name, data_type(field.ty), true).with_metadata(metadata)
    };
    ArrowSchema::new(schema.iter().map(field).collect::<Vec<_>>())
}

impl Writer for Columnar {
    fn holds_several(&self) -> bool {
        false
    }

    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        let Some(sink) = self.sink.take() else {
            return Err(io::Error::other("this format holds one table, and the query gives several"));
        };
        self.schema = Arc::new(arrow_schema(schema));
        self.encoder = Some((self.open)(sink, self.schema.clone()).map_err(io_error)?);
        Ok(())
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        let arrays = batch.columns.iter().map(|column| self.array(column)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options).map_err(io_error)?;
        match &mut self.encoder {
            Some(encoder) => encoder.write(&batch).map_err(io_error),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.encoder.take().map_or(Ok(()), |encoder| encoder.close().map_err(io_error))
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        match self.rounded {
            0 => Vec::new(),
            n => vec![format!("{n} datetimes or timespans were cut to microseconds; csv, json and kusto keep all seven digits")],
        }
    }
}

/// Keeps the system's own error, so that a closed pipe is known as one.
fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        ArrowError::ExternalError(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(inner) => io::Error::other(inner),
        },
        other => io::Error::other(other),
    }
}
