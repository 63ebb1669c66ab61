//! `range`: makes a column of equal steps.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::convert;
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Relation};
use crate::value::{Batch, Column, DateTime, TimeSpan, Type, Value};

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
        let mut bound = Vec::new();
        for expr in [Some(&self.from), Some(&self.to), self.step.as_ref()].into_iter().flatten() {
            bound.push(binder.with_row(&[], |binder| binder.scalar(expr))?);
        }
        if self.step.is_none() {
            let one = Value::Long(if bound[0].ty() == Type::DateTime { TimeSpan::TICKS_PER_DAY } else { 1 });
            bound.push(convert(Bound::constant(Type::Long, one.clone()), Type::Long));
            if let (Type::DateTime, Value::Long(ticks)) = (bound[0].ty(), one) {
                bound[2] = Bound::constant(Type::TimeSpan, Value::TimeSpan(TimeSpan::from_ticks(ticks)));
            }
        }
        let (from, to, step) = (bound[0].ty(), bound[1].ty(), bound[2].ty());
        let Some(ty) = range_type(from, to, step) else {
            return Err(Diagnostic::error(Code::ARGUMENT_TYPE, span, format!("there is no range from {from} to {to} by {step}")));
        };
        let step_ty = if ty == Type::DateTime { Type::TimeSpan } else { ty };
        let mut limits = Vec::new();
        for (expr, ty) in bound.into_iter().zip([ty, ty, step_ty]) {
            let written = expr.clone();
            match binder.fold(&convert(expr, ty)) {
                Some(value) if !value.is_null() => limits.push(value),
                _ => return Err(Diagnostic::error(Code::NOT_CONSTANT, span, format!("a limit of the range is not a constant: {written}"))),
            }
        }
        let values =
            steps(&limits[0], &limits[1], &limits[2]).map_err(|message| Diagnostic::error(Code::INVALID_ARGUMENT, span, message))?;
        let column = Column::from_values(ty, values);
        let rows = column.len();
        Ok(binder.values(vec![(self.column.name.clone(), ty)], Batch::new(vec![column], rows)))
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
        _ if from.is_numeric() && to.is_numeric() && step.is_numeric() => {
            let widest = from.widest(to)?.widest(step)?;
            Some(if widest == Type::Int { Type::Long } else { widest })
        }
        _ => None,
    }
}

/// More rows than this are a slip (`range x from 1 to 10000000000`), not a wish.
const MOST: usize = 100_000_000;

type Steps = Box<dyn Iterator<Item = Value<'static>>>;

/// The values from one limit to the other, one at a time: there may be many.
fn steps(from: &Value<'static>, to: &Value<'static>, step: &Value<'static>) -> std::result::Result<Steps, String> {
    Ok(match (from, to, step) {
        (Value::Long(from), Value::Long(to), Value::Long(step)) => Box::new(whole(*from, *to, *step)?.map(Value::Long)),
        (Value::TimeSpan(from), Value::TimeSpan(to), Value::TimeSpan(step)) => {
            Box::new(whole(from.ticks(), to.ticks(), step.ticks())?.map(|t| Value::TimeSpan(TimeSpan::from_ticks(t))))
        }
        (Value::DateTime(from), Value::DateTime(to), Value::TimeSpan(step)) => {
            let ticks = whole(from.ticks(), to.ticks(), step.ticks())?;
            Box::new(ticks.filter_map(|t| DateTime::from_ticks(t).map(Value::DateTime)))
        }
        (Value::Real(from), Value::Real(to), Value::Real(step)) => {
            let (from, step) = (*from, *step);
            Box::new((0..count((to - from) / step)?).map(move |i| Value::Real(from + i as f64 * step)))
        }
        (Value::Decimal(from), Value::Decimal(to), Value::Decimal(step)) => {
            let (from, step) = (*from, *step);
            let span = to.sub(from).and_then(|d| d.div(step)).map_or(f64::NAN, |d| d.to_f64());
            let values = std::iter::successors(Some(from), move |value| value.add(step));
            Box::new(values.take(count(span)?).map(Value::Decimal))
        }
        _ => return Err("the limits of the range have different types".to_owned()),
    })
}

fn whole(from: i64, to: i64, step: i64) -> std::result::Result<impl Iterator<Item = i64>, String> {
    let span = i128::from(to) - i128::from(from);
    let count = if step == 0 { return Err("the step of a range cannot be 0".to_owned()) } else { span / i128::from(step) };
    let count = if (span < 0) != (step < 0) && span != 0 { 0 } else { count + 1 };
    if count > MOST as i128 {
        return Err(format!("the range has {count} values"));
    }
    Ok((0..count as i64).map(move |i| from.wrapping_add(i.wrapping_mul(step))))
}

fn count(steps: f64) -> std::result::Result<usize, String> {
    if !steps.is_finite() || steps > MOST as f64 {
        return Err("the range has no end".to_owned());
    }
    Ok(if steps < 0.0 { 0 } else { (steps + 1e-9).floor() as usize + 1 })
}
