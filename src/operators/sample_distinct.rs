//! `sample-distinct`: returns up to the given number of different values of a column.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Relation, RelationKind};
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct SampleDistinct {
    pub count: Expr,
    pub of: NamedExpr,
}

impl Operator for SampleDistinct {
    const NAMES: &'static [&'static str] = &["sample-distinct"];
    const SUMMARY: &'static str = "Returns up to the given number of different values of a column.";
    const SYNTAX: &'static str = "T | sample-distinct NumberOfValues of Column";
    const EXAMPLES: &'static [crate::plan::Example] = &[("range x from 1 to 9 step 1 | extend y = x % 2 | sample-distinct 1 of y", "1")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<SampleDistinct> {
        let count = parser.expression()?;
        parser.expect_word("of")?;
        let of = parser.named()?;
        Ok(SampleDistinct { count, of })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant(&self.count)?.as_i64().map_or(0, |n| usize::try_from(n).unwrap_or(0));
        let values = binder.distinct(input, std::slice::from_ref(&self.of))?;
        Ok(Relation { outputs: values.outputs.clone(), ordered: false, kind: RelationKind::Limit { input: Box::new(values), count } })
    }
}

impl Node for SampleDistinct {
    fn print(&self, printer: &mut Printer) {
        printer.word("sample-distinct");
        printer.expression(&self.count);
        printer.word("of");
        printer.named(&self.of);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
