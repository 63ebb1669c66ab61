//! `mv-apply`: runs a pipeline over the elements of each row.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::mv_expand::{MvColumn, mv_column, print_mv_column};

#[derive(Debug)]
pub struct MvApply {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<MvColumn>,
    pub limit: Option<Expr>,
    pub id: Option<Expr>,
    pub body: Expr,
}

impl Operator for MvApply {
    const NAMES: &'static [&'static str] = &["mv-apply", "mvapply"];
    const SUMMARY: &'static str = "Runs a pipeline over the elements of each row.";
    const SYNTAX: &'static str = "T | mv-apply [Name =] Array [to typeof(Type)], ... [limit N] on (Pipeline)";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MvApply> {
        let parameters = parser.parameters(&["bagexpansion", "kind", "with_itemindex", "hint."])?;
        let columns = if parser.at_word("on") { Vec::new() } else { parser.list(mv_column)? };
        let limit = if parser.eat_word("limit") { Some(parser.expression()?) } else { None };
        let id = if parser.eat_word("id") { Some(parser.expression()?) } else { None };
        parser.expect_word("on")?;
        let body = parser.contextual_in_parentheses()?;
        Ok(MvApply { parameters, columns, limit, id, body })
    }
}

impl Node for MvApply {
    fn print(&self, printer: &mut Printer) {
        printer.word("mv-apply");
        printer.parameters(&self.parameters);
        printer.list(&self.columns, print_mv_column);
        if let Some(value) = &self.limit {
            printer.word("limit");
            printer.expression(value);
        }
        if let Some(value) = &self.id {
            printer.word("id");
            printer.expression(value);
        }
        printer.word("on");
        printer.contextual(&self.body);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
