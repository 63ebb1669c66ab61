//! `range`: makes a column of equal steps.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Range {
    pub column: Ident,
    pub from: Expr,
    pub to: Expr,
    pub step: Option<Expr>,
}

impl Operator for Range {
    const NAMES: &'static [&'static str] = &["range"];
    const SUMMARY: &'static str = "Makes a column of equal steps.";
    const SYNTAX: &'static str = "range Column from Start to Stop step Step";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Range> {
        let column = parser.ident()?;
        parser.expect_word("from")?;
        let from = parser.expression()?;
        parser.expect_word("to")?;
        let to = parser.expression()?;
        let step = if parser.eat_word("step") { Some(parser.expression()?) } else { None };
        Ok(Range { column, from, to, step })
    }
}

impl Node for Range {
    fn print(&self, printer: &mut Printer) {
        printer.word("range");
        printer.name(&self.column.name);
        printer.word("from");
        printer.expression(&self.from);
        printer.word("to");
        printer.expression(&self.to);
        if let Some(value) = &self.step {
            printer.word("step");
            printer.expression(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
