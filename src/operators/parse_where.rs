//! `parse-where`: extracts columns by a pattern and drops rows that do not match.

use std::any::Any;

use crate::diagnostic::Result;
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
