//! Standard output, for people: a few lines about the alert, and its rows as a table.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

use crate::jobs::store::Delivery;
use crate::output::{self, Style, visible};
use crate::value::{Batch, Column, Field, Schema, Type, Value};

/// Rows that are shown.
const ROWS: usize = 10;

pub fn show(delivery: &Delivery) -> Result<(), String> {
    let alert: Json = serde_json::from_str(&delivery.body).map_err(|error| error.to_string())?;
    print(&told(&alert).map_err(|error| error.to_string())?)
}

/// Writes to standard output.
pub fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())
}

fn told(alert: &Json) -> io::Result<String> {
    let text = |value: &Json| visible(value.as_str().unwrap_or_default());
    let (start, end) = (text(&alert["window"]["start"]), text(&alert["window"]["end"]));
    let mut out = format!("{}: {}\n", severity(alert), text(&alert["title"]));
    for line in alert["description"].as_str().unwrap_or_default().lines() {
        out.push_str(&format!("  {}\n", visible(line)));
    }
    out.push_str(&format!("  job {}, {start} to {end}, {} row(s), alert {}\n", text(&alert["job"]), alert["count"], text(&alert["id"])));
    out.push_str(&table(alert)?);
    out.push('\n');
    Ok(out)
}

fn severity(alert: &Json) -> String {
    match alert["severity"].as_str().unwrap_or_default() {
        "" => "Alert".to_owned(),
        severity => visible(severity),
    }
}

/// The rows in the form that results have, indented.
fn table(alert: &Json) -> io::Result<String> {
    let texts = |value: &Json| -> Vec<String> { value.as_array().into_iter().flatten().map(cell).collect() };
    let columns = texts(&alert["columns"]);
    let rows: Vec<&Json> = alert["rows"].as_array().into_iter().flatten().take(ROWS).collect();
    let Some(format) = output::find("table").filter(|_| !rows.is_empty()) else { return Ok(String::new()) };
    let values = |name: &String| rows.iter().map(|row| Value::string(cell(&row[name.as_str()]))).collect::<Vec<_>>();
    let batch = Batch::new(columns.iter().map(|name| Column::from_values(Type::String, values(name))).collect(), rows.len());
    let schema: Schema = columns.iter().map(|name| Field::new(name.clone(), Type::String)).collect();
    let lines = Lines::default();
    let mut writer = (format.make)(Box::new(lines.clone()), &Style::default());
    writer.begin(&schema).and_then(|()| writer.batch(&batch)).and_then(|()| writer.end()).and_then(|()| writer.finish())?;
    Ok(lines.indented())
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a writer wrote.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn indented(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).lines().map(|line| format!("  {line}\n")).collect()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
