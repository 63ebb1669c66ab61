//! `mv-expand`: makes a row of each element of dynamic arrays or bags.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct MvExpand {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<MvColumn>,
    pub limit: Option<Expr>,
}

/// `name = array to typeof(type)`.
#[derive(Debug)]
pub struct MvColumn {
    pub named: NamedExpr,
    pub ty: Option<Type>,
}

pub(super) fn mv_column(parser: &mut Parser) -> Result<MvColumn> {
    let named = parser.named()?;
    let ty = if parser.eat_word("to") { Some(parser.type_of()?) } else { None };
    Ok(MvColumn { named, ty })
}

pub(super) fn print_mv_column(printer: &mut Printer, column: &MvColumn) {
    printer.named(&column.named);
    if let Some(ty) = column.ty {
        printer.word("to");
        printer.word(&format!("typeof({ty})"));
    }
}

impl Operator for MvExpand {
    const NAMES: &'static [&'static str] = &["mv-expand", "mvexpand"];
    const SUMMARY: &'static str = "Makes a row of each element of dynamic arrays or bags.";
    const SYNTAX: &'static str = "T | mv-expand [kind = Kind] [Name =] Array [to typeof(Type)], ... [limit N]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MvExpand> {
        let parameters = parser.parameters(&["bagexpansion", "kind", "with_itemindex", "hint."])?;
        let columns = parser.list(mv_column)?;
        let limit = if parser.eat_word("limit") { Some(parser.expression()?) } else { None };
        Ok(MvExpand { parameters, columns, limit })
    }
}

impl Node for MvExpand {
    fn print(&self, printer: &mut Printer) {
        printer.word("mv-expand");
        printer.parameters(&self.parameters);
        printer.list(&self.columns, print_mv_column);
        if let Some(value) = &self.limit {
            printer.word("limit");
            printer.expression(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
