//! `render`: says how to draw the result.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;

use crate::syntax::ast::{Ident, Node, Property};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Render {
    pub chart: Ident,
    pub properties: Vec<Property>,
}

impl Operator for Render {
    const NAMES: &'static [&'static str] = &["render"];
    const SUMMARY: &'static str = "Says how to draw the result.";
    const SYNTAX: &'static str = "T | render Chart [with (Property = Value, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Render> {
        let chart = parser.ident()?;
        let mut properties = Vec::new();
        while let Some(parameter) = parser.any_parameter() {
            let parameter = parameter?;
            let mut values = vec![parameter.value];
            while parser.eat(",") {
                values.push(parser.parameter_value()?);
            }
            properties.push(Property { name: parameter.name, values });
        }
        if parser.eat_word("with") {
            properties.extend(parser.properties()?);
        } else if parser.eat_word("by") {
            parser.columns()?;
        }
        Ok(Render { chart, properties })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        binder.render = Some(self.chart.name.clone());
        binder.require_input(input, span)
    }
}

impl Node for Render {
    fn print(&self, printer: &mut Printer) {
        printer.word("render");
        printer.word(&self.chart.name);
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
