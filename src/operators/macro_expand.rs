//! `macro-expand`: runs a query for every entity of a group and unites the results.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter, Statement};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct MacroExpand {
    pub parameters: Vec<OperatorParameter>,
    pub group: Expr,
    pub name: Ident,
    pub body: Vec<Statement>,
}

impl Operator for MacroExpand {
    const NAMES: &'static [&'static str] = &["macro-expand"];
    const SUMMARY: &'static str = "Runs a query for every entity of a group and unites the results.";
    const SYNTAX: &'static str = "macro-expand EntityGroup as Name (Query)";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MacroExpand> {
        let parameters = parser.parameters(&["isfuzzy", "kind", "withsource", "with_source", "hint."])?;
        let group = parser.operand()?;
        parser.expect_word("as")?;
        let name = parser.ident()?;
        let body = parser.statements_in_parentheses()?;
        Ok(MacroExpand { parameters, group, name, body })
    }
}

impl Node for MacroExpand {
    fn print(&self, printer: &mut Printer) {
        printer.word("macro-expand");
        printer.parameters(&self.parameters);
        printer.operand(&self.group);
        printer.word("as");
        printer.name(&self.name.name);
        printer.word("(");
        printer.statements(&self.body);
        printer.raw(")");
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
