//! `project-by-names`: keeps columns whose names are computed.

use std::any::Any;

use crate::bind::{Binder, Projected, wildcard_matches};
use crate::diagnostic::{Result, Span};
use crate::plan::{Output, Relation};
use crate::syntax::ast::{Expr, Ident, Node};
use crate::syntax::{Parser, Printer};
use crate::value::Value;

use super::Operator;

#[derive(Debug)]
pub struct ProjectByNames {
    pub columns: Vec<Expr>,
}

impl Operator for ProjectByNames {
    const NAMES: &'static [&'static str] = &["project-by-names"];
    const SUMMARY: &'static str = "Keeps columns whose names are computed.";
    const SYNTAX: &'static str = "T | project-by-names Names, ...";
    const EXAMPLES: &'static [crate::plan::Example] = &[("datatable(a:long, b:long)[1, 2] | project-by-names dynamic(['b'])", "2")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ProjectByNames> {
        let columns = parser.columns()?;
        Ok(ProjectByNames { columns })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let mut kept: Vec<Output> = Vec::new();
        for expr in &self.columns {
            let patterns = match binder.constant(expr)? {
                Value::Dynamic(names) => {
                    let all = names.elements().unwrap_or_else(|| vec![Value::Dynamic(names.clone())]);
                    all.iter().map(|v| v.to_text().into_owned()).collect()
                }
                name => vec![name.to_text().into_owned()],
            };
            for pattern in patterns {
                let found = input.outputs.iter().filter(|o| !o.name.is_empty() && wildcard_matches(&pattern, &o.name));
                let new: Vec<Output> = found.filter(|o| !kept.iter().any(|k| k.id == o.id)).cloned().collect();
                kept.extend(new);
            }
        }
        Ok(Projected::keep(&kept).relation(input))
    }
}

impl Node for ProjectByNames {
    fn print(&self, printer: &mut Printer) {
        printer.word("project-by-names");
        printer.columns(&self.columns);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
