//! `make-series`: aggregates into arrays along an axis of equal steps.

use std::any::Any;

use std::sync::Arc;

use crate::bind::{Binder, Projected, convert, make_unique, parameters, result_name};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Output, Relation, RelationKind};
use crate::syntax::ast::{Expr, ExprKind, Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::series_arrays::{SeriesArrays, number_of};
use crate::value::{Type, Value};

/// The name of the axis' bin while the aggregates bind; no author can write it.
const BIN: &str = "\u{1}bin";

#[derive(Debug)]
pub struct MakeSeries {
    pub parameters: Vec<OperatorParameter>,
    pub aggregates: Vec<SeriesAggregate>,
    pub on: NamedExpr,
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    pub step: Option<Expr>,
    pub range: Option<Expr>,
    pub by: Vec<NamedExpr>,
}

/// `name = aggregate default = value`.
#[derive(Debug)]
pub struct SeriesAggregate {
    pub aggregate: NamedExpr,
    pub default: Option<Expr>,
}

fn aggregate(parser: &mut Parser) -> Result<SeriesAggregate> {
    let aggregate = parser.named()?;
    let default = if parser.eat_word("default") {
        parser.expect("=")?;
        Some(parser.expression()?)
    } else {
        None
    };
    Ok(SeriesAggregate { aggregate, default })
}

/// The axis: an operand, so that `in range(…)` after it is not taken for a condition.
fn axis(parser: &mut Parser) -> Result<NamedExpr> {
    let first = parser.operand()?;
    match (&first.kind, parser.eat("=")) {
        (ExprKind::Name(name), true) => {
            Ok(NamedExpr { names: vec![Ident { name: name.clone(), span: first.span }], value: parser.operand()? })
        }
        (_, true) => Err(parser.expected("a name before `=`")),
        (_, false) => Ok(NamedExpr { names: Vec::new(), value: first }),
    }
}

impl Operator for MakeSeries {
    const NAMES: &'static [&'static str] = &["make-series"];
    const SUMMARY: &'static str = "Aggregates into arrays along an axis of equal steps.";
    const SYNTAX: &'static str =
        "T | make-series Aggregate [default = Value], ... on Axis [from Start] [to End] step Step [by Column, ...]";
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("range x from 1 to 3 step 1 | make-series s = sum(x) on x from 1 to 5 step 1", "[1,2,3,0] | [1,2,3,4]")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MakeSeries> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        let aggregates = parser.list(aggregate)?;
        parser.expect_word("on")?;
        let on = axis(parser)?;
        let range = if parser.eat_word("in") { Some(parser.operand()?) } else { None };
        let from = if parser.eat_word("from") { Some(parser.expression()?) } else { None };
        let to = if parser.eat_word("to") { Some(parser.expression()?) } else { None };
        let step = if parser.eat_word("step") { Some(parser.expression()?) } else { None };
        let by = if parser.eat_word("by") { parser.named_list()? } else { Vec::new() };
        Ok(MakeSeries { parameters, aggregates, on, from, to, step, range, by })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let columns = input.outputs.clone();
        let axis = binder.with_row(&columns, |binder| binder.scalar(&self.on.value))?;
        let ty = axis.ty();
        if !ty.is_summable() || ty == Type::Decimal {
            let message = format!("the axis is a {ty}: a datetime, timespan or number is expected");
            return Err(Diagnostic::error(Code::ARGUMENT_TYPE, self.on.value.span, message));
        }
        let given = self.on.names.first().map(|n| n.name.clone()).or_else(|| result_name(&self.on.value)).filter(|n| !n.is_empty());
        let name = given.unwrap_or_else(|| "Column1".to_owned());
        let bounds = self.bounds(binder, ty, span)?;
        let binned = self.binned(binder, input, axis, &bounds, span)?;
        self.spread(binder, binned, name, ty, bounds)
    }
}

/// Where the axis begins and ends, and its step.
struct Bounds {
    start: Option<Value<'static>>,
    end: Option<Value<'static>>,
    step: Value<'static>,
    /// `in range(start, stop, step)`: the stop is part of the series, and bins are not aligned with the start.
    range: bool,
}

