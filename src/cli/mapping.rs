//! `schema --mapping TABLE`: where each column of a table comes from, and how sure that is.

use crate::tables::{self, MappedColumn, Section};
use crate::value::{Batch, Column, Field, Schema, Type, Value};

use super::arguments::OutputArguments;
use super::status::{Failure, Status};
use super::target::Target;

const COLUMNS: [&str; 7] = ["Column", "Type", "Records", "Where", "Expression", "Confidence", "Source"];

pub fn show(table: &str, output: &OutputArguments) -> Result<Status, Failure> {
    let Some(known) = tables::find(table) else { return Err(Failure::usage(format!("no table is named {table}"))) };
    let sections = tables::sections(table);
    let mut rows: Vec<[String; 7]> = Vec::new();
    for field in &known.fields {
        for section in &sections {
            rows.extend(section.columns.iter().filter(|column| column.name == field.name).map(|column| line(field, section, column)));
        }
        rows.push(own(field));
    }
    let column = |at: usize| Column::from_values(Type::String, rows.iter().map(|row| Value::string(row[at].as_str())));
    let schema: Schema = COLUMNS.iter().map(|name| Field::new(*name, Type::String)).collect();
    let mut target = Target::open(output, true)?;
    target.write(&schema, &Batch::new((0..COLUMNS.len()).map(column).collect(), rows.len()));
    target.close()?;
    Ok(Status::Ran)
}

fn line(field: &Field, section: &Section, column: &MappedColumn) -> [String; 7] {
    [
        field.name.clone(),
        field.ty.to_string(),
        section.families.join(", "),
        section.condition.unwrap_or_default().to_owned(),
        column.expression.to_owned(),
        column.confidence.to_string(),
        column.source.to_owned(),
    ]
}

/// Records that are rows of the table already have each column under its name.
fn own(field: &Field) -> [String; 7] {
    let [expression, confidence] = [field.name.clone(), tables::Confidence::Documented.to_string()];
    [field.name.clone(), field.ty.to_string(), "rows".to_owned(), String::new(), expression, confidence, "the row itself".to_owned()]
}
