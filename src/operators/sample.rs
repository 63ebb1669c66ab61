//! `sample`: returns the given number of random rows.

use std::any::Any;

use crate::bind::{Binder, Projected};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Relation, RelationKind, SortKey};
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct Sample {
    pub count: Expr,
}

impl Operator for Sample {
    const NAMES: &'static [&'static str] = &["sample"];
    const SUMMARY: &'static str = "Returns the given number of random rows.";
    const SYNTAX: &'static str = "T | sample NumberOfRows";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Sample> {
        let count = parser.expression()?;
        Ok(Sample { count })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant_usize(&self.count)?;
        let kept = input.outputs.clone();
        let mut drawn = Projected::keep(&kept);
        let lot = binder.output("", Type::Real);
        drawn.items.push((lot.clone(), binder.built_in_call("rand", Vec::new(), span)?));
        let drawn = drawn.relation(input);
        let keys = vec![SortKey { expr: Bound::Column { id: lot.id, ty: lot.ty }, descending: false, nulls_first: true }];
        let kind = RelationKind::Sort { keys, limit: Some(count), input: Box::new(drawn.clone()) };
        Ok(Projected::keep(&kept).relation(Relation { outputs: drawn.outputs, ordered: false, kind }))
    }
}

impl Node for Sample {
    fn print(&self, printer: &mut Printer) {
        printer.word("sample");
        printer.expression(&self.count);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
