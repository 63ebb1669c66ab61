//! `print`: makes one row of scalar expressions.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::{Projected, Projection};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::value::Batch;

use crate::syntax::ast::{Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Print {
    pub columns: Vec<NamedExpr>,
}

impl Operator for Print {
    const NAMES: &'static [&'static str] = &["print"];
    const SUMMARY: &'static str = "Makes one row of scalar expressions.";
    const SYNTAX: &'static str = "print [Name =] Expression, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Print> {
        let columns = parser.named_list()?;
        Ok(Print { columns })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, _span: Span) -> Result<Relation> {
        let one_row = binder.values(Vec::new(), Batch::new(Vec::new(), 1));
        let mut projected = Projected::default();
        let (input, ()) = binder.over(one_row, |binder| binder.project(&self.columns, &mut projected, Projection::Print))?;
        Ok(projected.relation(input))
    }
}

impl Node for Print {
    fn print(&self, printer: &mut Printer) {
        printer.word("print");
        printer.named_list(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
