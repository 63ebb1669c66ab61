//! `lookup`: extends rows with columns of a small table by equal keys.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::JoinKind;
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Lookup {
    pub parameters: Vec<OperatorParameter>,
    pub right: Expr,
    pub on: Vec<Expr>,
}

impl Operator for Lookup {
    const NAMES: &'static [&'static str] = &["lookup"];
    const SUMMARY: &'static str = "Extends rows with columns of a small table by equal keys.";
    const SYNTAX: &'static str = "T | lookup [kind = Kind] (Table) on Key, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Lookup> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        let right = parser.table()?;
        let on = if parser.eat_word("on") {
            parser.list(Parser::expression)?
        } else if parser.eat_word("where") {
            vec![parser.expression()?]
        } else {
            Vec::new()
        };
        Ok(Lookup { parameters, right, on })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let left = binder.require_input(input, span)?;
        let kinds = [("leftouter", JoinKind::LeftOuter), ("inner", JoinKind::Inner)];
        let kind = parameters::choice(&self.parameters, "kind", JoinKind::LeftOuter, &kinds)?;
        let right = binder.subquery(&self.right)?;
        let on = binder.join_keys(&left.outputs, &right.outputs, &self.on, span)?;
        Ok(binder.lookup(left, right, kind, on))
    }
}

impl Node for Lookup {
    fn print(&self, printer: &mut Printer) {
        printer.word("lookup");
        printer.parameters(&self.parameters);
        printer.operand(&self.right);
        if !self.on.is_empty() {
            printer.word("on");
            printer.list(&self.on, Printer::expression);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
