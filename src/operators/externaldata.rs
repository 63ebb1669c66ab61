//! `externaldata`: reads a table from files or addresses.

use std::any::Any;

use super::external_files::ExternalFiles;
use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{ColumnDecl, Expr, ExprKind, Ident, Node, OperatorParameter, Property};
use crate::syntax::{Parser, Printer};
use crate::value::Value;

use super::Operator;

#[derive(Debug)]
pub struct ExternalData {
    pub columns: Vec<ColumnDecl>,
    pub parameters: Vec<OperatorParameter>,
    pub uris: Vec<Expr>,
    pub properties: Vec<Property>,
}

impl Operator for ExternalData {
    const NAMES: &'static [&'static str] = &["externaldata", "external_data"];
    const SUMMARY: &'static str = "Reads a table from files, or with `--allow-network` from http and https addresses.";
    const SYNTAX: &'static str = "externaldata (Column: Type, ...) [Uri, ...] [with (Property = Value, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<ExternalData> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        let (columns, _) = parser.schema()?;
        parser.expect("[")?;
        let uris = parser.list_until("]", Parser::expression)?;
        let properties = if parser.eat_word("with") { parser.properties()? } else { Vec::new() };
        Ok(ExternalData { columns, parameters, uris, properties })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, _span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let property = |binder: &mut Binder, name: &str| -> Result<Option<Value<'static>>> {
            let found = self.properties.iter().find(|p| p.name.name.eq_ignore_ascii_case(name)).and_then(|p| p.values.first());
            match found.map(|e| &e.kind) {
                Some(ExprKind::Name(word)) => Ok(Some(Value::string(word.clone()))),
                Some(_) => found.map(|e| binder.constant(e)).transpose(),
                None => Ok(None),
            }
        };
        let format = property(binder, "format")?.map(|f| f.to_text().to_lowercase());
        let skip_first = property(binder, "ignoreFirstRecord")?.is_some_and(|v| v.to_text().eq_ignore_ascii_case("true"));
        ExternalFiles::relation(binder, &self.columns, &self.uris, format, skip_first)
    }
}

impl Node for ExternalData {
    fn print(&self, printer: &mut Printer) {
        printer.word("externaldata");
        printer.parameters(&self.parameters);
        printer.word("");
        printer.schema(&self.columns, false);
        printer.word("[");
        printer.list(&self.uris, Printer::expression);
        printer.raw("]");
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
