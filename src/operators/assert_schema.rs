//! `assert-schema`: fails unless the table has exactly these columns.

use std::any::Any;

use crate::diagnostic::Result;
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

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<AssertSchema> {
        let (columns, open) = parser.schema()?;
        Ok(AssertSchema { columns, open })
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
