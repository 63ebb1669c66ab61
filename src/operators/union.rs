//! `union`: appends the rows of several tables.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Union {
    pub parameters: Vec<OperatorParameter>,
    pub tables: Vec<Expr>,
}

impl Operator for Union {
    const NAMES: &'static [&'static str] = &["union"];
    const SUMMARY: &'static str = "Appends the rows of several tables.";
    const SYNTAX: &'static str = "[T |] union [kind = inner | outer] [withsource = Name] [isfuzzy = true] Table, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Union> {
        let parameters = parser.parameters(&["kind", "withsource", "with_source", "isfuzzy", "hint.", "__"])?;
        let tables = parser.with_names(|p| p.list(Parser::operand))?;
        Ok(Union { parameters, tables })
    }
}

impl Node for Union {
    fn print(&self, printer: &mut Printer) {
        printer.word("union");
        printer.parameters(&self.parameters);
        printer.list(&self.tables, Printer::operand);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
