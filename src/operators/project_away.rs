//! `project-away`: drops columns.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::Projected;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ProjectAway {
    pub columns: Vec<Expr>,
}

impl Operator for ProjectAway {
    const NAMES: &'static [&'static str] = &["project-away"];
    const SUMMARY: &'static str = "Drops columns.";
    const SYNTAX: &'static str = "T | project-away Column, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectAway> {
        let columns = parser.columns()?;
        Ok(ProjectAway { columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let gone = binder.columns(&input.outputs, &self.columns)?;
        let kept: Vec<_> = input.outputs.iter().filter(|o| !gone.iter().any(|g| g.id == o.id)).cloned().collect();
        Ok(Projected::keep(&kept).relation(input))
    }
}

impl Node for ProjectAway {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-away");
        printer.columns(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
