//! `find`: finds rows that match a condition across tables.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct Find {
    pub parameters: Vec<OperatorParameter>,
    pub tables: Vec<Expr>,
    pub predicate: Expr,
    pub columns: Vec<FindColumn>,
    pub smart: bool,
    pub away: Vec<Expr>,
}

/// A column to show: `name`, `name:type` or `pack_all()`, `pack(*)`.
#[derive(Debug)]
pub struct FindColumn {
    pub value: Expr,
    pub ty: Option<Type>,
}

fn find_column(parser: &mut Parser) -> Result<FindColumn> {
    let value = parser.operand()?;
    let ty = if parser.eat(":") { Some(parser.type_name()?) } else { None };
    Ok(FindColumn { value, ty })
}

impl Operator for Find {
    const NAMES: &'static [&'static str] = &["find"];
    const SUMMARY: &'static str = "Finds rows that match a condition across tables.";
    const SYNTAX: &'static str = "find [in (Tables)] [where] Predicate [project Columns | project-smart]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Find> {
        let parameters = parser.parameters(&["withsource", "with_source", "datascope", "isfuzzy", "hint.", "__"])?;
        let tables = if parser.at_word("in") && parser.at_next("(") {
            parser.expect_word("in")?;
            parser.tables()?
        } else {
            Vec::new()
        };
        parser.eat_word("where");
        let predicate = parser.expression()?;
        let smart = parser.eat_name("project-smart");
        let away = if parser.eat_name("project-away") { parser.columns()? } else { Vec::new() };
        let columns = if !smart && away.is_empty() && parser.eat_word("project") { parser.list(find_column)? } else { Vec::new() };
        let away = if away.is_empty() && parser.eat_name("project-away") { parser.columns()? } else { away };
        Ok(Find { parameters, tables, predicate, columns, smart, away })
    }
}

impl Node for Find {
    fn print(&self, printer: &mut Printer) {
        printer.word("find");
        printer.parameters(&self.parameters);
        if !self.tables.is_empty() {
            printer.word("in");
            printer.parenthesised(&self.tables, Printer::operand);
        }
        printer.word("where");
        printer.expression(&self.predicate);
        if self.smart {
            printer.word("project-smart");
        }
        if !self.columns.is_empty() {
            printer.word("project");
            printer.list(&self.columns, |p, c| {
                p.expression(&c.value);
                if let Some(ty) = c.ty {
                    p.raw(":");
                    p.raw(ty.name());
                }
            });
        }
        if !self.away.is_empty() {
            printer.word("project-away");
            printer.columns(&self.away);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
