//! `parse`: extracts columns from text by a pattern.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::{Projected, convert, parameters};
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::Expr as Bound;
use crate::plan::Relation;
use crate::value::{Json, PathStep, Value};

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct Parse {
    pub parameters: Vec<OperatorParameter>,
    pub value: Expr,
    pub pattern: Vec<ParsePart>,
}

/// A part of the pattern after `with`.
#[derive(Debug)]
pub enum ParsePart {
    Text(String),
    /// `*`
    Skip,
    Column {
        name: Ident,
        ty: Option<Type>,
    },
}

pub(super) fn pattern(parser: &mut Parser) -> Result<Vec<ParsePart>> {
    let mut parts = Vec::new();
    while let Some(part) = part(parser)? {
        parts.push(part);
    }
    if parts.is_empty() { Err(parser.expected("a pattern of strings, names and `*`")) } else { Ok(parts) }
}

fn part(parser: &mut Parser) -> Result<Option<ParsePart>> {
    if parser.eat("*") {
        return Ok(Some(ParsePart::Skip));
    }
    if parser.at_string() {
        return Ok(Some(ParsePart::Text(parser.string()?)));
    }
    if !parser.at_name() {
        return Ok(None);
    }
    let name = parser.ident()?;
    let ty = if parser.eat(":") { Some(parser.type_name()?) } else { None };
    Ok(Some(ParsePart::Column { name, ty }))
}

pub(super) fn print_pattern(printer: &mut Printer, parts: &[ParsePart]) {
    printer.word("with");
    for part in parts {
        match part {
            ParsePart::Text(text) => printer.string(text),
            ParsePart::Skip => printer.word("*"),
            ParsePart::Column { name, ty } => {
                printer.name(&name.name);
                if let Some(ty) = ty {
                    printer.raw(":");
                    printer.raw(ty.name());
                }
            }
        }
    }
}

impl Operator for Parse {
    const NAMES: &'static [&'static str] = &["parse"];
    const SUMMARY: &'static str = "Extracts columns from text by a pattern.";
    const SYNTAX: &'static str = "T | parse [kind = Kind] Expression with Pattern";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Parse> {
        let parameters = parser.parameters(&["kind", "flags", "hint."])?;
        let value = parser.expression()?;
        parser.expect_word("with")?;
        let pattern = pattern(parser)?;
        Ok(Parse { parameters, value, pattern })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let kinds = ["simple", "regex", "relaxed"];
        let (relation, _) = bind_parse(binder, input, &self.parameters, &kinds, &self.value, &self.pattern)?;
        Ok(drop_match(relation))
    }
}

impl Node for Parse {
    fn print(&self, printer: &mut Printer) {
        printer.word("parse");
        printer.parameters(&self.parameters);
        printer.expression(&self.value);
        print_pattern(printer, &self.pattern);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The columns of `parse` and `parse-where`, and what says whether the text matched.
pub fn bind_parse(
    binder: &mut Binder,
    input: Relation,
    parameters: &[OperatorParameter],
    kinds: &[&'static str],
    value: &Expr,
    pattern: &[ParsePart],
) -> Result<(Relation, Bound)> {
    let kinds: Vec<_> = kinds.iter().map(|kind| (*kind, *kind)).collect();
    let mode = parameters::choice(parameters, "kind", "simple", &kinds)?;
    let flags = flags(parameters, mode)?;
    check(pattern, value.span)?;
    let shown = input.outputs.clone();
    let (input, text) = binder.over(input, |binder| binder.scalar(value))?;
    let mut parts = Vec::new();
    let mut columns = Vec::new();
    for part in pattern {
        let (key, member) = match part {
            ParsePart::Text(text) => ("text", Json::String(text.clone())),
            ParsePart::Skip => ("skip", Json::Bool(true)),
            ParsePart::Column { name, ty } => {
                let ty = ty.unwrap_or(Type::String);
                columns.push((name.clone(), ty));
                ("column", Json::String(ty.name().to_owned()))
            }
        };
        parts.push(Json::Object(vec![(key.to_owned(), member)]));
    }
    let constant = |text: &str| Bound::constant(Type::String, Value::string(text.to_owned()));
    let pattern = Bound::constant(Type::Dynamic, Json::Array(parts).into_dynamic());
    let matched = binder.internal(
        "parse_pattern",
        vec![convert(text, Type::String), pattern, constant(mode), constant(&flags)],
        Type::Dynamic,
        value.span,
    )?;
    // The match is computed once, in a column of its own.
    let array = binder.output("", Type::Dynamic);
    let mut with_match = Projected::keep(&input.outputs);
    with_match.items.push((array.clone(), matched));
    let input = with_match.relation(input);
    let mut projected = Projected::keep(&shown);
    for (i, (name, ty)) in columns.into_iter().enumerate() {
        let element =
            Bound::Path { base: Box::new(Bound::Column { id: array.id, ty: Type::Dynamic }), steps: vec![PathStep::Index(i as i64)] };
        let output = binder.output(name.name.clone(), ty);
        projected.declare(output, convert(element, ty), false, name.span)?;
    }
    let array = Bound::Column { id: array.id, ty: Type::Dynamic };
    projected.items.push((binder.output("", Type::Dynamic), array.clone()));
    let relation = projected.relation(input);
    let matched = relation.outputs.last().map_or(array, |o| Bound::Column { id: o.id, ty: Type::Dynamic });
    Ok((relation, matched))
}

/// The flags of the regular expressions, of which a pattern of constants has none.
fn flags(parameters: &[OperatorParameter], mode: &str) -> Result<String> {
    let Some((flags, span)) = parameters::text(parameters, "flags") else { return Ok(String::new()) };
    if mode != "regex" {
        return Err(Diagnostic::error(Code::INVALID_PARAMETER, span, "flags are for `kind=regex`"));
    }
    match flags.chars().find(|c| !"imsU".contains(*c)) {
        None => Ok(flags),
        Some(other) => Err(Diagnostic::error(Code::INVALID_PARAMETER, span, format!("`{other}` is no flag of a pattern"))
            .help("flags are `i`, `m`, `s` and `U`")),
    }
}

/// Refuses patterns that do not say where a column ends.
fn check(pattern: &[ParsePart], value: Span) -> Result<()> {
    let mut before: Option<&ParsePart> = None;
    for part in pattern {
        match (before, part) {
            (_, ParsePart::Text(text)) if text.is_empty() => {
                return Err(Diagnostic::error(Code::PARSE_PATTERN, value, "the pattern has an empty constant"));
            }
            (Some(ParsePart::Column { .. }), ParsePart::Column { name, .. }) => {
                return Err(Diagnostic::error(Code::SYNTAX, name.span, "two columns need a constant between them"));
            }
            (Some(ParsePart::Skip), ParsePart::Column { name, .. }) => {
                return Err(Diagnostic::error(Code::SYNTAX, name.span, "a column behind `*` needs a constant before it"));
            }
            (Some(ParsePart::Column { name, ty: None | Some(Type::String) }), ParsePart::Skip) => {
                return Err(Diagnostic::error(
                    Code::PARSE_PATTERN,
                    name.span,
                    format!("nothing says where `{}` ends before `*`", name.name),
                )
                .help("put a constant between them, or give the column a type"));
            }
            _ => before = Some(part),
        }
    }
    Ok(())
}

/// Without the column that held the match, the last one.
pub fn drop_match(relation: Relation) -> Relation {
    let shown = &relation.outputs[..relation.outputs.len().saturating_sub(1)];
    Projected::keep(shown).relation(relation)
}
