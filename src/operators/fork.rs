//! `fork`: feeds the rows to several pipelines, one result each.

use std::any::Any;

use crate::bind::{Binder, ResultTable};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Fork {
    pub branches: Vec<(Option<Ident>, Expr)>,
}

fn branch(parser: &mut Parser) -> Result<(Option<Ident>, Expr)> {
    let name = if parser.at("(") { None } else { Some(parser.ident()?) };
    if name.is_some() {
        parser.expect("=")?;
    }
    Ok((name, parser.contextual_in_parentheses()?))
}

impl Operator for Fork {
    const NAMES: &'static [&'static str] = &["fork"];
    const SUMMARY: &'static str = "Feeds the rows to several pipelines, one result each.";
    const SYNTAX: &'static str = "T | fork [Name =] (Pipeline) ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Fork> {
        let mut branches = vec![branch(parser)?];
        while !parser.at_end() && !parser.at("|") && !parser.at(")") && !parser.at(";") && !parser.at("}") {
            branches.push(branch(parser)?);
        }
        Ok(Fork { branches })
    }

    fn bind(&self, _binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        Err(super::gives_several("fork", span))
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        let input = binder.require_input(input, span)?;
        let input = binder.shared(input)?;
        let mut tables = Vec::new();
        for (name, body) in &self.branches {
            let rows = binder.freshen(&input);
            for mut table in binder.piped(body, rows)? {
                if let Some(name) = name {
                    table.name.clone_from(&name.name);
                }
                tables.push(table);
            }
        }
        Ok(tables)
    }
}

impl Node for Fork {
    fn print(&self, printer: &mut Printer) {
        printer.word("fork");
        for (name, body) in &self.branches {
            if let Some(name) = name {
                printer.name(&name.name);
                printer.word("=");
            }
            printer.contextual(body);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
