//! `scan`: matches sequences of rows by steps.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, OperatorParameter, Parameter, SortExpr};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Scan {
    pub parameters: Vec<OperatorParameter>,
    pub order: Vec<SortExpr>,
    pub partition: Vec<Expr>,
    pub declare: Vec<Parameter>,
    pub steps: Vec<ScanStep>,
}

/// `step name [optional] [output = all]: condition => column = value, …;`
#[derive(Debug)]
pub struct ScanStep {
    pub name: Ident,
    pub optional: bool,
    pub output: Option<Ident>,
    pub condition: Expr,
    pub assignments: Vec<NamedExpr>,
}

fn step(parser: &mut Parser) -> Result<ScanStep> {
    parser.expect_word("step")?;
    let name = parser.ident()?;
    let optional = parser.eat_word("optional");
    let output = if parser.eat_word("output") {
        parser.expect("=")?;
        Some(parser.ident()?)
    } else {
        None
    };
    parser.expect(":")?;
    let condition = parser.expression()?;
    let assignments = if parser.eat("=>") { parser.named_list()? } else { Vec::new() };
    Ok(ScanStep { name, optional, output, condition, assignments })
}

fn print_step(printer: &mut Printer, step: &ScanStep) {
    printer.word("step");
    printer.name(&step.name.name);
    if step.optional {
        printer.word("optional");
    }
    if let Some(output) = &step.output {
        printer.word("output =");
        printer.word(&output.name);
    }
    printer.raw(":");
    printer.expression(&step.condition);
    if !step.assignments.is_empty() {
        printer.word("=>");
        printer.named_list(&step.assignments);
    }
    printer.raw(";");
}

impl Operator for Scan {
    const NAMES: &'static [&'static str] = &["scan"];
    const SUMMARY: &'static str = "Matches sequences of rows by steps.";
    const SYNTAX: &'static str = "T | scan [with_match_id = Name] [with_step_name = Name] [declare (Column: Type = Default, ...)] with (step Name: Condition => Column = Value; ...)";
    const EXAMPLES: &'static [crate::plan::Example] =
        &[("range x from 1 to 3 step 1 | scan declare (total:long=0) with (step s: true => total = s.total + x;)", "1 | 1\n2 | 3\n3 | 6")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Scan> {
        let parameters = parser.parameters(&["with_match_id", "with_step_name", "kind", "hint."])?;
        let order = if parser.eat_word("order") {
            parser.expect_word("by")?;
            parser.list(Parser::sort_key)?
        } else {
            Vec::new()
        };
        let partition = if parser.eat_word("partition") {
            parser.expect_word("by")?;
            parser.list(Parser::expression)?
        } else {
            Vec::new()
        };
        let declare = if parser.eat_word("declare") { parser.parameter_list()? } else { Vec::new() };
        parser.expect_word("with")?;
        parser.expect("(")?;
        let mut steps = Vec::new();
        while !parser.at(")") {
            steps.push(step(parser)?);
            if !parser.eat(";") {
                break;
            }
        }
        parser.expect(")")?;
        Ok(Scan { parameters, order, partition, declare, steps })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let input = binder.require_input(input, span)?;
        super::scan_steps::bind(binder, self, input)
    }
}

impl Node for Scan {
    fn print(&self, printer: &mut Printer) {
        printer.word("scan");
        printer.parameters(&self.parameters);
        if !self.order.is_empty() {
            printer.word("order by");
            printer.list(&self.order, Printer::sort_key);
        }
        if !self.partition.is_empty() {
            printer.word("partition by");
            printer.list(&self.partition, Printer::expression);
        }
        if !self.declare.is_empty() {
            printer.word("declare");
            printer.parenthesised(&self.declare, Printer::parameter);
        }
        printer.word("with (");
        for step in &self.steps {
            print_step(printer, step);
        }
        printer.raw(")");
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
