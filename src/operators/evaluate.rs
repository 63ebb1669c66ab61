//! `evaluate`: calls a plugin.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{ColumnDecl, Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Evaluate {
    pub parameters: Vec<OperatorParameter>,
    pub call: Expr,
    pub schema: Option<(Vec<ColumnDecl>, bool)>,
}

impl Operator for Evaluate {
    const NAMES: &'static [&'static str] = &["evaluate"];
    const SUMMARY: &'static str = "Calls a plugin.";
    const SYNTAX: &'static str = "T | evaluate Plugin(Arguments) [: (Column: Type, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Evaluate> {
        let parameters = parser.parameters(&["hint."])?;
        let call = parser.operand()?;
        let schema = if parser.eat(":") { Some(parser.schema()?) } else { None };
        Ok(Evaluate { parameters, call, schema })
    }
}

impl Node for Evaluate {
    fn print(&self, printer: &mut Printer) {
        printer.word("evaluate");
        printer.parameters(&self.parameters);
        printer.operand(&self.call);
        if let Some((columns, open)) = &self.schema {
            printer.raw(" : ");
            printer.schema(columns, *open);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
