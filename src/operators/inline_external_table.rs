//! `inline_external_table`: reads files that the query itself describes.

use std::any::Any;

use super::external_files::ExternalFiles;
use crate::bind::{Binder, parameters};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use crate::syntax::ast::{ColumnDecl, Expr, ExprKind, Ident, Node, OperatorParameter, Property};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct InlineExternalTable {
    /// Delta tables know their own.
    columns: Option<Vec<ColumnDecl>>,
    /// `kind` and `dataformat`.
    parameters: Vec<OperatorParameter>,
    partitions: Vec<Partition>,
    /// `('day=' datetime_pattern('yyyy/MM/dd', Day))`.
    path: Vec<Expr>,
    locations: Vec<Expr>,
    properties: Vec<Property>,
}

/// `Day:datetime = startofday(Timestamp)`.
#[derive(Debug)]
struct Partition {
    name: Ident,
    ty: Type,
    value: Option<Expr>,
}

fn partition(parser: &mut Parser) -> Result<Partition> {
    let name = parser.declared()?;
    parser.expect(":")?;
    let ty = parser.type_name()?;
    let value = if parser.eat("=") { Some(parser.expression()?) } else { None };
    Ok(Partition { name, ty, value })
}

impl Operator for InlineExternalTable {
    const NAMES: &'static [&'static str] = &["inline_external_table"];
    const SUMMARY: &'static str = "Reads files that the query itself describes.";
    const SYNTAX: &'static str =
        "inline_external_table (Column: Type, ...) kind = storage dataformat = Format (Uri, ...) [with (Property = Value, ...)]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<InlineExternalTable> {
        let columns = if parser.at("(") { Some(parser.schema()?.0) } else { None };
        let mut parameters = parser.parameters(&["kind"])?;
        let mut partitions = Vec::new();
        if parser.eat_word("partition") {
            parser.expect_word("by")?;
            parser.expect("(")?;
            partitions = parser.list_until(")", partition)?;
        }
        let mut path = Vec::new();
        if parser.eat_word("pathformat") {
            parser.expect("=")?;
            parser.expect("(")?;
            while !parser.at(")") {
                path.push(parser.operand()?);
            }
            parser.expect(")")?;
        }
        parameters.extend(parser.parameters(&["dataformat"])?);
        parser.expect("(")?;
        let locations = parser.list_until(")", Parser::expression)?;
        let properties = if parser.eat_word("with") { parser.properties()? } else { Vec::new() };
        Ok(InlineExternalTable { columns, parameters, partitions, path, locations, properties })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        let refused = |span: Span, what: &str| {
            let message = format!("inline_external_table with {what} is not supported: it reads files of kind `storage`");
            Err(Diagnostic::error(Code::UNSUPPORTED, span, message))
        };
        match parameters::text(&self.parameters, "kind") {
            Some((kind, _)) if kind == "storage" => {}
            Some((kind, span)) => return refused(span, &format!("kind `{kind}`")),
            None => return Err(Diagnostic::error(Code::INVALID_PARAMETER, span, "inline_external_table needs `kind=storage`")),
        }
        if let Some(partition) = self.partitions.first() {
            return refused(partition.name.span, "partitions");
        }
        let Some(columns) = &self.columns else { return refused(span, "no columns") };
        let format = parameters::text(&self.parameters, "dataformat").map(|(format, _)| format.to_lowercase());
        let headers = self.properties.iter().find(|p| p.name.name.eq_ignore_ascii_case("includeHeaders")).and_then(|p| p.values.first());
        let skip_first = match headers.map(|value| (&value.kind, value)) {
            Some((ExprKind::Name(word), _)) => !word.eq_ignore_ascii_case("none"),
            Some((_, value)) => !binder.constant(value)?.to_text().eq_ignore_ascii_case("none"),
            None => false,
        };
        ExternalFiles::relation(binder, columns, &self.locations, format, skip_first)
    }
}

impl Node for InlineExternalTable {
    fn print(&self, printer: &mut Printer) {
        printer.word("inline_external_table");
        if let Some(columns) = &self.columns {
            printer.word("");
            printer.schema(columns, false);
        }
        let at = self.parameters.iter().position(|p| p.name.name == "dataformat").unwrap_or(self.parameters.len());
        printer.parameters(&self.parameters[..at]);
        if !self.partitions.is_empty() {
            printer.word("partition by");
            printer.parenthesised(&self.partitions, |p, partition| {
                p.name(&partition.name.name);
                p.raw(":");
                p.raw(partition.ty.name());
                if let Some(value) = &partition.value {
                    p.word("=");
                    p.expression(value);
                }
            });
        }
        if !self.path.is_empty() {
            printer.word("pathformat=(");
            self.path.iter().for_each(|part| printer.operand(part));
            printer.raw(")");
        }
        printer.parameters(&self.parameters[at..]);
        printer.parenthesised(&self.locations, Printer::expression);
        if !self.properties.is_empty() {
            printer.word("with");
            printer.properties(&self.properties);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
