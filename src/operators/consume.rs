//! `consume`: reads its input to the end and returns nothing.

use std::any::Any;

use crate::bind::{Binder, filtered};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Relation};
use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::{Type, Value};

use super::Operator;

#[derive(Debug)]
pub struct Consume {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for Consume {
    const NAMES: &'static [&'static str] = &["consume"];
    const SUMMARY: &'static str = "Reads its input to the end and returns a table without columns or rows.";
    const SYNTAX: &'static str = "T | consume";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Consume> {
        let parameters = parser.parameters(&["decodeblocks", "hint."])?;
        Ok(Consume { parameters })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        // Counting needs every row; no count is negative.
        let counted = binder.count(input, "Count", span)?;
        let count = counted.outputs.iter().map(|o| Bound::Column { id: o.id, ty: o.ty });
        let operands = count.chain([Bound::constant(Type::Long, Value::Long(0))]).collect();
        let predicate = binder.built_in_call("<", operands, span)?;
        Ok(filtered(counted, predicate, Vec::new()))
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
