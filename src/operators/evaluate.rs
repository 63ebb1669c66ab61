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
        let (name, arguments): (&str, &[Argument]) = match &self.call.kind {
            ExprKind::Call { name, arguments } => (&name.name, arguments),
            ExprKind::Name(name) => (name, &[]),
            _ => return Err(Diagnostic::error(Code::UNKNOWN_FUNCTION, self.call.span, "the name of a plugin is expected here")),
        };
        let Some(plugin) = plugins::find(name) else {
            // A function of the query's own may stand here too.
            return match input {
                None => binder.tabular(&self.call),
                Some(input) if binder.env.find(name).is_some() => binder.invoke(input, &self.call),
                Some(_) => Err(unknown(name, self.call.span)),
            };
        };
        let call = Call { input, arguments, schema: self.schema.clone(), span };
        let result = match plugin.lowering {
            Lowering::Bind(bind) => bind(binder, call)?,
            Lowering::Refused(why) => {
                return Err(Diagnostic::error(Code::NEEDS_SERVICE, span, format!("the plugin `{name}` is not available: {why}")));
            }
        };
        match &self.schema {
            Some((columns, open)) => conform(binder, result, columns, *open),
            None => Ok(result),
        }
    }

    fn bind_last(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Vec<ResultTable>> {
        let mut tables = Vec::new();
        let input = match (&self.call.kind, input) {
            (ExprKind::Call { name, .. }, Some(input)) if name.name == PREVIEW => {
                let input = binder.shared(input)?;
                let rows = binder.freshen(&input);
                tables.push(ResultTable { name: String::new(), relation: binder.count(rows, "Count", span)? });
                Some(input)
            }
            (_, input) => input,
        };
        tables.insert(0, ResultTable { name: String::new(), relation: self.bind(binder, input, span)? });
        Ok(tables)
    }
}

/// The plugin that gives two tables: some rows, and how many there are.
const PREVIEW: &str = "preview";

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
