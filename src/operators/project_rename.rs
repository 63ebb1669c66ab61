//! `project-rename`: renames columns.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ProjectRename {
    pub columns: Vec<NamedExpr>,
}

impl Operator for ProjectRename {
    const NAMES: &'static [&'static str] = &["project-rename"];
    const SUMMARY: &'static str = "Renames columns.";
    const SYNTAX: &'static str = "T | project-rename New = Old, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectRename> {
        let columns = parser.named_list()?;
        Ok(ProjectRename { columns })
    }
}

impl Node for ProjectRename {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-rename");
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
