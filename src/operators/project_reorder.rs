//! `project-reorder`: moves columns to the front, in the given order.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::Projected;
use crate::diagnostic::{Result, Span};
use crate::plan::Output;
use crate::plan::Relation;

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

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let mut order = Vec::new();
        for key in &self.columns {
            let mut matching = binder.columns(&input.outputs, std::slice::from_ref(&key.column))?;
            match key.order.as_ref().map(|o| o.name.as_str()) {
                Some("desc") => matching.sort_by(|a, b| b.name.cmp(&a.name)),
                Some("asc") => matching.sort_by(|a, b| a.name.cmp(&b.name)),
                Some("granny-asc") => matching.sort_by_key(|a| natural(&a.name)),
                Some("granny-desc") => matching.sort_by_key(|a| std::cmp::Reverse(natural(&a.name))),
                _ => {}
            }
            for column in matching {
                if !order.iter().any(|o: &Output| o.id == column.id) {
                    order.push(column);
                }
            }
        }
        let rest: Vec<_> = input.outputs.iter().filter(|o| !order.iter().any(|f| f.id == o.id)).cloned().collect();
        order.extend(rest);
        Ok(Projected::keep(&order).relation(input))
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

/// A name as words and numbers, so that `a2` comes before `a10` (`granny-asc`).
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        parts.push((number.parse().unwrap_or(0), after[..end].to_owned()));
        rest = &after[end..];
    }
    parts
}
