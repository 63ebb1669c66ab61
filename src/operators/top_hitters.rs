//! `top-hitters`: estimates the most frequent values.

use std::any::Any;

use crate::bind::{Binder, result_name};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Relation, RelationKind, SortKey};
use crate::syntax::ast::{Argument, Expr, ExprKind, Ident, NamedExpr, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct TopHitters {
    pub count: Expr,
    pub of: NamedExpr,
    pub by: Option<NamedExpr>,
}

impl Operator for TopHitters {
    const NAMES: &'static [&'static str] = &["top-hitters"];
    const SUMMARY: &'static str = "Estimates the most frequent values.";
    const SYNTAX: &'static str = "T | top-hitters NumberOfValues of Expression [by Weight]";
    const DIFFERS: &'static str = "the counts are exact where Kusto approximates, so that ties may come in another order";
    const EXAMPLES: &'static [crate::plan::Example] = &[("datatable(c:string)['a', 'b', 'b'] | top-hitters 1 of c", "b | 2")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<TopHitters> {
        let count = parser.expression()?;
        parser.expect_word("of")?;
        let of = parser.named()?;
        let by = if parser.eat_word("by") { Some(parser.named()?) } else { None };
        Ok(TopHitters { count, of, by })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let count = binder.constant_usize(&self.count)?;
        let name_of =
            |item: &NamedExpr| item.names.first().map(|n| n.name.clone()).or_else(|| result_name(&item.value)).unwrap_or_default();
        let (function, name, arguments) = match &self.by {
            Some(weight) => {
                ("sum", format!("approximate_sum_{}", name_of(weight)), vec![Argument { name: None, value: weight.value.clone() }])
            }
            None => ("count", format!("approximate_count_{}", name_of(&self.of)), Vec::new()),
        };
        let call = ExprKind::Call { name: Ident { name: function.to_owned(), span }, arguments };
        let weighed = NamedExpr { names: vec![Ident { name, span }], value: Expr { kind: call, span } };
        let hitters = binder.summarize(input, &[weighed], std::slice::from_ref(&self.of))?;
        let keys =
            hitters.outputs.last().map(|o| SortKey { expr: Bound::Column { id: o.id, ty: o.ty }, descending: true, nulls_first: false });
        let outputs = hitters.outputs.clone();
        let kind = RelationKind::Sort { input: Box::new(hitters), keys: keys.into_iter().collect(), limit: Some(count) };
        Ok(Relation { outputs, ordered: true, kind })
    }
}

impl Node for TopHitters {
    fn print(&self, printer: &mut Printer) {
        printer.word("top-hitters");
        printer.expression(&self.count);
        printer.word("of");
        printer.named(&self.of);
        if let Some(value) = &self.by {
            printer.word("by");
            printer.named(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
