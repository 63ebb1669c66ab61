//! `where`: keeps the rows that meet a condition.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Where {
    pub parameters: Vec<OperatorParameter>,
    pub predicate: NamedExpr,
}

impl Operator for Where {
    const NAMES: &'static [&'static str] = &["where", "filter"];
    const SUMMARY: &'static str = "Keeps the rows that meet a condition.";
    const SYNTAX: &'static str = "T | where Condition";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Where> {
        let parameters = parser.parameters(&["hint.", "__"])?;
        let predicate = parser.condition()?;
        Ok(Where { parameters, predicate })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        if let Some(name) = self.predicate.names.first() {
            let message = format!("a condition has no name: `{} =` compares nothing", name.name);
            return Err(Diagnostic::error(Code::SYNTAX, name.span, message).help("to compare, write `==` (or `=~` for text in any case)"));
        }
        binder.filter(input, &self.predicate.value)
    }
}

impl Node for Where {
    fn print(&self, printer: &mut Printer) {
        printer.word("where");
        printer.parameters(&self.parameters);
        printer.named(&self.predicate);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
