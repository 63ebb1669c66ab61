//! `parse-where`: extracts columns by a pattern and drops rows that do not match.

use std::any::Any;

use super::parse::{bind_parse, drop_match};
use crate::bind::Binder;
use crate::bind::filtered;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::parse::{ParsePart, pattern, print_pattern};

#[derive(Debug)]
pub struct ParseWhere {
    pub parameters: Vec<OperatorParameter>,
    pub value: Expr,
    pub pattern: Vec<ParsePart>,
}

impl Operator for ParseWhere {
    const NAMES: &'static [&'static str] = &["parse-where"];
    const SUMMARY: &'static str = "Extracts columns by a pattern and drops rows that do not match.";
    const SYNTAX: &'static str = "T | parse-where [kind = Kind] Expression with Pattern";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ParseWhere> {
        let parameters = parser.parameters(&["kind", "flags", "hint."])?;
        let value = parser.expression()?;
        parser.expect_word("with")?;
        let pattern = pattern(parser)?;
        Ok(ParseWhere { parameters, value, pattern })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let (relation, matched) = bind_parse(binder, input, &self.parameters, &["simple", "regex"], &self.value, &self.pattern)?;
        let found = binder.built_in_call("isnotnull", vec![matched], span)?;
        let outputs = relation.outputs.clone();
        Ok(drop_match(filtered(relation, found, outputs)))
    }
}

impl Node for ParseWhere {
    fn print(&self, printer: &mut Printer) {
        printer.word("parse-where");
        printer.parameters(&self.parameters);
        printer.expression(&self.value);
        print_pattern(printer, &self.pattern);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
