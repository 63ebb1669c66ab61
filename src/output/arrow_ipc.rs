//! `arrow` and `arrows`: one table in Arrow's own format, as a file or a stream. The types are told in `columnar`.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::writer::{FileWriter, StreamWriter};

use super::columnar::{Columnar, Encoder};
use super::{Format, Sink, Style};

pub const FILE: Format = Format {
    name: "arrow",
    extensions: &["arrow", "feather", "ipc"],
    summary: "An Apache Arrow IPC file; datetimes in microseconds",
    binary: true,
    make: |sink, _: &Style| Columnar::boxed(sink, |sink, schema| Ok(Box::new(FileWriter::try_new(sink, &schema)?))),
};

pub const STREAM: Format = Format {
    name: "arrows",
    extensions: &["arrows"],
    summary: "An Apache Arrow IPC stream",
    binary: true,
    make: |sink, _: &Style| Columnar::boxed(sink, |sink, schema| Ok(Box::new(StreamWriter::try_new(sink, &schema)?))),
};

impl Encoder for FileWriter<Sink> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        FileWriter::write(self, batch)
    }

    fn close(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}

impl Encoder for StreamWriter<Sink> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        StreamWriter::write(self, batch)
    }

    fn close(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}