impl MakeSeries {
    fn bounds(&self, binder: &mut Binder, axis: Type, span: Span) -> Result<Bounds> {
        let (from, to, step) = match &self.range {
            None => (self.from.as_ref(), self.to.as_ref(), self.step.as_ref()),
            Some(range) => match &range.kind {
                ExprKind::Call { name, arguments } if name.name == "range" => {
                    let at = |i: usize| arguments.get(i).map(|a| &a.value);
                    (at(0), at(1), at(2))
                }
                _ => return Err(Diagnostic::error(Code::INVALID_ARGUMENT, range.span, "`range(start, stop, step)` is expected here")),
            },
        };
        let mut end_of = |expr: Option<&Expr>| -> Result<Option<Value<'static>>> {
            let Some(expr) = expr else { return Ok(None) };
            let value = binder.constant(expr)?;
            match value.clone().convert(axis) {
                // A subquery has no value yet while a query is only checked.
                Value::Null if value.is_null() => Ok(None),
                Value::Null => Err(Diagnostic::error(Code::ARGUMENT_TYPE, expr.span, format!("a {axis} is expected here, as the axis is"))),
                converted => Ok(Some(converted.into_owned())),
            }
        };
        let (start, end) = (end_of(from)?, end_of(to)?);
        let Some(step_expr) = step else {
            return Err(Diagnostic::error(Code::SYNTAX, span, "`make-series` needs the length of a step: `step 1h`"));
        };
        let step_type = if axis == Type::DateTime { Type::TimeSpan } else { axis };
        let step = binder.constant(step_expr)?.convert(step_type).into_owned();
        match number_of(&step) {
            Some(length) if length > 0.0 => Ok(Bounds { start, end, step, range: self.range.is_some() }),
            _ => Err(Diagnostic::error(Code::INVALID_ARGUMENT, step_expr.span, format!("a positive {step_type} is expected here"))),
        }
    }

    /// The input within the bounds, with the start of each row's bin in a column of its own.
    fn binned(&self, binder: &mut Binder, input: Relation, axis: Bound, bounds: &Bounds, span: Span) -> Result<Relation> {
        let ty = axis.ty();
        let mut predicate = binder.built_in_call("isnotnull", vec![axis.clone()], span)?;
        let (low, high) = (if bounds.range { None } else { bounds.start.clone() }, bounds.end.clone());
        for (limit, op) in [(low, ">="), (high, if bounds.range { "<=" } else { "<" })] {
            if let Some(limit) = limit {
                let test = binder.internal(op, vec![axis.clone(), Bound::constant(ty, limit)], Type::Bool, span)?;
                predicate = binder.internal("and", vec![predicate, test], Type::Bool, span)?;
            }
        }
        let step_type = if ty == Type::DateTime { Type::TimeSpan } else { ty };
        let step = Bound::constant(step_type, bounds.step.clone());
        let bin = match &bounds.start {
            Some(start) if !bounds.range => binder.built_in_call("bin_at", vec![axis, step, Bound::constant(ty, start.clone())], span)?,
            _ => binder.built_in_call("bin", vec![axis, step], span)?,
        };
        let mut projected = Projected::keep(&input.outputs);
        projected.items.push((binder.output(BIN, ty), convert(bin, ty)));
        let outputs = input.outputs.clone();
        Ok(projected.relation(crate::bind::filtered(input, predicate, outputs)))
    }

    /// Aggregates by key and bin, then makes an array per key.
    fn spread(&self, binder: &mut Binder, binned: Relation, name: String, axis: Type, bounds: Bounds) -> Result<Relation> {
        let bin = NamedExpr { names: Vec::new(), value: Expr { kind: ExprKind::Name(BIN.to_owned()), span: self.on.value.span } };
        let by: Vec<NamedExpr> = self.by.iter().cloned().chain([bin]).collect();
        let list: Vec<NamedExpr> = self.aggregates.iter().map(|a| a.aggregate.clone()).collect();
        let cells = binder.summarize(binned, &list, &by)?;
        let Some(keys) = cells.outputs.iter().position(|o| o.name == BIN) else {
            return Err(Diagnostic::error(Code::UNSUPPORTED, self.on.value.span, "this axis is not supported"));
        };
        let aggregates = cells.outputs[keys + 1..].to_vec();
        if aggregates.len() != self.aggregates.len() {
            return Err(Diagnostic::error(Code::UNSUPPORTED, self.on.value.span, "an aggregate with several results cannot make a series"));
        }
        let mut defaults = Vec::new();
        for (written, output) in self.aggregates.iter().zip(&aggregates) {
            defaults.push(match &written.default {
                Some(expr) => default(binder.constant(expr)?, output.ty),
                None => default(Value::Long(0), output.ty),
            });
        }
        let mut outputs: Vec<Output> = cells.outputs[..keys].iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
        outputs.extend(aggregates.iter().map(|o| o.name.clone()).chain([name]).map(|n| binder.output(n, Type::Dynamic)));
        make_unique(&mut outputs);
        let nonempty = parameters::text(&self.parameters, "kind").is_some_and(|(kind, _)| kind == "nonempty");
        let Bounds { start, end, step, range } = bounds;
        let transform = SeriesArrays { keys, axis, start, end, step, range, defaults, nonempty };
        Ok(Relation { outputs, ordered: false, kind: RelationKind::Apply { inputs: vec![cells], transform: Arc::new(transform) } })
    }
}

/// What stands where there are no rows, as the aggregate's type where it fits.
fn default(value: Value<'static>, ty: Type) -> Value<'static> {
    match value.clone().convert(ty) {
        Value::Null => value,
        converted if ty.is_numeric() => converted,
        _ => value,
    }
}

impl Node for MakeSeries {
    fn print(&self, printer: &mut Printer) {
        printer.word("make-series");
        printer.parameters(&self.parameters);
        printer.list(&self.aggregates, |p, a| {
            p.named(&a.aggregate);
            if let Some(default) = &a.default {
                p.word("default =");
                p.expression(default);
            }
        });
        printer.word("on");
        printer.named(&self.on);
        if let Some(value) = &self.range {
            printer.word("in");
            printer.operand(value);
        }
        if let Some(value) = &self.from {
            printer.word("from");
            printer.expression(value);
        }
        if let Some(value) = &self.to {
            printer.word("to");
            printer.expression(value);
        }
        if let Some(value) = &self.step {
            printer.word("step");
            printer.expression(value);
        }
        printer.by(&self.by);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
