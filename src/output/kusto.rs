//! `kusto`: the response of Kusto's REST API, version 1, with exact values.

use std::io::{self, Write};

use crate::value::{Batch, Schema, Type};

use super::json_text::{push_json, push_string};
use super::{Format, Sink, Style, Writer};

pub const FORMAT: Format = Format {
    name: "kusto",
    extensions: &[],
    summary: "A Kusto v1 response: names, types and exact values; decimals as strings",
    binary: false,
    make: |sink, _: &Style| Box::new(Kusto { sink, tables: 0, rows: 0, buffer: String::new() }),
};

struct Kusto {
    sink: Sink,
    tables: usize,
    /// Rows written of the current table.
    rows: usize,
    buffer: String,
}

/// The .NET type that stands beside Kusto's own.
fn data_type(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "SByte",
        Type::Int => "Int32",
        Type::Long => "Int64",
        Type::Real => "Double",
        Type::Decimal => "SqlDecimal",
        Type::DateTime => "DateTime",
        Type::TimeSpan => "TimeSpan",
        Type::String => "String",
        Type::Guid => "Guid",
        Type::Dynamic => "Object",
    }
}

impl Kusto {
    fn flush(&mut self) -> io::Result<()> {
        self.sink.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }
}

impl Writer for Kusto {
    fn begin(&mut self, schema: &Schema) -> io::Result<()> {
        self.buffer.push_str(if self.tables == 0 { "{\"Tables\":[" } else { "," });
        self.buffer.push_str(&format!("{{\"TableName\":\"Table_{}\",\"Columns\":[", self.tables));
        for (i, field) in schema.iter().enumerate() {
            self.buffer.push_str(if i == 0 { "{\"ColumnName\":" } else { ",{\"ColumnName\":" });
            push_string(&mut self.buffer, &field.name);
            self.buffer.push_str(&format!(",\"DataType\":\"{}\",\"ColumnType\":\"{}\"}}", data_type(field.ty), field.ty));
        }
        self.buffer.push_str("],\"Rows\":[");
        self.tables += 1;
        self.rows = 0;
        self.flush()
    }

    fn batch(&mut self, batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows {
            self.buffer.push_str(if self.rows == 0 { "\n[" } else { ",\n[" });
            for (i, column) in batch.columns.iter().enumerate() {
                if i > 0 {
                    self.buffer.push(',');
                }
                push_json(&mut self.buffer, &column.value(row));
            }
            self.buffer.push(']');
            self.rows += 1;
        }
        self.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        self.sink.write_all(b"]}")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.write_all(if self.tables == 0 { b"{\"Tables\":[]}\n" } else { b"]}\n" })?;
        self.sink.flush()
    }
}
