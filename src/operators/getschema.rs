//! `getschema`: returns a row for each column: its name, place and type.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GetSchema {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for GetSchema {
    const NAMES: &'static [&'static str] = &["getschema"];
    const SUMMARY: &'static str = "Returns a row for each column: its name, place and type.";
    const SYNTAX: &'static str = "T | getschema";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GetSchema> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        Ok(GetSchema { parameters })
    }
}

impl Node for GetSchema {
    fn print(&self, printer: &mut Printer) {
        printer.word("getschema");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
