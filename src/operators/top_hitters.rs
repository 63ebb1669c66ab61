//! `top-hitters`: estimates the most frequent values.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct TopHitters {
    pub count: Expr,
    pub of: NamedExpr,
    pub by: Option<NamedExpr>,
}

impl Operator for TopHitters {
    const NAMES: &'static [&'static str] = &["top-hitters"];
    const SUMMARY: &'static str = "Estimates the most frequent values.";
    const SYNTAX: &'static str = "T | top-hitters NumberOfValues of Expression [by Weight]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<TopHitters> {
        let count = parser.expression()?;
        parser.expect_word("of")?;
        let of = parser.named()?;
        let by = if parser.eat_word("by") { Some(parser.named()?) } else { None };
        Ok(TopHitters { count, of, by })
    }
}

impl Node for TopHitters {
    fn print(&self, printer: &mut Printer) {
        printer.word("top-hitters");
        printer.expression(&self.count);
        printer.word("of");
        printer.named(&self.of);
        if let Some(value) = &self.by {
            printer.word("by");
            printer.named(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
