//! `serialize`: promises that the order of rows is fixed; may add columns.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Serialize {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<NamedExpr>,
}

impl Operator for Serialize {
    const NAMES: &'static [&'static str] = &["serialize"];
    const SUMMARY: &'static str = "Promises that the order of rows is fixed; may add columns.";
    const SYNTAX: &'static str = "T | serialize [Column = Expression, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Serialize> {
        let parameters = parser.parameters(&["hint."])?;
        let columns = if parser.at_operator_end() { Vec::new() } else { parser.named_list()? };
        Ok(Serialize { parameters, columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let mut input = binder.require_input(input, span)?;
        input.ordered = true;
        if self.columns.is_empty() {
            return Ok(input);
        }
        binder.extend(input, &self.columns)
    }
}

impl Node for Serialize {
    fn print(&self, printer: &mut Printer) {
        printer.word("serialize");
        printer.parameters(&self.parameters);
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
