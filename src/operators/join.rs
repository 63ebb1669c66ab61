//! `join`: merges rows of two tables by equal keys.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::JoinKind;
use crate::plan::Relation;

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Join(pub Joined);

/// What `join` and `lookup` are written with: `kind=inner (Table) on Key, …`.
#[derive(Debug)]
pub struct Joined {
    pub parameters: Vec<OperatorParameter>,
    pub right: Expr,
    pub on: Vec<Expr>,
}

impl Joined {
    pub fn parse(parser: &mut Parser, parameters: &[&str]) -> Result<Joined> {
        let parameters = parser.parameters(parameters)?;
        let right = parser.table()?;
        let on = if parser.eat_word("on") {
            parser.list(Parser::expression)?
        } else if parser.eat_word("where") {
            vec![parser.expression()?]
        } else {
            Vec::new()
        };
        Ok(Joined { parameters, right, on })
    }

    pub fn print(&self, printer: &mut Printer) {
        printer.parameters(&self.parameters);
        printer.operand(&self.right);
        if !self.on.is_empty() {
            printer.word("on");
            printer.list(&self.on, Printer::expression);
        }
    }
}

impl Operator for Join {
    const NAMES: &'static [&'static str] = &["join"];
    const SUMMARY: &'static str = "Merges rows of two tables by equal keys.";
    const SYNTAX: &'static str = "T | join [kind = Kind] (Table) on Key, ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Join> {
        Joined::parse(parser, &["kind", "hint.", "__"]).map(Join)
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let left = binder.require_input(input, span)?;
        let kind = parameters::choice(&self.0.parameters, "kind", JoinKind::InnerUnique, &KINDS)?;
        let right = binder.subquery(&self.0.right)?;
        let on = binder.join_keys(&left.outputs, &right.outputs, &self.0.on, span)?;
        Ok(binder.join(left, right, kind, on))
    }
}

impl Node for Join {
    fn print(&self, printer: &mut Printer) {
        printer.word("join");
        self.0.print(printer);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

const KINDS: [(&str, JoinKind); 12] = [
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("rightsemi", JoinKind::RightSemi),
    ("leftanti", JoinKind::LeftAnti),
    ("anti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];
