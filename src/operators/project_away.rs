//! `project-away`: drops columns.

use std::any::Any;

use crate::diagnostic::Result;
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
