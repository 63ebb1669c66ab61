//! `consume`: reads its input to the end and returns nothing.

use std::any::Any;

use crate::bind::Binder;
use crate::diagnostic::{Result, Span};
use crate::plan::{Relation, RelationKind};
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Consume {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for Consume {
    const NAMES: &'static [&'static str] = &["consume"];
    const SUMMARY: &'static str = "Reads its input to the end and returns nothing.";
    const SYNTAX: &'static str = "T | consume";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Consume> {
        let parameters = parser.parameters(&["decodeblocks", "hint."])?;
        Ok(Consume { parameters })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let columns = input.outputs.clone();
        Ok(Relation { outputs: columns, ordered: false, kind: RelationKind::Limit { input: Box::new(input), count: 0 } })
    }
}

impl Node for Consume {
    fn print(&self, printer: &mut Printer) {
        printer.word("consume");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
