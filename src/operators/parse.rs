//! `parse`: extracts columns from text by a pattern.

use std::any::Any;

use crate::diagnostic::Result;
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
