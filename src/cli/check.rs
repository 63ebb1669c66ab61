//! `check` and `explain`: what a query would do, without doing it.

use crate::diagnostic::{REGISTRY, Severity, draw_all};
use crate::syntax;
use crate::value::Batch;

use super::arguments::{CheckArguments, ExplainArguments, OutputArguments};
use super::query::{open, refused};
use super::status::{Failure, Status, print, tell};
use super::target::Target;

pub fn check(arguments: &CheckArguments) -> Result<Status, Failure> {
    let source = arguments.text.read()?;
    let drawing = arguments.color.drawing();
    if arguments.parse_only {
        let parsed = syntax::parse_with(&source.text, syntax::Options { headless: true, ..syntax::Options::default() });
        return parsed.map(|_| Status::Ran).map_err(|error| refused(&[*error], &source.text, arguments.text.hint(), drawing));
    }
    let session = open(&arguments.binding, &arguments.input, source.inputs)?;
    let (diagnostics, schemas) = session.check(&source.text);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(refused(&diagnostics, &source.text, arguments.text.hint(), drawing));
    }
    tell(&draw_all(&diagnostics, &source.text, drawing));
    let Some(format) = &arguments.format else { return Ok(Status::Ran) };
    let output = OutputArguments { format: Some(format.clone()), output: None, csv_safe: false, color: arguments.color };
    let mut target = Target::open(&output, true)?;
    // Of several statements the last gives the query its type, as in Microsoft's editor.
    if let Some(schema) = schemas.unwrap_or_default().pop() {
        target.write(&schema, &Batch::empty(schema.iter().map(|field| field.ty)));
    }
    target.close()?;
    Ok(Status::Ran)
}

pub fn explain(arguments: &ExplainArguments) -> Result<Status, Failure> {
    let source = arguments.text.read()?;
    if let Some(meaning) = meaning(source.text.trim()) {
        return print(meaning.as_bytes());
    }
    let session = open(&arguments.binding, &arguments.input, source.inputs)?;
    match session.explain(&source.text) {
        Ok(text) => print(text.as_bytes()),
        Err(errors) => Err(refused(&errors, &source.text, arguments.text.hint(), arguments.color.drawing())),
    }
}

/// What a diagnostic's code means, Kalypso's own or Kusto's.
fn meaning(code: &str) -> Option<String> {
    let entries = REGISTRY.iter().filter(|(own, kusto, _)| own.to_string() == code || *kusto == code);
    let lines: String = entries
        .map(|(own, kusto, meaning)| match *kusto {
            "" => format!("{own}: {meaning}\n"),
            kusto => format!("{own} ({kusto} in Kusto): {meaning}\n"),
        })
        .collect();
    (!lines.is_empty() && !code.is_empty()).then_some(lines)
}
