//! `mv-expand`: makes a row of each element of dynamic arrays or bags.

use std::any::Any;

use crate::bind::Binder;
use crate::bind::{Projected, parameters, referenced, result_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::plan::{Expr as Bound, Output, RelationKind, Unnest, UnnestKind};

use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::Type;

use super::Operator;

#[derive(Debug)]
pub struct MvExpand {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<MvColumn>,
    pub limit: Option<Expr>,
}

/// `name = array to typeof(type)`.
#[derive(Debug)]
pub struct MvColumn {
    pub named: NamedExpr,
    pub ty: Option<Type>,
}

pub(super) fn mv_column(parser: &mut Parser) -> Result<MvColumn> {
    let named = parser.named()?;
    let ty = if parser.eat_word("to") { Some(parser.type_of()?) } else { None };
    Ok(MvColumn { named, ty })
}

pub(super) fn print_mv_column(printer: &mut Printer, column: &MvColumn) {
    printer.named(&column.named);
    if let Some(ty) = column.ty {
        printer.word("to");
        printer.word(&format!("typeof({ty})"));
    }
}

impl Operator for MvExpand {
    const NAMES: &'static [&'static str] = &["mv-expand", "mvexpand"];
    const SUMMARY: &'static str = "Makes a row of each element of dynamic arrays or bags.";
    const SYNTAX: &'static str = "T | mv-expand [kind = Kind] [Name =] Array [to typeof(Type)], ... [limit N]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MvExpand> {
        let parameters = parser.parameters(&["bagexpansion", "kind", "with_itemindex", "hint."])?;
        let columns = parser.list(mv_column)?;
        let limit = if parser.eat_word("limit") { Some(parser.expression()?) } else { None };
        Ok(MvExpand { parameters, columns, limit })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let limit = self.limit.as_ref().map(|l| binder.constant_usize(l)).transpose()?;
        let index = parameters::text(&self.parameters, "with_itemindex").map(|(name, _)| name);
        let expanded = expand(binder, input, &self.columns, &self.parameters, limit, index.as_deref())?;
        Ok(expanded.0)
    }
}

impl Node for MvExpand {
    fn print(&self, printer: &mut Printer) {
        printer.word("mv-expand");
        printer.parameters(&self.parameters);
        printer.list(&self.columns, print_mv_column);
        if let Some(value) = &self.limit {
            printer.word("limit");
            printer.expression(value);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `mv-expand` and the first half of `mv-apply`: the expanded relation, and its columns that hold elements.
pub fn expand(
    binder: &mut Binder,
    input: Relation,
    columns: &[MvColumn],
    parameters: &[OperatorParameter],
    limit: Option<usize>,
    index: Option<&str>,
) -> Result<(Relation, Vec<Output>)> {
    let kinds = [("bag", UnnestKind::Bag), ("array", UnnestKind::Array)];
    let kind = parameters::choice(parameters, "kind", UnnestKind::Bag, &kinds)?;
    let kind = parameters::choice(parameters, "bagexpansion", kind, &kinds)?;
    let shown = input.outputs.clone();
    let (input, bound) = binder.over(input, |binder| columns.iter().map(|c| source(binder, c)).collect::<Result<Vec<_>>>())?;
    let mut unnests = Vec::new();
    let mut outputs = Projected::keep(&shown);
    let mut elements = Vec::new();
    for ((expr, name, replaces), column) in bound.into_iter().zip(columns) {
        let output = binder.output(name, column.ty.unwrap_or(Type::Dynamic));
        let element = Bound::Column { id: output.id, ty: output.ty };
        unnests.push(Unnest { source: expr, output: output.id, ty: output.ty });
        match outputs.items.iter_mut().find(|(o, _)| Some(o.id) == replaces.as_ref().map(|r| r.id) || o.name == output.name) {
            Some(item) => *item = (output.clone(), element),
            None => outputs.items.push((output.clone(), element)),
        }
        elements.push(output);
    }
    let index = index.map(|name| binder.output(outputs.unique(name), Type::Long));
    if let Some(index) = &index {
        outputs.items.push((index.clone(), Bound::Column { id: index.id, ty: Type::Long }));
    }
    let mut all = input.outputs.clone();
    all.extend(unnests.iter().map(|u| Output { id: u.output, name: String::new(), ty: u.ty }));
    all.extend(index.iter().cloned());
    let kind = RelationKind::Unnest { input: Box::new(input), columns: unnests, kind, limit, index: index.map(|i| i.id) };
    Ok((outputs.relation(Relation { outputs: all, ordered: false, kind }), elements))
}

/// What to expand, the name of its elements, and the column that they take the place of.
fn source(binder: &mut Binder, column: &MvColumn) -> Result<(Bound, String, Option<Output>)> {
    let value = &column.named.value;
    let expr = binder.scalar(value)?;
    if expr.ty() != Type::Dynamic {
        return Err(Diagnostic::error(Code::EXPANDED, value.span, format!("only a dynamic can be expanded, this is a {}", expr.ty()))
            .help("open a string that holds JSON with `parse_json(…)`"));
    }
    let own = referenced(&expr, &binder.row);
    match column.named.names.first() {
        Some(name) => Ok((expr, name.name.clone(), None)),
        None => {
            let name = result_name(value).filter(|n| !n.is_empty()).unwrap_or_else(|| "Column1".to_owned());
            Ok((expr, name, own))
        }
    }
}
