//! `sort`: orders the rows.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, Node, OperatorParameter, SortExpr};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Sort {
    pub parameters: Vec<OperatorParameter>,
    pub keys: Vec<SortExpr>,
}

impl Operator for Sort {
    const NAMES: &'static [&'static str] = &["sort", "order"];
    const SUMMARY: &'static str = "Orders the rows.";
    const SYNTAX: &'static str = "T | sort by Column [asc | desc] [nulls first | nulls last], ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Sort> {
        let parameters = parser.parameters(&["hint.", "kind"])?;
        parser.expect_word("by")?;
        let keys = parser.list(Parser::sort_key)?;
        Ok(Sort { parameters, keys })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let input = binder.require_input(input, span)?;
        binder.sort(input, &self.keys, None)
    }
}

impl Node for Sort {
    fn print(&self, printer: &mut Printer) {
        printer.word("sort");
        printer.parameters(&self.parameters);
        printer.word("by");
        printer.list(&self.keys, Printer::sort_key);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
