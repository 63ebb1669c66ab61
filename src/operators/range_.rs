//! `range`: makes a column of equal steps.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::convert;
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Relation, RelationKind, Series};
use crate::value::{TimeSpan, Type, Value};

use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Range {
    pub column: Ident,
    pub from: Expr,
    pub to: Expr,
    pub step: Option<Expr>,
}

impl Operator for Range {
    const NAMES: &'static [&'static str] = &["range"];
    const SUMMARY: &'static str = "Makes a column of equal steps.";
    const SYNTAX: &'static str = "range Column from Start to Stop step Step";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Range> {
        let column = parser.ident()?;
        parser.expect_word("from")?;
        let from = parser.expression()?;
        parser.expect_word("to")?;
        let to = parser.expression()?;
        let step = if parser.eat_word("step") { Some(parser.expression()?) } else { None };
        Ok(Range { column, from, to, step })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        let mut scalar = |expr: &Expr| binder.with_row(&[], |binder| binder.scalar(expr));
        let (from, to) = (scalar(&self.from)?, scalar(&self.to)?);
        let step = match &self.step {
            Some(step) => scalar(step)?,
            None if from.ty() == Type::DateTime => {
                Bound::constant(Type::TimeSpan, Value::TimeSpan(TimeSpan::from_ticks(TimeSpan::TICKS_PER_DAY)))
            }
            None => Bound::constant(Type::Int, Value::Int(1)),
        };
        let Some(ty) = range_type(from.ty(), to.ty(), step.ty()) else {
            let message = format!("there is no range from {} to {} by {}", from.ty(), to.ty(), step.ty());
            return Err(Diagnostic::error(Code::ARGUMENT_TYPE, span, message));
        };
        let limit = |expr: Bound, ty: Type| match binder.fold(&convert(expr.clone(), ty)) {
            // Without data, subqueries give null: then only the type matters.
            Some(value) if !value.is_null() || !binder.catalog.runs() => Ok(value),
            Some(_) => Err(Diagnostic::error(Code::INVALID_ARGUMENT, span, "a limit of the range is null")),
            None => Err(Diagnostic::error(Code::NOT_CONSTANT, span, format!("a limit of the range is not a constant: {expr}"))),
        };
        let step = limit(step, if ty == Type::DateTime { Type::TimeSpan } else { ty })?;
        let series = Series::new(ty, limit(from, ty)?, &limit(to, ty)?, step)
            .map_err(|message| Diagnostic::error(Code::INVALID_ARGUMENT, span, message))?;
        let outputs = vec![binder.output(self.column.name.clone(), ty)];
        Ok(Relation { outputs, ordered: false, kind: RelationKind::Series(series) })
    }
}

impl Node for Range {
    fn print(&self, printer: &mut Printer) {
        printer.word("range");
        printer.name(&self.column.name);
        printer.word("from");
        printer.expression(&self.from);
        printer.word("to");
        printer.expression(&self.to);
        if let Some(value) = &self.step {
            printer.word("step");
            printer.expression(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn range_type(from: Type, to: Type, step: Type) -> Option<Type> {
    match (from, to, step) {
        (Type::DateTime, Type::DateTime, Type::TimeSpan) => Some(Type::DateTime),
        (Type::TimeSpan, Type::TimeSpan, Type::TimeSpan) => Some(Type::TimeSpan),
        _ if from.is_numeric() && to.is_numeric() && step.is_numeric() => from.widest(to)?.widest(step),
        _ => None,
    }
}
