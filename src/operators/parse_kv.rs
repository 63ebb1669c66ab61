//! `parse-kv`: extracts keys and values from text.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{ColumnDecl, Expr, Ident, Node, OperatorParameter, Property};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ParseKv {
    pub parameters: Vec<OperatorParameter>,
    pub value: Expr,
    pub columns: Vec<ColumnDecl>,
    pub properties: Vec<Property>,
}

impl Operator for ParseKv {
    const NAMES: &'static [&'static str] = &["parse-kv"];
    const SUMMARY: &'static str = "Extracts keys and values from text.";
    const SYNTAX: &'static str = "T | parse-kv Expression as (Key: Type, ...) [with (Property = Value, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ParseKv> {
        let parameters = parser.parameters(&["kind", "flags", "hint."])?;
        let value = parser.expression()?;
        parser.expect_word("as")?;
        let (columns, _) = parser.schema()?;
        let properties = if parser.eat_word("with") { parser.properties()? } else { Vec::new() };
        Ok(ParseKv { parameters, value, columns, properties })
    }
}

impl Node for ParseKv {
    fn print(&self, printer: &mut Printer) {
        printer.word("parse-kv");
        printer.parameters(&self.parameters);
        printer.expression(&self.value);
        printer.word("as ");
        printer.schema(&self.columns, false);
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
