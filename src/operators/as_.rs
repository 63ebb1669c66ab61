//! `as`: names the rows so far, for later statements and for `union withsource`.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct As {
    pub parameters: Vec<OperatorParameter>,
    pub name: Ident,
}

impl Operator for As {
    const NAMES: &'static [&'static str] = &["as"];
    const SUMMARY: &'static str = "Names the rows so far, for later statements and for `union withsource`.";
    const SYNTAX: &'static str = "T | as Name";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<As> {
        let parameters = parser.parameters(&["hint."])?;
        let name = parser.ident()?;
        Ok(As { parameters, name })
    }
}

impl Node for As {
    fn print(&self, printer: &mut Printer) {
        printer.word("as");
        printer.parameters(&self.parameters);
        printer.name(&self.name.name);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
