//! `extend`: adds computed columns, or replaces columns of the same name.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Extend {
    pub columns: Vec<NamedExpr>,
}

impl Operator for Extend {
    const NAMES: &'static [&'static str] = &["extend"];
    const SUMMARY: &'static str = "Adds computed columns, or replaces columns of the same name.";
    const SYNTAX: &'static str = "T | extend Column = Expression, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Extend> {
        let columns = parser.named_list()?;
        Ok(Extend { columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.extend(input, &self.columns)
    }
}

impl Node for Extend {
    fn print(&self, printer: &mut Printer) {
        printer.word("extend");
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
