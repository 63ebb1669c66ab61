//! `as`: names the rows so far, for later statements and for `union withsource`.

use std::any::Any;

use crate::bind::{Binder, Binding, ResultTable};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use std::sync::Arc;

use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct As {
    pub parameters: Vec<OperatorParameter>,
    pub name: Ident,
}

impl Operator for As {
    const NAMES: &'static [&'static str] = &["as"];
    const SUMMARY: &'static str = "Names the rows so far, for later statements and for `union withsource`.";
    const SYNTAX: &'static str = "T | as Name";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<As> {
        let parameters = parser.parameters(&["hint."])?;
        let name = parser.ident()?;
        Ok(As { parameters, name })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        binder.env = binder.env.bind(self.name.name.clone(), Binding::Tabular(Arc::new(input.clone())));
        // The name keeps the columns' identities for itself: the rest of the pipeline gets its own.
        Ok(binder.freshen(&input))
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        Ok(vec![ResultTable { name: self.name.name.clone(), relation: self.bind(binder, input, span)? }])
    }
}

impl Node for As {
    fn print(&self, printer: &mut Printer) {
        printer.word("as");
        printer.parameters(&self.parameters);
        printer.name(&self.name.name);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
