//! `consume`: reads its input to the end and returns nothing.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Consume {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for Consume {
    const NAMES: &'static [&'static str] = &["consume"];
    const SUMMARY: &'static str = "Reads its input to the end and returns nothing.";
    const SYNTAX: &'static str = "T | consume";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Consume> {
        let parameters = parser.parameters(&["decodeblocks", "hint."])?;
        Ok(Consume { parameters })
    }
}

impl Node for Consume {
    fn print(&self, printer: &mut Printer) {
        printer.word("consume");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
