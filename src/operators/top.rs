//! `top`: returns the first rows by an order.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter, SortExpr};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Top {
    pub parameters: Vec<OperatorParameter>,
    pub count: Expr,
    pub keys: Vec<SortExpr>,
}

impl Operator for Top {
    const NAMES: &'static [&'static str] = &["top"];
    const SUMMARY: &'static str = "Returns the first rows by an order.";
    const SYNTAX: &'static str = "T | top NumberOfRows by Expression [asc | desc] [nulls first | nulls last]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Top> {
        let parameters = parser.parameters(&["hint."])?;
        let count = parser.expression()?;
        parser.expect_word("by")?;
        let keys = parser.list(Parser::sort_key)?;
        Ok(Top { parameters, count, keys })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant_usize(&self.count)?;
        binder.sort(input, &self.keys, Some(count))
    }
}

impl Node for Top {
    fn print(&self, printer: &mut Printer) {
        printer.word("top");
        printer.parameters(&self.parameters);
        printer.expression(&self.count);
        printer.word("by");
        printer.list(&self.keys, Printer::sort_key);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
