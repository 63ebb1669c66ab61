//! Every output format, on one table that holds every type, nulls, and text that means harm.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::util::display::array_value_to_string;
use kalypso::output::{self, Style};
use kalypso::value::{Batch, Column, DateTime, Decimal, Field, Guid, Schema, TimeSpan, Type, Value};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn table() -> (Schema, Batch) {
    let columns: Vec<(&str, Type, Vec<Value<'static>>)> = vec![
        ("b", Type::Bool, vec![Value::Bool(true), Value::Null]),
        ("i", Type::Int, vec![Value::Int(-1), Value::Null]),
        ("l", Type::Long, vec![Value::Long(i64::MAX), Value::Null]),
        ("r", Type::Real, vec![Value::Real(0.1), Value::Real(f64::NEG_INFINITY)]),
        ("m", Type::Decimal, vec![Value::Decimal(Decimal::new(12345, -2)), Value::Null]),
        ("d", Type::DateTime, vec![Value::DateTime(DateTime::from_ticks(1_234_567).unwrap()), Value::DateTime(DateTime::MAX)]),
        ("t", Type::TimeSpan, vec![Value::TimeSpan(TimeSpan::from_ticks(-36_000_000_000)), Value::Null]),
        ("s|", Type::String, vec![Value::string("=a,\"b\"\u{1b}[31m\nc"), Value::string("")]),
        ("g", Type::Guid, vec![Value::Guid(Guid(1)), Value::Null]),
        ("o", Type::Dynamic, vec![Value::dynamic("{\"a\": [1, \"x|\"]}"), Value::Null]),
    ];
    let schema = columns.iter().map(|(name, ty, _)| Field::new(*name, *ty)).collect::<Vec<_>>();
    let batch = Batch::new(columns.into_iter().map(|(_, ty, values)| Column::from_values(ty, values)).collect(), 2);
    (schema.into(), batch)
}

fn written_as(format: &str, style: &Style, tables: &[(Schema, Batch)]) -> io::Result<Vec<u8>> {
    let shared = Shared::default();
    let mut writer = (output::find(format).unwrap().make)(Box::new(shared.clone()), style);
    for (schema, batch) in tables {
        writer.begin(schema)?;
        writer.batch(batch)?;
        writer.end()?;
    }
    writer.finish()?;
    drop(writer);
    Ok(Arc::into_inner(shared.0).unwrap().into_inner().unwrap())
}

fn text(format: &str, style: &Style) -> String {
    String::from_utf8(written_as(format, style, &[table()]).unwrap()).unwrap()
}

#[test]
fn kusto() {
    let expected = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"b","DataType":"SByte","ColumnType":"bool"},{"ColumnName":"i","DataType":"Int32","ColumnType":"int"},{"ColumnName":"l","DataType":"Int64","ColumnType":"long"},{"ColumnName":"r","DataType":"Double","ColumnType":"real"},{"ColumnName":"m","DataType":"SqlDecimal","ColumnType":"decimal"},{"ColumnName":"d","DataType":"DateTime","ColumnType":"datetime"},{"ColumnName":"t","DataType":"TimeSpan","ColumnType":"timespan"},{"ColumnName":"s|","DataType":"String","ColumnType":"string"},{"ColumnName":"g","DataType":"Guid","ColumnType":"guid"},{"ColumnName":"o","DataType":"Object","ColumnType":"dynamic"}],"Rows":[
[true,-1,9223372036854775807,0.1,"123.45","0001-01-01T00:00:00.1234567Z","-01:00:00","=a,\"b\"\u001b[31m\nc","00000000-0000-0000-0000-000000000001",{"a":[1,"x|"]}],
[null,null,null,"-Infinity",null,"9999-12-31T23:59:59.9999999Z",null,"",null,null]]}]}
"#;
    assert_eq!(text("kusto", &Style::default()), expected);
    assert_eq!(written_as("kusto", &Style::default(), &[]).unwrap(), b"{\"Tables\":[]}\n");
    let two = written_as("kusto", &Style::default(), &[table(), table()]).unwrap();
    let two: serde_json::Value = serde_json::from_slice(&two).unwrap();
    assert_eq!(two["Tables"][1]["TableName"], "Table_1");
}

