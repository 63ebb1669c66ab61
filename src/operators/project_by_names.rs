//! `project-by-names`: keeps columns whose names are computed.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ProjectByNames {
    pub columns: Vec<Expr>,
}

impl Operator for ProjectByNames {
    const NAMES: &'static [&'static str] = &["project-by-names"];
    const SUMMARY: &'static str = "Keeps columns whose names are computed.";
    const SYNTAX: &'static str = "T | project-by-names Names, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectByNames> {
        let columns = parser.columns()?;
        Ok(ProjectByNames { columns })
    }
}

impl Node for ProjectByNames {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-by-names");
        printer.columns(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
