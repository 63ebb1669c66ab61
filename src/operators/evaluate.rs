//! `evaluate`: calls a plugin.

use std::any::Any;

use crate::bind::{Binder, Projected, ResultTable, convert};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Relation};
use crate::plugins::{self, Call, Lowering};
use crate::syntax::ast::{Argument, ColumnDecl, Expr, ExprKind, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct Evaluate {
    pub parameters: Vec<OperatorParameter>,
    pub call: Expr,
    pub schema: Option<(Vec<ColumnDecl>, bool)>,
}

impl Operator for Evaluate {
    const NAMES: &'static [&'static str] = &["evaluate"];
    const SUMMARY: &'static str = "Calls a plugin.";
    const SYNTAX: &'static str = "T | evaluate Plugin(Arguments) [: (Column: Type, ...)]";
    const EXAMPLES: &'static [crate::plan::Example] = &[("datatable(d:dynamic)[dynamic({\"a\": 1})] | evaluate bag_unpack(d)", "1")];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Evaluate> {
        let parameters = parser.parameters(&["hint."])?;
        let call = parser.operand()?;
        let schema = if parser.eat(":") { Some(parser.schema()?) } else { None };
        Ok(Evaluate { parameters, call, schema })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        match self.tables(binder, input, span)?.into_iter().next() {
            Some(first) => Ok(first),
            None => Err(Diagnostic::error(Code::NOT_TABULAR, span, "the plugin gives no table")),
        }
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        let tables = self.tables(binder, input, span)?;
        Ok(tables.into_iter().map(|relation| ResultTable { name: String::new(), relation }).collect())
    }
}

impl Evaluate {
    /// The tables that the call gives: one of most plugins.
    fn tables(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<Relation>> {
        let (name, arguments): (&str, &[Argument]) = match &self.call.kind {
            ExprKind::Call { name, arguments } => (&name.name, arguments),
            ExprKind::Name(name) => (name, &[]),
            _ => return Err(Diagnostic::error(Code::UNKNOWN_FUNCTION, self.call.span, "the name of a plugin is expected here")),
        };
        let Some(plugin) = plugins::find(name) else {
            // A function of the query's own may stand here too.
            return match input {
                None => binder.tabular(&self.call).map(|table| vec![table]),
                Some(input) if binder.env.find(name).is_some() => binder.invoke(input, &self.call).map(|table| vec![table]),
                Some(_) => Err(unknown(name, self.call.span)),
            };
        };
        let call = Call { input, arguments, schema: self.schema.clone(), span };
        let mut tables = match plugin.lowering {
            Lowering::Bind(bind) => vec![bind(binder, call)?],
            Lowering::Tables(bind) => bind(binder, call)?,
            Lowering::Refused(why) => {
                return Err(Diagnostic::error(Code::NEEDS_SERVICE, span, format!("the plugin `{name}` is not available: {why}")));
            }
        };
        if let (Some((columns, open)), Some(first)) = (&self.schema, tables.first_mut()) {
            *first = conform(binder, first.clone(), columns, *open)?;
        }
        Ok(tables)
    }
}

fn unknown(name: &str, span: Span) -> Box<Diagnostic> {
    Diagnostic::error(Code::UNKNOWN_FUNCTION, span, format!("no plugin is named `{name}`"))
        .did_you_mean(name, plugins::all().map(|p| p.name))
}

/// The declared columns, converted to their types; with `*` the result's other columns come first.
fn conform(binder: &mut Binder, result: Relation, columns: &[ColumnDecl], open: bool) -> Result<Relation> {
    let mut projected = Projected::default();
    if open {
        let others = result.outputs.iter().filter(|o| !o.name.is_empty() && !columns.iter().any(|c| c.name.name == o.name));
        projected.items.extend(others.map(|o| (o.clone(), Bound::Column { id: o.id, ty: o.ty })));
    }
    for column in columns {
        let Some(found) = result.outputs.iter().find(|o| o.name == column.name.name) else {
            let message = format!("the result has no column `{}`", column.name.name);
            return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, column.name.span, message)
                .did_you_mean(&column.name.name, result.outputs.iter().map(|o| o.name.as_str())));
        };
        let expr = convert(Bound::Column { id: found.id, ty: found.ty }, column.ty);
        let output = binder.output(found.name.clone(), column.ty);
        projected.items.push((output, expr));
    }
    Ok(projected.relation(result))
}

impl Node for Evaluate {
    fn print(&self, printer: &mut Printer) {
        printer.word("evaluate");
        printer.parameters(&self.parameters);
        printer.operand(&self.call);
        if let Some((columns, open)) = &self.schema {
            printer.raw(" : ");
            printer.schema(columns, *open);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
