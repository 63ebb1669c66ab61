//! `datatable`: a table written in the query.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{ColumnDecl, Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct DataTable {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<ColumnDecl>,
    pub values: Vec<Expr>,
}

impl Operator for DataTable {
    const NAMES: &'static [&'static str] = &["datatable", "contextual_datatable"];
    const SUMMARY: &'static str = "A table written in the query.";
    const SYNTAX: &'static str = "datatable (Column: Type, ...) [Value, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<DataTable> {
        let parameters = parser.parameters(&["hint.", "kind"])?;
        let (columns, _) = parser.schema()?;
        parser.expect("[")?;
        let values = parser.list_until("]", Parser::expression)?;
        Ok(DataTable { parameters, columns, values })
    }
}

impl Node for DataTable {
    fn print(&self, printer: &mut Printer) {
        printer.word("datatable");
        printer.parameters(&self.parameters);
        printer.word("");
        printer.schema(&self.columns, false);
        printer.word("[");
        printer.list(&self.values, Printer::expression);
        printer.raw("]");
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
