//! `union`: appends the rows of several tables.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::Branch;
use crate::bind::parameters;
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::{Example, Relation};

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Union {
    pub parameters: Vec<OperatorParameter>,
    pub tables: Vec<Expr>,
}

impl Operator for Union {
    const NAMES: &'static [&'static str] = &["union"];
    const SUMMARY: &'static str = "Appends the rows of several tables.";
    const SYNTAX: &'static str = "[T |] union [kind = inner | outer] [withsource = Name] [isfuzzy = true] Table, ...";
    const EXAMPLES: &'static [Example] = &[
        ("union (print x = 1), (print x = 'a')", "1 | \n | a"),
        ("union (print x = 1), (print x = 'a'), (print x_long = 3) | getschema | project ColumnName", "x_long1\nx_string\nx_long"),
    ];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Union> {
        let parameters = parser.parameters(&["kind", "withsource", "with_source", "isfuzzy", "hint.", "__"])?;
        let tables = parser.with_names(|p| p.list(Parser::operand))?;
        Ok(Union { parameters, tables })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let inner = parameters::choice(&self.parameters, "kind", false, &[("outer", false), ("inner", true)])?;
        let fuzzy = parameters::flag(&self.parameters, "isfuzzy");
        let source = parameters::text(&self.parameters, "withsource").or_else(|| parameters::text(&self.parameters, "with_source"));
        let mut branches = Vec::new();
        if let Some(relation) = input {
            branches.push(Branch { relation, source: "union_arg0".to_owned() });
        }
        let mut missing = None;
        for table in &self.tables {
            match binder.branches(table, branches.len()) {
                Ok(found) => branches.extend(found),
                Err(error) if fuzzy && error.code == Code::UNKNOWN_TABLE => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        match missing {
            Some(error) if branches.is_empty() => Err(error),
            None if branches.is_empty() => Err(Diagnostic::error(Code::NOT_TABULAR, span, "a union needs tables")),
            _ => Ok(binder.union(branches, inner, source.as_ref().map(|(name, _)| name.as_str()))),
        }
    }
}

impl Node for Union {
    fn print(&self, printer: &mut Printer) {
        printer.word("union");
        printer.parameters(&self.parameters);
        printer.list(&self.tables, Printer::operand);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
