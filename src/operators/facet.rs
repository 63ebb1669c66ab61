//! `facet`: returns one table of values and counts for each column.

use std::any::Any;

use crate::bind::{Binder, ResultTable};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Facet {
    pub columns: Vec<Expr>,
    pub with: Option<Expr>,
}

impl Operator for Facet {
    const NAMES: &'static [&'static str] = &["facet"];
    const SUMMARY: &'static str = "Returns one table of values and counts for each column.";
    const SYNTAX: &'static str = "T | facet by Column, ... [with (Pipeline)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Facet> {
        parser.expect_word("by")?;
        let columns = parser.list(Parser::operand)?;
        let with = if !parser.eat_word("with") {
            None
        } else if parser.at("(") {
            Some(parser.contextual_in_parentheses()?)
        } else {
            Some(parser.contextual_operator()?)
        };
        Ok(Facet { columns, with })
    }

    fn bind(&self, _binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        Err(super::gives_several("facet", span))
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        let input = binder.require_input(input, span)?;
        let input = binder.shared(input)?;
        let mut tables = Vec::new();
        if let Some(with) = &self.with {
            let rows = binder.freshen(&input);
            tables.extend(binder.piped(with, rows)?);
        }
        for column in binder.columns(&input.outputs, &self.columns)? {
            let rows = binder.freshen(&input);
            tables.push(ResultTable { relation: binder.facet(rows, &column.name, span)?, name: column.name });
        }
        Ok(tables)
    }
}

impl Node for Facet {
    fn print(&self, printer: &mut Printer) {
        printer.word("facet");
        printer.word("by");
        printer.columns(&self.columns);
        if let Some(with) = &self.with {
            printer.word("with");
            printer.contextual(with);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
