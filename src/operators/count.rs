//! `count`: returns the number of rows.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Count {
    pub parameters: Vec<OperatorParameter>,
    pub name: Option<Ident>,
}

impl Operator for Count {
    const NAMES: &'static [&'static str] = &["count"];
    const SUMMARY: &'static str = "Returns the number of rows.";
    const SYNTAX: &'static str = "T | count";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Count> {
        let parameters = parser.parameters(&["hint."])?;
        let name = if parser.eat_word("as") { Some(parser.ident()?) } else { None };
        Ok(Count { parameters, name })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let name = self.name.as_ref().map_or("Count", |n| n.name.as_str());
        binder.count(input, name, span)
    }
}

impl Node for Count {
    fn print(&self, printer: &mut Printer) {
        printer.word("count");
        printer.parameters(&self.parameters);
        if let Some(value) = &self.name {
            printer.word("as");
            printer.name(&value.name);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
