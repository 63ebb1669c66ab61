//! `search`: finds rows with a text in any column, across tables.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::{filtered, parameters};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Search {
    pub parameters: Vec<OperatorParameter>,
    pub tables: Vec<Expr>,
    pub predicate: Expr,
}

impl Operator for Search {
    const NAMES: &'static [&'static str] = &["search"];
    const SUMMARY: &'static str = "Finds rows with a text in any column, across tables.";
    const SYNTAX: &'static str = "[T |] search [kind = Kind] [in (Tables)] Predicate";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Search> {
        let parameters = parser.parameters(&["kind", "withsource", "with_source", "isfuzzy", "hint.", "__"])?;
        let tables = if parser.eat_word("in") { parser.tables()? } else { Vec::new() };
        let predicate = parser.expression()?;
        Ok(Search { parameters, tables, predicate })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let sensitive = parameters::choice(
            &self.parameters,
            "kind",
            false,
            &[("default", false), ("case_insensitive", false), ("case_sensitive", true)],
        )?;
        let relation = match input {
            Some(input) => binder.with_table_name(input),
            None => binder.searched(&self.tables, span)?,
        };
        let outputs = relation.outputs.clone();
        let (relation, predicate) = binder.over(relation, |binder| binder.search_predicate(&self.predicate, sensitive))?;
        Ok(filtered(relation, predicate, outputs))
    }
}

impl Node for Search {
    fn print(&self, printer: &mut Printer) {
        printer.word("search");
        printer.parameters(&self.parameters);
        if !self.tables.is_empty() {
            printer.word("in");
            printer.parenthesised(&self.tables, Printer::operand);
        }
        printer.expression(&self.predicate);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
