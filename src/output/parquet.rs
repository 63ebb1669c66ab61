//! `parquet`: one table, zstd-compressed. The types are told in `columnar`.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::columnar::{Columnar, Encoder};
use super::{Format, Sink, Style};

pub const FORMAT: Format = Format {
    name: "parquet",
    extensions: &["parquet", "pq"],
    summary: "An Apache Parquet file (zstd); datetimes in microseconds",
    binary: true,
    make: |sink, _: &Style| {
        Columnar::boxed(sink, |sink, schema| {
            let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
            let writer = ArrowWriter::try_new(sink, schema, Some(properties)).map_err(arrow_error)?;
            Ok(Box::new(Parquet(writer)))
        })
    },
};

struct Parquet(ArrowWriter<Sink>);

impl Encoder for Parquet {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(batch).map_err(arrow_error)
    }

    fn close(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.0.finish().map_err(arrow_error)?;
        self.0.inner_mut().flush()?;
        Ok(())
    }
}

fn arrow_error(error: ParquetError) -> ArrowError {
    match error {
        ParquetError::External(inner) => ArrowError::ExternalError(inner),
        other => ArrowError::ParquetError(other.to_string()),
    }
}
