//! `macro-expand`: runs a query for every entity of a group and unites the results.

use std::any::Any;

use crate::bind::parameters;
use crate::bind::{Binder, Binding, Branch};
use crate::diagnostic::{Code, Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter, Statement};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct MacroExpand {
    pub parameters: Vec<OperatorParameter>,
    pub group: Expr,
    pub name: Ident,
    pub body: Vec<Statement>,
}

impl Operator for MacroExpand {
    const NAMES: &'static [&'static str] = &["macro-expand"];
    const SUMMARY: &'static str = "Runs a query for every entity of a group and unites the results.";
    const SYNTAX: &'static str = "macro-expand [isfuzzy = true] EntityGroup as Name (Query)";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "macro-expand entity_group [database('a'), database('b')] as X (print Database = X.$current_database) | sort by Database asc",
        "a\nb",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MacroExpand> {
        let parameters = parser.parameters(&["isfuzzy", "kind", "withsource", "with_source", "hint."])?;
        let group = parser.operand()?;
        parser.expect_word("as")?;
        let name = parser.ident()?;
        let body = parser.statements_in_parentheses()?;
        Ok(MacroExpand { parameters, group, name, body })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        let inner = parameters::choice(&self.parameters, "kind", false, &[("outer", false), ("inner", true)])?;
        let fuzzy = parameters::flag(&self.parameters, "isfuzzy");
        let source = parameters::text(&self.parameters, "withsource").or_else(|| parameters::text(&self.parameters, "with_source"));
        let (mut branches, mut missing) = (Vec::new(), None);
        for database in binder.databases(&self.group)?.iter() {
            let source = database.name.clone();
            let env = binder.env.bind(self.name.name.clone(), Binding::Database(database.clone()));
            match binder.block(&self.body, env, span) {
                Ok(relation) => branches.push(Branch { relation, source }),
                Err(error) if fuzzy && error.code == Code::UNKNOWN_TABLE => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        match missing {
            Some(error) if branches.is_empty() => Err(error),
            _ => Ok(binder.union(branches, inner, source.as_ref().map(|(name, _)| name.as_str()))),
        }
    }
}

impl Node for MacroExpand {
    fn print(&self, printer: &mut Printer) {
        printer.word("macro-expand");
        printer.parameters(&self.parameters);
        printer.operand(&self.group);
        printer.word("as");
        printer.name(&self.name.name);
        printer.word("(");
        printer.statements(&self.body);
        printer.raw(")");
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
