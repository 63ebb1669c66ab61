//! `getschema`: returns a row for each column: its name, place and type.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::parameters;
use crate::diagnostic::{Result, Span};
use crate::plan::Output;
use crate::plan::Relation;
use crate::value::{Batch, Column, Type, Value};

use crate::syntax::ast::{Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct GetSchema {
    pub parameters: Vec<OperatorParameter>,
}

impl Operator for GetSchema {
    const NAMES: &'static [&'static str] = &["getschema"];
    const SUMMARY: &'static str = "Returns a row for each column: its name, place and type.";
    const SYNTAX: &'static str = "T | getschema";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<GetSchema> {
        let parameters = parser.parameters(&["kind", "hint."])?;
        Ok(GetSchema { parameters })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        parameters::refuse(&self.parameters, &["kind"])?;
        let input = binder.require_input(input, span)?;
        // Of records whose columns only a sample shows, all that a longer look does.
        if input.outputs.iter().any(|output| output.name.is_empty()) {
            binder.catalog.miss();
        }
        let shown: Vec<&Output> = input.outputs.iter().filter(|o| !o.name.is_empty()).collect();
        let text = |of: fn(&Output) -> String| Column::from_values(Type::String, shown.iter().map(|o| Value::string(of(o))));
        let ordinals = Column::from_values(Type::Long, (0..shown.len()).map(|i| Value::Long(i as i64)));
        let columns = vec![text(|o| o.name.clone()), ordinals, text(|o| dotnet_name(o.ty).to_owned()), text(|o| o.ty.name().to_owned())];
        let batch = Batch::new(columns, shown.len());
        let names = [("ColumnName", Type::String), ("ColumnOrdinal", Type::Long), ("DataType", Type::String), ("ColumnType", Type::String)];
        Ok(binder.values(names.map(|(n, t)| (n.to_owned(), t)).to_vec(), batch))
    }
}

impl Node for GetSchema {
    fn print(&self, printer: &mut Printer) {
        printer.word("getschema");
        printer.parameters(&self.parameters);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The type of the .NET framework that carries a KQL type, as Kusto names it.
fn dotnet_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "System.SByte",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Real => "System.Double",
        Type::Decimal => "System.Data.SqlTypes.SqlDecimal",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        Type::String => "System.String",
        Type::Guid => "System.Guid",
        Type::Dynamic => "System.Object",
    }
}
