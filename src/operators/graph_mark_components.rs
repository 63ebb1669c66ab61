//! `graph-mark-components`: numbers the connected components of a graph.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphMarkComponents {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for GraphMarkComponents {
    const NAMES: &'static [&'static str] = &["graph-mark-components"];
    const SUMMARY: &'static str = "Numbers the connected components of a graph.";
    const SYNTAX: &'static str = "G | graph-mark-components [kind = Kind] [with_component_id = Name]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphMarkComponents> {
        let parameters = parser.parameters(&["kind", "with_component_id", "hint."])?;
        Ok(GraphMarkComponents { parameters })
    }
}

impl Node for GraphMarkComponents {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-mark-components");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
