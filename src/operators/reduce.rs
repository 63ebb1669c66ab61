//! `reduce`: groups texts that are alike by a pattern.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Reduce {
    pub parameters: Vec<OperatorParameter>,
    pub by: NamedExpr,
    pub with: Vec<OperatorParameter>,
}

fn parameter(parser: &mut Parser) -> Result<OperatorParameter> {
    parser.any_parameter().unwrap_or_else(|| Err(parser.expected("`threshold = …` or `characters = …`")))
}

impl Operator for Reduce {
    const NAMES: &'static [&'static str] = &["reduce"];
    const SUMMARY: &'static str = "Groups texts that are alike by a pattern.";
    const SYNTAX: &'static str = "T | reduce by Expression [with threshold = N, characters = S]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Reduce> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        parser.expect_word("by")?;
        let by = parser.named()?;
        let with = if parser.eat_word("with") { parser.list(parameter)? } else { Vec::new() };
        Ok(Reduce { parameters, by, with })
    }
}

impl Node for Reduce {
    fn print(&self, printer: &mut Printer) {
        printer.word("reduce");
        printer.parameters(&self.parameters);
        printer.word("by");
        printer.named(&self.by);
        if !self.with.is_empty() {
            printer.word("with");
            printer.list(&self.with, |p, one| p.parameters(std::slice::from_ref(one)));
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
