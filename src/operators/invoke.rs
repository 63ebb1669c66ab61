//! `invoke`: calls a function with the rows as its first argument.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Invoke {
    pub call: Expr,
}

impl Operator for Invoke {
    const NAMES: &'static [&'static str] = &["invoke"];
    const SUMMARY: &'static str = "Calls a function with the rows as its first argument.";
    const SYNTAX: &'static str = "T | invoke Function(Arguments)";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Invoke> {
        let call = parser.operand()?;
        Ok(Invoke { call })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.invoke(input, &self.call)
    }
}

impl Node for Invoke {
    fn print(&self, printer: &mut Printer) {
        printer.word("invoke");
        printer.operand(&self.call);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
