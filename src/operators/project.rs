//! `project`: keeps, renames and computes columns.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Project {
    pub columns: Vec<NamedExpr>,
}

impl Operator for Project {
    const NAMES: &'static [&'static str] = &["project"];
    const SUMMARY: &'static str = "Keeps, renames and computes columns.";
    const SYNTAX: &'static str = "T | project [Name =] Expression, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Project> {
        let columns = if parser.at_operator_end() { Vec::new() } else { parser.named_list()? };
        Ok(Project { columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.select(input, &self.columns)
    }
}

impl Node for Project {
    fn print(&self, printer: &mut Printer) {
        printer.word("project");
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
