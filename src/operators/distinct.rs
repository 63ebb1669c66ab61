//! `distinct`: returns every combination of the given columns once.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Distinct {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<NamedExpr>,
}

impl Operator for Distinct {
    const NAMES: &'static [&'static str] = &["distinct"];
    const SUMMARY: &'static str = "Returns every combination of the given columns once.";
    const SYNTAX: &'static str = "T | distinct Column, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Distinct> {
        let parameters = parser.parameters(&["hint."])?;
        let columns = parser.named_list()?;
        Ok(Distinct { parameters, columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.distinct(input, &self.columns)
    }
}

impl Node for Distinct {
    fn print(&self, printer: &mut Printer) {
        printer.word("distinct");
        printer.parameters(&self.parameters);
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
