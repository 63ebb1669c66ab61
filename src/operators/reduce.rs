//! `reduce`: groups texts that are alike by a pattern.

use std::any::Any;

use crate::bind::{Binder, Projected, convert, make_unique, parameters};
use crate::diagnostic::{Result, Span};
use crate::plan::{Output, Relation, RelationKind, Transform};
use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::{Batch, Column, Type, Value};
use std::collections::HashMap;
use std::sync::Arc;

use super::Operator;

#[derive(Debug)]
pub struct Reduce {
    pub parameters: Vec<OperatorParameter>,
    pub by: NamedExpr,
    pub with: Vec<OperatorParameter>,
}

fn parameter(parser: &mut Parser) -> Result<OperatorParameter> {
    parser.any_parameter().unwrap_or_else(|| Err(parser.expected("`threshold = …` or `characters = …`")))
}

impl Operator for Reduce {
    const NAMES: &'static [&'static str] = &["reduce"];
    const SUMMARY: &'static str = "Groups texts that are alike by a pattern.";
    const SYNTAX: &'static str = "T | reduce [kind = source] by Expression [with threshold = N, characters = S]";
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("datatable(t:string)['run 1', 'run 2', 'run 3'] | reduce by t", "run* | 3 | run 1")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Reduce> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        parser.expect_word("by")?;
        let by = parser.named()?;
        let with = if parser.eat_word("with") { parser.list(parameter)? } else { Vec::new() };
        Ok(Reduce { parameters, by, with })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let source = parameters::choice(&self.parameters, "kind", false, &[("source", true), ("mining", false)])?;
        let constant = |binder: &mut Binder, name: &str| {
            let found = self.with.iter().find(|p| p.name.name.eq_ignore_ascii_case(name));
            found.map(|p| binder.constant(&p.value)).transpose()
        };
        let threshold = constant(binder, "threshold")?.and_then(|v| v.as_f64()).unwrap_or(0.1);
        let characters = constant(binder, "characters")?.map_or_else(String::new, |v| v.to_text().into_owned());
        let columns = input.outputs.clone();
        let text = binder.with_row(&columns, |binder| binder.scalar(&self.by.value))?;
        let mut projected = if source { Projected::keep(&input.outputs) } else { Projected::default() };
        projected.items.push((binder.output("", Type::String), convert(text, Type::String)));
        let outputs = if source {
            let mut outputs: Vec<Output> = input.outputs.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
            outputs.push(binder.output("Pattern", Type::String));
            make_unique(&mut outputs);
            outputs
        } else {
            let columns = [("Pattern", Type::String), ("Count", Type::Long), ("Representative", Type::String)];
            columns.into_iter().map(|(name, ty)| binder.output(name, ty)).collect()
        };
        let input = projected.relation(input);
        let transform = Patterns { threshold, characters, source };
        Ok(Relation { outputs, ordered: false, kind: RelationKind::Apply { inputs: vec![input], transform: Arc::new(transform) } })
    }
}

/// The pattern of texts that have none.
const OTHERS: &str = "others";

/// Finds the words that many texts have at the same place; what differs between them is a `*`.
#[derive(Debug)]
struct Patterns {
    /// The share of the texts that a word must be in.
    threshold: f64,
    /// Separate words beside everything that is no letter or digit.
    characters: String,
    /// Each row gets its pattern, instead of a row per pattern.
    source: bool,
}

impl Patterns {
    /// The words of a text, each with what separates it from the word before.
    fn words<'t>(&self, text: &'t str) -> Vec<(&'t str, &'t str)> {
        let separates = |c: char| !c.is_alphanumeric() || self.characters.contains(c);
        let mut words = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let start = rest.find(|c| !separates(c)).unwrap_or(rest.len());
            let (separator, tail) = rest.split_at(start);
            let end = tail.find(separates).unwrap_or(tail.len());
            let (word, next) = tail.split_at(end);
            words.push((separator, word));
            rest = next;
        }
        words
    }

    fn pattern(&self, text: &str, frequent: impl Fn(usize, &str) -> bool) -> Option<String> {
        let mut pattern = String::new();
        let mut any = false;
        for (at, (separator, word)) in self.words(text).into_iter().enumerate() {
            if !word.is_empty() && frequent(at, word) {
                pattern.push_str(separator);
                pattern.push_str(word);
                any = true;
            } else if !pattern.ends_with('*') {
                pattern.push('*');
            }
        }
        any.then_some(pattern)
    }
}

impl Transform for Patterns {
    fn name(&self) -> &str {
        "reduce"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let Some(mut batch) = inputs.into_iter().next() else { return Ok(Batch::empty([])) };
        let Some(texts) = batch.columns.pop() else { return Ok(batch) };
        let texts: Vec<String> = texts.values().map(|v| v.to_text().into_owned()).collect();
        let mut counts: HashMap<(usize, &str), usize> = HashMap::new();
        for text in &texts {
            for (at, (_, word)) in self.words(text).into_iter().enumerate() {
                *counts.entry((at, word)).or_default() += 1;
            }
        }
        let enough = (self.threshold * texts.len() as f64).max(1.0);
        let frequent = |at: usize, word: &str| counts.get(&(at, word)).is_some_and(|n| *n as f64 > enough);
        if self.source {
            let patterns = texts.iter().map(|text| Value::string(self.pattern(text, frequent).unwrap_or_else(|| OTHERS.to_owned())));
            batch.columns.push(Column::from_values(Type::String, patterns));
            return Ok(batch);
        }
        let mut found: Vec<(String, i64, &str)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for text in &texts {
            let (pattern, sample) = match self.pattern(text, frequent) {
                Some(pattern) => (pattern, text.as_str()),
                None => (OTHERS.to_owned(), ""),
            };
            let at = *places.entry(pattern.clone()).or_insert_with(|| {
                found.push((pattern, 0, sample));
                found.len() - 1
            });
            found[at].1 += 1;
        }
        found.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
        let columns = vec![
            Column::from_values(Type::String, found.iter().map(|(pattern, ..)| Value::string(pattern.as_str()))),
            Column::from_values(Type::Long, found.iter().map(|(_, count, _)| Value::Long(*count))),
            Column::from_values(Type::String, found.iter().map(|(_, _, sample)| Value::string(*sample))),
        ];
        Ok(Batch { columns, rows: found.len() })
    }
}

impl Node for Reduce {
    fn print(&self, printer: &mut Printer) {
        printer.word("reduce");
        printer.parameters(&self.parameters);
        printer.word("by");
        printer.named(&self.by);
        if !self.with.is_empty() {
            printer.word("with");
            printer.list(&self.with, |p, one| p.parameters(std::slice::from_ref(one)));
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
