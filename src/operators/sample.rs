//! `sample`: returns the given number of random rows.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Sample {
    pub count: Expr,
}

impl Operator for Sample {
    const NAMES: &'static [&'static str] = &["sample"];
    const SUMMARY: &'static str = "Returns the given number of random rows.";
    const SYNTAX: &'static str = "T | sample NumberOfRows";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Sample> {
        let count = parser.expression()?;
        Ok(Sample { count })
    }
}

impl Node for Sample {
    fn print(&self, printer: &mut Printer) {
        printer.word("sample");
        printer.expression(&self.count);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
