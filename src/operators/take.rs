//! `take`: some rows, the first ones in input order.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Relation, RelationKind};
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Take {
    count: Expr,
}

impl Operator for Take {
    const NAMES: &'static [&'static str] = &["take", "limit"];
    const SUMMARY: &'static str = "Returns up to the given number of rows; which ones is not promised.";
    const SYNTAX: &'static str = "T | take NumberOfRows";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Take> {
        Ok(Take { count: parser.expression()? })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant_usize(&self.count)?;
        Ok(Relation { outputs: input.outputs.clone(), ordered: input.ordered, kind: RelationKind::Limit { input: Box::new(input), count } })
    }
}

impl Node for Take {
    fn print(&self, printer: &mut Printer) {
        printer.word("take");
        printer.expression(&self.count);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
