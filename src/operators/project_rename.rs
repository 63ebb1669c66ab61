//! `project-rename`: renames columns.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::Projected;
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

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

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let mut outputs = input.outputs.clone();
        for item in &self.columns {
            let [name] = item.names.as_slice() else {
                return Err(Diagnostic::error(Code::SYNTAX, item.value.span, "project-rename takes `NewName = OldName`"));
            };
            let old = binder.columns(&input.outputs, std::slice::from_ref(&item.value))?;
            let Some(old) = old.first() else { continue };
            if outputs.iter().any(|o| o.name == name.name && o.id != old.id) {
                return Err(Diagnostic::error(
                    Code::DUPLICATE_COLUMN,
                    name.span,
                    format!("a column named `{}` is already there", name.name),
                ));
            }
            // A hidden column that gets a name becomes a column like any other.
            match outputs.iter_mut().find(|o| o.id == old.id) {
                Some(output) => output.name = name.name.clone(),
                None => continue,
            }
        }
        Ok(Projected::keep(&outputs).relation(input))
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
