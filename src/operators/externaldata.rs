//! `externaldata`: reads a table from files or addresses.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{ColumnDecl, Expr, Ident, Node, OperatorParameter, Property};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ExternalData {
    pub columns: Vec<ColumnDecl>,
    pub parameters: Vec<OperatorParameter>,
    pub uris: Vec<Expr>,
    pub properties: Vec<Property>,
}

impl Operator for ExternalData {
    const NAMES: &'static [&'static str] = &["externaldata", "external_data"];
    const SUMMARY: &'static str = "Reads a table from files or addresses.";
    const SYNTAX: &'static str = "externaldata (Column: Type, ...) [Uri, ...] [with (Property = Value, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ExternalData> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        let (columns, _) = parser.schema()?;
        parser.expect("[")?;
        let uris = parser.list_until("]", Parser::expression)?;
        let properties = if parser.eat_word("with") { parser.properties()? } else { Vec::new() };
        Ok(ExternalData { columns, parameters, uris, properties })
    }
}

impl Node for ExternalData {
    fn print(&self, printer: &mut Printer) {
        printer.word("externaldata");
        printer.parameters(&self.parameters);
        printer.word("");
        printer.schema(&self.columns, false);
        printer.word("[");
        printer.list(&self.uris, Printer::expression);
        printer.raw("]");
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
