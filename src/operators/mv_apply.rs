//! `mv-apply`: runs a pipeline over the elements of each row.

use std::any::Any;

use super::mv_expand::expand;
use crate::bind::Binder;
use crate::bind::{Projected, parameters};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, Output, Parts, Relation, RelationKind};

use crate::syntax::ast::{Expr, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};

use super::Operator;
use super::mv_expand::{MvColumn, mv_column, print_mv_column};

#[derive(Debug)]
pub struct MvApply {
    pub parameters: Vec<OperatorParameter>,
    pub columns: Vec<MvColumn>,
    pub limit: Option<Expr>,
    pub id: Option<Expr>,
    pub body: Expr,
}

impl Operator for MvApply {
    const NAMES: &'static [&'static str] = &["mv-apply", "mvapply"];
    const SUMMARY: &'static str = "Runs a pipeline over the elements of each row.";
    const SYNTAX: &'static str = "T | mv-apply [Name =] Array [to typeof(Type)], ... [limit N] on (Pipeline)";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<MvApply> {
        let parameters = parser.parameters(&["bagexpansion", "kind", "with_itemindex", "hint."])?;
        let columns = if parser.at_word("on") { Vec::new() } else { parser.list(mv_column)? };
        let limit = if parser.eat_word("limit") { Some(parser.expression()?) } else { None };
        let id = if parser.eat_word("id") { Some(parser.expression()?) } else { None };
        parser.expect_word("on")?;
        let body = parser.contextual_in_parentheses()?;
        Ok(MvApply { parameters, columns, limit, id, body })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let limit = self.limit.as_ref().map(|l| binder.constant_usize(l)).transpose()?;
        let index = parameters::text(&self.parameters, "with_itemindex").map(|(name, _)| name);
        let shown = input.outputs.clone();
        let (mut expanded, elements) = expand(binder, input, &self.columns, &self.parameters, limit, Some(index.as_deref().unwrap_or("")))?;
        let Some(at) = expanded.outputs.last().cloned() else { return Ok(expanded) };
        // A column that is expanded in place is gone; one whose elements were given a name, even its own, is hidden from the body only.
        let expanded_in_place = |o: &Output| elements.iter().zip(&self.columns).any(|(e, c)| c.named.names.is_empty() && e.name == o.name);
        let seen: Vec<Output> = expanded.outputs.iter().filter(|o| o.id != at.id || index.is_some()).cloned().collect();
        let hidden = shown.iter().filter(|o| !expanded_in_place(o) && !seen.iter().any(|s| s.id == o.id));
        pass_on(&mut expanded, hidden);
        let body = binder.body(&self.body, &expanded, &seen)?;
        // The row's own columns stay, but for those that the elements are expanded over, and those whose place the body's results take.
        let result_for = |o: &Output| body.outputs.iter().find(|b| b.id == o.id || (b.name == o.name && !o.name.is_empty()));
        let kept: Vec<Output> = shown.iter().filter(|o| result_for(o).is_none() && !expanded_in_place(o)).cloned().collect();
        let mut ordered: Vec<Output> = Vec::new();
        for column in shown.iter().filter_map(|o| result_for(o).or(kept.iter().find(|k| k.id == o.id))).chain(&body.outputs) {
            if !ordered.iter().any(|o| o.id == column.id) {
                ordered.push(column.clone());
            }
        }
        let mut at_once = body.clone();
        if run_at_once(&mut at_once, &expanded, &kept) {
            return Ok(Projected::keep(&ordered).relation(Relation { ordered: false, ..at_once }));
        }
        let column = |o: &Output| Bound::Column { id: o.id, ty: o.ty };
        let carried = kept.iter().map(|o| (o.id, column(o))).collect();
        let outputs = kept.iter().chain(&body.outputs).cloned().collect();
        let parts = Parts::Elements(column(&at));
        let kind = RelationKind::Partition { input: Box::new(expanded), parts, carried, body: Box::new(body) };
        Ok(Projected::keep(&ordered).relation(Relation { outputs, ordered: false, kind }))
    }
}

/// Lets a body run over all rows at once, which keep some columns, where what it does with a row depends on no other row. `false` where it
/// does depend.
fn run_at_once(body: &mut Relation, rows: &Relation, kept: &[Output]) -> bool {
    let Relation { kind, outputs, .. } = body;
    match kind {
        RelationKind::Group => *body = rows.clone(),
        RelationKind::Filter { input, .. } | RelationKind::Unnest { input, .. } => {
            let before = input.outputs.len();
            if !run_at_once(input, rows, kept) {
                return false;
            }
            outputs.splice(..before, input.outputs.iter().cloned());
        }
        RelationKind::Project { input, columns } => {
            if !run_at_once(input, rows, kept) {
                return false;
            }
            for output in kept.iter().filter(|k| !outputs.iter().any(|o| o.id == k.id)).cloned().collect::<Vec<_>>() {
                columns.push((output.id, Bound::Column { id: output.id, ty: output.ty }));
                outputs.push(output);
            }
        }
        _ => return false,
    }
    true
}

/// Adds columns of its input to those of a projection.
fn pass_on<'o>(relation: &mut Relation, hidden: impl Iterator<Item = &'o Output>) {
    if let RelationKind::Project { columns, .. } = &mut relation.kind {
        for output in hidden {
            columns.push((output.id, Bound::Column { id: output.id, ty: output.ty }));
            relation.outputs.push(output.clone());
        }
    }
}

impl Node for MvApply {
    fn print(&self, printer: &mut Printer) {
        printer.word("mv-apply");
        printer.parameters(&self.parameters);
        printer.list(&self.columns, print_mv_column);
        if let Some(value) = &self.limit {
            printer.word("limit");
            printer.expression(value);
        }
        if let Some(value) = &self.id {
            printer.word("id");
            printer.expression(value);
        }
        printer.word("on");
        printer.contextual(&self.body);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
