//! `check` and `explain`: what a query would do, without doing it.

use crate::diagnostic::{Diagnostic, REGISTRY, Severity, draw_all};
use crate::syntax;
use crate::value::Batch;

use super::arguments::{CheckArguments, OutputArguments, UnrunQuery};
use super::query::{open, refused};
use super::status::{Failure, Status, print, tell};
use super::target::Target;

pub fn check(arguments: &CheckArguments) -> Result<Status, Failure> {
    let query = &arguments.query;
    let source = query.text.read()?;
    let drawing = query.color.drawing();
    let refuse = |diagnostics: &[Diagnostic]| refused(diagnostics, &source.text, query.text.hint(), drawing);
    if arguments.parse_only {
        let options = syntax::Options { headless: true, depth: usize::from(query.binding.max_depth) };
        return syntax::parse_with(&source.text, options).map(|_| Status::Ran).map_err(|error| refuse(&[*error]));
    }
    let session = open(&query.binding, &query.input, source.inputs.clone())?;
    let (diagnostics, schema) = session.check(&source.text);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(refuse(&diagnostics));
    }
    tell(&draw_all(&diagnostics, &source.text, drawing));
    let Some(format) = &arguments.format else { return Ok(Status::Ran) };
    let output = OutputArguments { format: Some(format.clone()), output: None, csv_safe: false, color: query.color };
    let mut target = Target::open(&output, true)?;
    if let Some(schema) = schema {
        target.write(&schema, &Batch::empty(schema.iter().map(|field| field.ty)));
    }
    target.close()?;
    Ok(Status::Ran)
}

pub fn explain(arguments: &UnrunQuery) -> Result<Status, Failure> {
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
