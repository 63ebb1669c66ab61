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
    pub key: SortExpr,
}

impl Operator for Top {
    const NAMES: &'static [&'static str] = &["top"];
    const SUMMARY: &'static str = "Returns the first rows by an order.";
    const SYNTAX: &'static str = "T | top NumberOfRows by Expression [asc | desc] [nulls first | nulls last]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Top> {
        let parameters = parser.parameters(&["hint."])?;
        let count = parser.expression()?;
        parser.expect_word("by")?;
        let key = parser.sort_key()?;
        if parser.at(",") {
            return Err(parser.expected("`|` or the end of the operator").help("`top` takes one key: write `sort by a, b | take 10`"));
        }
        Ok(Top { parameters, count, key })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant_usize(&self.count)?;
        binder.sort(input, std::slice::from_ref(&self.key), Some(count))
    }
}

impl Node for Top {
    fn print(&self, printer: &mut Printer) {
        printer.word("top");
        printer.parameters(&self.parameters);
        printer.expression(&self.count);
        printer.word("by");
        printer.sort_key(&self.key);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
