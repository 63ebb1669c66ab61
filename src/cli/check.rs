//! `check` and `explain`: what a query would do, without doing it.

use crate::diagnostic::{Severity, draw_all};
use crate::value::Batch;

use super::arguments::{CheckArguments, ExplainArguments, OutputArguments};
use super::query::{Target, open, refused};
use super::status::{Failure, Status, print, tell};

pub fn check(arguments: &CheckArguments) -> Result<Status, Failure> {
    let source = arguments.text.read()?;
    let drawing = arguments.color.drawing();
    let session = open(&arguments.binding, &arguments.input, source.inputs)?;
    let (diagnostics, schemas) = session.check(&source.text);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(refused(&diagnostics, &source.text, arguments.text.hint(), drawing));
    }
    tell(&draw_all(&diagnostics, &source.text, drawing));
    let Some(format) = &arguments.format else { return Ok(Status::Ran) };
    let output = OutputArguments { format: Some(format.clone()), output: None, csv_safe: false, color: arguments.color };
    let mut target = Target::open(&output, true)?;
    for schema in schemas.unwrap_or_default() {
        target.write(&schema, &Batch::empty(schema.iter().map(|field| field.ty)));
    }
    target.close()?;
    Ok(Status::Ran)
}

pub fn explain(arguments: &ExplainArguments) -> Result<Status, Failure> {
    let source = arguments.text.read()?;
    let session = open(&arguments.binding, &arguments.input, source.inputs)?;
    match session.explain(&source.text) {
        Ok(text) => print(text.as_bytes()),
        Err(errors) => Err(refused(&errors, &source.text, arguments.text.hint(), arguments.color.drawing())),
    }
}
