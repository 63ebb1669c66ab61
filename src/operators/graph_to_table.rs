//! `graph-to-table`: returns the nodes or the edges of a graph as tables.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GraphToTable {
    pub outputs: Vec<GraphTable>,
}

/// `nodes as Name with_node_id=Id`.
#[derive(Debug)]
pub struct GraphTable {
    /// `nodes` or `edges`.
    pub what: Ident,
    pub name: Option<Ident>,
    pub parameters: Vec<OperatorParameter>,
}

fn output(parser: &mut Parser) -> Result<GraphTable> {
    let what = parser.ident()?;
    let name = if parser.eat_word("as") { Some(parser.ident()?) } else { None };
    Ok(GraphTable { what, name, parameters: parser.parameters(&["with_node_id", "with_source_id", "with_target_id", "hint."])? })
}

impl Operator for GraphToTable {
    const NAMES: &'static [&'static str] = &["graph-to-table"];
    const SUMMARY: &'static str = "Returns the nodes or the edges of a graph as tables.";
    const SYNTAX: &'static str = "G | graph-to-table nodes [as Name] [with_node_id = Name], edges ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GraphToTable> {
        let outputs = parser.list(output)?;
        Ok(GraphToTable { outputs })
    }
}

impl Node for GraphToTable {
    fn print(&self, printer: &mut Printer) {
        printer.word("graph-to-table");
        printer.list(&self.outputs, |p, o| {
            p.word(&o.what.name);
            if let Some(name) = &o.name {
                p.word("as");
                p.name(&name.name);
            }
            p.parameters(&o.parameters);
        });
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
