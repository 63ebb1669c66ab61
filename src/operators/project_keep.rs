//! `project-keep`: keeps columns in their order.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::Projected;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ProjectKeep {
    pub columns: Vec<Expr>,
}

impl Operator for ProjectKeep {
    const NAMES: &'static [&'static str] = &["project-keep"];
    const SUMMARY: &'static str = "Keeps columns in their order.";
    const SYNTAX: &'static str = "T | project-keep Column, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectKeep> {
        let columns = parser.columns()?;
        Ok(ProjectKeep { columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let named = binder.columns(&input.outputs, &self.columns)?;
        let kept: Vec<_> = input.outputs.iter().filter(|o| named.iter().any(|n| n.id == o.id)).cloned().collect();
        Ok(Projected::keep(&kept).relation(input))
    }
}

impl Node for ProjectKeep {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-keep");
        printer.columns(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