#[test]
fn json() {
    let rows: serde_json::Value = serde_json::from_str(&text("json", &Style::default())).unwrap();
    assert_eq!(rows[0]["l"], serde_json::json!(i64::MAX));
    assert_eq!(rows[0]["o"]["a"][1], "x|");
    assert_eq!(rows[1]["b"], serde_json::Value::Null);
    let lines = text("ndjson", &Style::default());
    assert_eq!(
        lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>(),
        *rows.as_array().unwrap()
    );
}

#[test]
fn csv() {
    let expected = "b,i,l,r,m,d,t,s|,g,o
true,-1,9223372036854775807,0.1,123.45,0001-01-01T00:00:00.1234567Z,-01:00:00,\"=a,\"\"b\"\"\u{1b}[31m
c\",00000000-0000-0000-0000-000000000001,\"{\"\"a\"\":[1,\"\"x|\"\"]}\"
,,,-Infinity,,9999-12-31T23:59:59.9999999Z,,,,
";
    assert_eq!(text("csv", &Style::default()), expected);
    let safe = text("csv", &Style { csv_safe: true, header: false, ..Style::default() });
    assert!(safe.starts_with("true,-1,") && safe.contains(",-01:00:00,\"'=a,"), "{safe}");
    assert!(text("tsv", &Style::default()).starts_with("b\ti\tl\t"));
}

#[test]
fn table_whole_and_cut() {
    let whole = text("table", &Style::default());
    assert!(whole.starts_with("b        i                    l          r       m  d  "), "{whole}");
    assert_eq!(whole.lines().count(), 4, "{whole}");
    assert!(whole.contains("=a,\"b\"␛[31m␊c") && !whole.contains('\u{1b}'), "{whole}");
    let cut = text("table", &Style { width: Some(120), ..Style::default() });
    assert!(cut.lines().all(|line| line.starts_with('(') || unicode_width::UnicodeWidthStr::width(line) <= 120), "{cut}");
    assert!(cut.ends_with("(no room for 2 more: g, o; -f vertical shows all)\n"), "{cut}");
}

#[test]
fn vertical() {
    let shown = text("vertical", &Style::default());
    assert!(shown.contains("s| │ =a,\"b\"␛[31m\n   │ c\ng  │ 0000"), "{shown}");
}

#[test]
fn markdown() {
    let shown = text("markdown", &Style::default());
    assert!(shown.starts_with("| b | i | l | r | m | d | t | s\\| | g | o |\n| --- | ---: |"), "{shown}");
    assert!(shown.contains("| =a,\"b\"␛\\[31m<br>c |") && shown.contains("| {\"a\":\\[1,\"x\\|\"\\]} |"), "{shown}");
}

fn cells(batch: &RecordBatch) -> Vec<String> {
    let instants = |column: &ArrayRef| match column.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => {
            arrow::compute::cast(column, &DataType::Int64).unwrap()
        }
        _ => column.clone(),
    };
    batch.columns().iter().map(|column| array_value_to_string(&instants(column), 0).unwrap()).collect()
}

#[test]
fn parquet_and_arrow() {
    let expected = [
        "true",
        "-1",
        "9223372036854775807",
        "0.1",
        "123.45",
        "-62135596799876544",
        "-PT3600S",
        "=a,\"b\"\u{1b}[31m\nc",
        "00000000-0000-0000-0000-000000000001",
        "{\"a\":[1,\"x|\"]}",
    ];
    let bytes = written_as("parquet", &Style::default(), &[table()]).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let mut reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1024).unwrap();
    assert_eq!(cells(&reader.next().unwrap().unwrap()), expected);
    let bytes = written_as("arrow", &Style::default(), &[table()]).unwrap();
    let mut reader = arrow::ipc::reader::FileReader::try_new(io::Cursor::new(bytes), None).unwrap();
    assert_eq!(cells(&reader.next().unwrap().unwrap()), expected);
    let bytes = written_as("arrows", &Style::default(), &[table()]).unwrap();
    let mut reader = arrow::ipc::reader::StreamReader::try_new(io::Cursor::new(bytes), None).unwrap();
    assert_eq!(cells(&reader.next().unwrap().unwrap()), expected);
    assert!(written_as("parquet", &Style::default(), &[table(), table()]).is_err());
}
