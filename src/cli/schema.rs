//! `schema`: the tables and columns found in the inputs, with record counts and time range.

use std::ops::ControlFlow;

use crate::engine::ResultSink;
use crate::input::{TIMES, TableSchema};
use crate::value::{Batch, Column, ColumnBuilder, Field, Schema, Type, Value};

use super::account;
use super::arguments::{Binding, SchemaArguments};
use super::query::{open, refused};
use super::status::{Failure, Status};
use super::target::Target;

pub fn run(arguments: &SchemaArguments) -> Result<Status, Failure> {
    if let Some(table) = &arguments.mapping {
        return super::mapping::show(table, &arguments.output);
    }
    let started = std::time::Instant::now();
    let mut target = Target::open(&arguments.output, !arguments.input.no_header)?;
    let session = open(&Binding::default(), &arguments.input, arguments.inputs.clone())?;
    if !arguments.report.quiet {
        super::progress::start(session.progress(), arguments.output.color.on_stderr());
    }
    let dataset = session.dataset();
    session.inside(|| dataset.look_deeper());
    let candidates = session.tables().map_err(|errors| refused(&errors, "", None, arguments.output.color.drawing()))?;
    let tables: Vec<&TableSchema> = std::iter::once(dataset.all_records()).chain([dataset.unified_records()]).chain(&candidates).collect();
    let mut counts: Vec<ColumnBuilder> = COUNTS.iter().map(|(_, ty)| ColumnBuilder::new(*ty, tables.len())).collect();
    let mut rows = 0;
    // Together they read the inputs once.
    let questions: Vec<String> = tables.iter().enumerate().map(|(at, table)| question(table, at)).collect();
    let text = format!("{} | union {}", questions[0], questions[1..].iter().map(|q| format!("({q})")).collect::<Vec<_>>().join(", "));
    let mut found = Found::default();
    let outcome = session.run(&text, &mut found).map_err(|errors| refused(&errors, &text, None, arguments.output.color.drawing()))?;
    for (at, table) in tables.iter().enumerate() {
        let Some(row) = found.0.iter().find(|row| row.first().and_then(Value::as_i64) == Some(at as i64)) else { continue };
        // The table of all records is shown even where it is empty.
        if row[1].as_i64() == Some(0) && !table.name.is_empty() {
            continue;
        }
        rows += 1;
        counts[0].push(Value::string(shown(table)));
        for (builder, value) in counts[1..].iter_mut().zip(&row[1..]) {
            builder.push(value.clone());
        }
    }
    super::progress::end();
    target.write(&fields(&COUNTS), &Batch::new(counts.into_iter().map(ColumnBuilder::finish).collect(), rows));
    target.write(&fields(&COLUMNS), &columns(&tables[..1]));
    target.close()?;
    let ran = account::Ran { session: &session, account: &outcome.account, query: None, rows: rows as u64, took: started.elapsed() };
    account::say(&ran, &arguments.report);
    Ok(if outcome.account.is_complete() { Status::Ran } else { Status::InputIncomplete })
}

const COUNTS: [(&str, Type); 4] = [("Table", Type::String), ("Records", Type::Long), ("First", Type::DateTime), ("Last", Type::DateTime)];
const COLUMNS: [(&str, Type); 3] = [("Table", Type::String), ("Column", Type::String), ("Type", Type::String)];

fn fields(columns: &[(&str, Type)]) -> Schema {
    columns.iter().map(|(name, ty)| Field::new(*name, *ty)).collect::<Vec<_>>().into()
}

/// The table of all records has no name: a query reads it by beginning with an operator.
fn shown(table: &TableSchema) -> &str {
    if table.name.is_empty() { "(all records)" } else { &table.name }
}

fn question(table: &TableSchema, at: usize) -> String {
    let source = if table.name.is_empty() { String::new() } else { format!("{} | ", quoted(&table.name)) };
    let time = |name: &&'static str| table.fields.iter().find(|field| field.ty == Type::DateTime && field.name == **name);
    let span = match TIMES.iter().find_map(time) {
        Some(time) => format!("First = min({0}), Last = max({0})", quoted(&time.name)),
        None => "First = take_any(datetime(null)), Last = take_any(datetime(null))".to_owned(),
    };
    format!("{source}summarize Records = count(), {span} | project Table = {at}, Records, First, Last")
}

fn quoted(name: &str) -> String {
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn columns(tables: &[&TableSchema]) -> Batch {
    let rows: Vec<(&str, &Field)> = tables.iter().flat_map(|table| table.fields.iter().map(move |field| (shown(table), field))).collect();
    let column =
        |text: &dyn Fn(&(&str, &Field)) -> String| Column::from_values(Type::String, rows.iter().map(|row| Value::string(text(row))));
    let columns = vec![
        column(&|(table, _)| (*table).to_owned()),
        column(&|(_, field)| field.name.clone()),
        column(&|(_, field)| field.ty.to_string()),
    ];
    Batch::new(columns, rows.len())
}

/// The rows that the questions give.
#[derive(Default)]
struct Found(Vec<Vec<Value<'static>>>);

impl ResultSink for Found {
    fn begin(&mut self, _schema: &Schema, _name: &str) {}

    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        let row = |row| batch.columns.iter().map(|column| column.value(row).into_owned()).collect();
        self.0.extend((0..batch.rows).map(row));
        ControlFlow::Continue(())
    }

    fn end(&mut self) {}
}
