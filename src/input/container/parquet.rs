//! Parquet files as one JSON object per line.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::input::json::quote;

/// A reader of the rows as lines.
pub fn lines(file: File) -> io::Result<Box<dyn Read + Send>> {
    let reader = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(1024).build())?;
    Ok(Box::new(Lines { reader, text: Vec::new(), at: 0 }))
}

thread_local! {
    /// A panic on this thread is an error of a damaged file.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a step of the parquet library, which panics over some damage; nobody hears of it but the caller.
fn guarded<T>(step: impl FnOnce() -> parquet::errors::Result<T>) -> io::Result<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                hook(info);
            }
        }));
    });
    GUARDED.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(step));
    GUARDED.set(false);
    match result {
        Ok(value) => value.map_err(io::Error::other),
        Err(_) => Err(io::Error::other("the parquet file is damaged")),
    }
}

struct Lines {
    reader: ParquetRecordBatchReader,
    text: Vec<u8>,
    at: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            let Some(text) = guarded(|| Ok(self.reader.next().transpose()?.map(|batch| text(&batch))))? else { return Ok(0) };
            self.text = text.into_bytes();
            self.at = 0;
        }
        let count = buffer.len().min(self.text.len() - self.at);
        buffer[..count].copy_from_slice(&self.text[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn text(batch: &RecordBatch) -> String {
    let rows = StructArray::from(batch.clone());
    let mut out = String::new();
    for row in 0..rows.len() {
        object(&rows, row, &mut out);
        out.push('\n');
    }
    out
}

fn object(rows: &StructArray, row: usize, out: &mut String) {
    out.push('{');
    for (index, (name, column)) in rows.column_names().iter().zip(rows.columns()).enumerate() {
        if index > 0 {
            out.push(',');
        }
        quote(name, out);
        out.push(':');
        value(column, row, out);
    }
    out.push('}');
}

fn value(array: &ArrayRef, row: usize, out: &mut String) {
    if array.is_null(row) {
        return out.push_str("null");
    }
    match array.data_type() {
        DataType::Null => out.push_str("null"),
        DataType::Boolean => out.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::Utf8 => quote(array.as_string::<i32>().value(row), out),
        DataType::LargeUtf8 => quote(array.as_string::<i64>().value(row), out),
        DataType::Utf8View => quote(array.as_string_view().value(row), out),
        DataType::Float32 => real(f64::from(array.as_primitive::<Float32Type>().value(row)), out),
        DataType::Float64 => real(array.as_primitive::<Float64Type>().value(row), out),
        DataType::Struct(_) => object(array.as_struct(), row, out),
        DataType::List(_) => list(&array.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row), out),
        DataType::Binary => quote(&String::from_utf8_lossy(array.as_binary::<i32>().value(row)), out),
        DataType::LargeBinary => quote(&String::from_utf8_lossy(array.as_binary::<i64>().value(row)), out),
        other => shown(array, row, other.is_integer(), out),
    }
}

fn list(items: &ArrayRef, out: &mut String) {
    out.push('[');
    for index in 0..items.len() {
        if index > 0 {
            out.push(',');
        }
        value(items, index, out);
    }
    out.push(']');
}

fn real(value: f64, out: &mut String) {
    if value.is_finite() { out.push_str(&format!("{value:?}")) } else { out.push_str("null") }
}

/// Times, decimals, maps and dictionaries as arrow shows them: times in ISO form.
fn shown(array: &ArrayRef, row: usize, number: bool, out: &mut String) {
    let text = ArrayFormatter::try_new(array, &FormatOptions::default()).map(|f| f.value(row).to_string()).unwrap_or_default();
    if number { out.push_str(&text) } else { quote(&text, out) }
}
