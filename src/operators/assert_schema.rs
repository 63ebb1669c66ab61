//! `assert-schema`: fails unless the table has exactly these columns.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{ColumnDecl, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct AssertSchema {
    pub columns: Vec<ColumnDecl>,
    pub open: bool,
}

impl Operator for AssertSchema {
    const NAMES: &'static [&'static str] = &["assert-schema"];
    const SUMMARY: &'static str = "Fails unless the table has exactly these columns.";
    const SYNTAX: &'static str = "T | assert-schema (Column: Type, ...)";
    const EXAMPLES: &'static [crate::plan::Example] = &[("datatable(a:long)[1] | assert-schema (a:long)", "1")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<AssertSchema> {
        let (columns, open) = parser.schema()?;
        Ok(AssertSchema { columns, open })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let fits = |c: &ColumnDecl| input.outputs.iter().any(|o| o.name == c.name.name && o.ty == c.ty);
        if let Some(missing) = self.columns.iter().find(|c| !fits(c)) {
            let message = format!("the table has no column `{}` of type {}", missing.name.name, missing.ty);
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, missing.name.span, message));
        }
        let shown: Vec<_> = input.outputs.iter().filter(|o| !o.name.is_empty()).collect();
        match shown.iter().find(|o| !self.columns.iter().any(|c| c.name.name == o.name)) {
            Some(extra) if !self.open => {
                Err(Diagnostic::error(Code::INVALID_ARGUMENT, span, format!("the table has a column `{}` besides", extra.name)))
            }
            _ => Ok(input),
        }
    }
}

impl Node for AssertSchema {
    fn print(&self, printer: &mut Printer) {
        printer.word("assert-schema");
        printer.word("");
        printer.schema(&self.columns, self.open);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
