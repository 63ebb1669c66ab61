//! `execute-and-cache`: runs the rows so far once and keeps them.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ExecuteAndCache {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for ExecuteAndCache {
    const NAMES: &'static [&'static str] = &["execute-and-cache", "__executeAndCache"];
    const SUMMARY: &'static str = "Runs the rows so far once and keeps them.";
    const SYNTAX: &'static str = "T | execute-and-cache";
    const DIFFERS: &'static str = "nothing is kept from one query to the next";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ExecuteAndCache> {
        let parameters = parser.parameters(&["hint."])?;
        Ok(ExecuteAndCache { parameters })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.shared(input)
    }
}

impl Node for ExecuteAndCache {
    fn print(&self, printer: &mut Printer) {
        printer.word("execute-and-cache");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
