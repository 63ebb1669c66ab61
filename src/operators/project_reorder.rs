//! `project-reorder`: moves columns to the front, in the given order.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct ProjectReorder {
    pub columns: Vec<ReorderColumn>,
}

/// A column or a wildcard with the order of its matches: `asc`, `desc`, `granny-asc`, `granny-desc`.
#[derive(Debug)]
pub struct ReorderColumn {
    pub column: Expr,
    pub order: Option<Ident>,
}

fn column(parser: &mut Parser) -> Result<ReorderColumn> {
    let column = parser.table()?;
    let start = parser.span();
    let order = ["asc", "desc", "granny-asc", "granny-desc"].into_iter().find(|order| parser.eat_name(order));
    Ok(ReorderColumn { column, order: order.map(|name| Ident { name: name.to_string(), span: parser.span_from(start) }) })
}

impl Operator for ProjectReorder {
    const NAMES: &'static [&'static str] = &["project-reorder"];
    const SUMMARY: &'static str = "Moves columns to the front, in the given order.";
    const SYNTAX: &'static str = "T | project-reorder Column [asc | desc], ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectReorder> {
        let columns = parser.list(column)?;
        Ok(ProjectReorder { columns })
    }
}

impl Node for ProjectReorder {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-reorder");
        printer.list(&self.columns, |p, c| {
            p.operand(&c.column);
            if let Some(order) = &c.order {
                p.word(&order.name);
            }
        });
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
