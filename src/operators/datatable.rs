//! `datatable`: a table written in the query.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::convert;
use crate::bind::parameters;
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::value::{Batch, ColumnBuilder, Type, Value};

use crate::syntax::ast::{ColumnDecl, Expr, ExprKind, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct DataTable {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<ColumnDecl>,
    pub values: Vec<Expr>,
}

impl Operator for DataTable {
    const NAMES: &'static [&'static str] = &["datatable", "contextual_datatable"];
    const SUMMARY: &'static str = "A table written in the query.";
    const SYNTAX: &'static str = "datatable (Column: Type, ...) [Value, ...]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<DataTable> {
        let parameters = parser.parameters(&["hint.", "kind"])?;
        let (columns, _) = parser.schema()?;
        parser.expect("[")?;
        let values = parser.list_until("]", Parser::signed_value)?;
        Ok(DataTable { parameters, columns, values })
    }

    fn bind(&self, binder: &mut Binder, _input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let width = self.columns.len().max(1);
        if !self.values.len().is_multiple_of(width) {
            let message = format!("{} values do not fill rows of {width} columns", self.values.len());
            return Err(Diagnostic::error(Code::ARGUMENT_COUNT, span, message));
        }
        for (i, column) in self.columns.iter().enumerate() {
            if self.columns[..i].iter().any(|c| c.name.name == column.name.name) {
                let message = format!("a column named `{}` is already declared", column.name.name);
                return Err(Diagnostic::error(Code::DUPLICATE_COLUMN, column.name.span, message));
            }
        }
        let mut builders: Vec<ColumnBuilder> = self.columns.iter().map(|c| ColumnBuilder::new(c.ty, self.values.len() / width)).collect();
        for (i, value) in self.values.iter().enumerate() {
            let column = &self.columns[i % width];
            builders[i % width].push(cell(binder, value, column.ty)?);
        }
        let rows = self.values.len() / width;
        let columns = builders.into_iter().map(ColumnBuilder::finish).collect();
        Ok(binder.values(self.columns.iter().map(|c| (c.name.name.clone(), c.ty)).collect(), Batch::new(columns, rows)))
    }
}

impl Node for DataTable {
    fn print(&self, printer: &mut Printer) {
        printer.word("datatable");
        printer.parameters(&self.parameters);
        printer.word("");
        printer.schema(&self.columns, false);
        printer.word("[");
        printer.list(&self.values, Printer::expression);
        printer.raw("]");
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A value as its column's type, where KQL converts it by itself.
fn cell(binder: &mut Binder, written: &Expr, ty: Type) -> Result<Value<'static>> {
    if matches!(written.kind, ExprKind::Binary { .. }) {
        return Err(Diagnostic::error(Code::SYNTAX, written.span, "the values of a datatable must be written out")
            .help("compute in an `extend` behind it"));
    }
    let expr = binder.with_row(&[], |binder| binder.scalar(written))?;
    let from = expr.ty();
    let null = matches!(expr.as_constant(), Some(Value::Null));
    let fits =
        from == ty || null && (from == Type::Dynamic || ty != Type::String) || from.is_numeric() && ty.is_numeric() || ty == Type::Dynamic;
    let fits = fits || ty == Type::String && from != Type::Dynamic && !null || from == Type::String && ty != Type::String;
    if !fits || null && ty == Type::String && from == Type::Dynamic {
        return Err(Diagnostic::error(Code::ARGUMENT_TYPE, written.span, format!("a {from} cannot stand in a column of type {ty}")));
    }
    match binder.fold(&convert(expr, ty)) {
        Some(value) => Ok(value),
        None => Err(Diagnostic::error(Code::NOT_CONSTANT, written.span, "the values of a datatable must be constants")),
    }
}
