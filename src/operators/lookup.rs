//! `lookup`: extends rows with columns of a small table by equal keys.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::JoinKind;
use crate::plan::Relation;

use crate::syntax::ast::{Ident, Node};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::join::Joined;

#[derive(Debug)]
pub struct Lookup(Joined);

impl Operator for Lookup {
    const NAMES: &'static [&'static str] = &["lookup"];
    const SUMMARY: &'static str = "Extends rows with columns of a small table by equal keys.";
    const SYNTAX: &'static str = "T | lookup [kind = Kind] (Table) on Key, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Lookup> {
        Joined::parse(parser, &["kind", "hint."]).map(Lookup)
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let left = binder.require_input(input, span)?;
        let kinds = [("leftouter", JoinKind::LeftOuter), ("inner", JoinKind::Inner)];
        let kind = parameters::choice(&self.0.parameters, "kind", JoinKind::LeftOuter, &kinds)?;
        let right = binder.subquery(&self.0.right)?;
        let on = binder.join_keys(&left.outputs, &right.outputs, &self.0.on, span)?;
        Ok(binder.lookup(left, right, kind, on))
    }
}

impl Node for Lookup {
    fn print(&self, printer: &mut Printer) {
        printer.word("lookup");
        self.0.print(printer);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
