//! The table of tabular operators. An operator is one file here (syntax, printing, lowering, reference) and one row below.

mod take;

use std::sync::Arc;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Example, Relation};
use crate::syntax::Parser;
use crate::syntax::ast::{Ident, Node};

/// A tabular operator: how it is written and what it means.
pub trait Operator: Node + Sized {
    /// The name of the reference first, then other words for the same (`take`, `limit`).
    const NAMES: &'static [&'static str];
    const SUMMARY: &'static str;
    /// `T | take NumberOfRows`
    const SYNTAX: &'static str;
    const EXAMPLES: &'static [Example] = &[];

    /// Reads what follows the operator's name, up to the next `|` or the end.
    fn parse(parser: &mut Parser, name: &Ident) -> Result<Self>;

    /// Lowers to the plan. `input` is `None` where the operator stands first.
    fn bind(&self, _binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        Err(Diagnostic::error(Code::UNSUPPORTED, span, format!("the operator `{}` is not supported yet", Self::NAMES[0])))
    }
}

/// An operator's entry in the table.
pub struct Row {
    pub names: &'static [&'static str],
    pub summary: &'static str,
    pub syntax: &'static str,
    pub examples: &'static [Example],
    pub parse: fn(&mut Parser, &Ident) -> Result<Arc<dyn Node>>,
    pub bind: fn(&dyn Node, &mut Binder, Option<Relation>, Span) -> Result<Relation>,
}

const fn row<O: Operator>() -> Row {
    Row {
        names: O::NAMES,
        summary: O::SUMMARY,
        syntax: O::SYNTAX,
        examples: O::EXAMPLES,
        parse: |parser, name| Ok(Arc::new(O::parse(parser, name)?)),
        bind: |node, binder, input, span| match node.as_any().downcast_ref::<O>() {
            Some(operator) => operator.bind(binder, input, span),
            None => Err(Diagnostic::error(Code::UNSUPPORTED, span, "an operator without a row in the table")),
        },
    }
}

pub const TABLE: &[Row] = &[row::<take::Take>()];

/// The row of an operator's name or alias.
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.names.contains(&name))
}
