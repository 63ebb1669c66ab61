//! `summarize`: aggregates rows, by groups or altogether.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Summarize {
    pub parameters: Vec<OperatorParameter>,
    pub aggregates: Vec<NamedExpr>,
    pub by: Vec<NamedExpr>,
}

impl Operator for Summarize {
    const NAMES: &'static [&'static str] = &["summarize"];
    const SUMMARY: &'static str = "Aggregates rows, by groups or altogether.";
    const SYNTAX: &'static str = "T | summarize [Column =] Aggregate, ... [by Column, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Summarize> {
        let parameters = parser.parameters(&["hint.", "kind", "bin_legacy"])?;
        let aggregates = if parser.at_word("by") || parser.at_operator_end() { Vec::new() } else { parser.named_list()? };
        let by = if parser.eat_word("by") { parser.named_list()? } else { Vec::new() };
        Ok(Summarize { parameters, aggregates, by })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind", "bin_legacy"])?;
        let input = binder.require_input(input, span)?;
        binder.summarize(input, &self.aggregates, &self.by)
    }
}

impl Node for Summarize {
    fn print(&self, printer: &mut Printer) {
        printer.word("summarize");
        printer.parameters(&self.parameters);
        printer.named_list(&self.aggregates);
        printer.by(&self.by);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
