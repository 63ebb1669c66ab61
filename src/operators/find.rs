//! `find`: finds rows that match a condition across tables.

use std::any::Any;

use crate::bind::{Binder, Branch, Projected, convert, parameters};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr as Bound, Output, Relation};
use crate::syntax::ast::{Expr, ExprKind, Ident, Node, OperatorParameter};
use crate::syntax::{Parser, Printer};
use crate::value::{Type, Value};

use super::Operator;

#[derive(Debug)]
pub struct Find {
    pub parameters: Vec<OperatorParameter>,
    pub tables: Vec<Expr>,
    pub predicate: Expr,
    pub columns: Vec<FindColumn>,
    pub smart: bool,
    pub away: Vec<Expr>,
}

/// A column to show: `name`, `name:type` or `pack_all()`, `pack(*)`.
#[derive(Debug)]
pub struct FindColumn {
    pub value: Expr,
    pub ty: Option<Type>,
}

fn find_column(parser: &mut Parser) -> Result<FindColumn> {
    let value = parser.operand()?;
    let ty = if parser.eat(":") { Some(parser.type_name()?) } else { None };
    Ok(FindColumn { value, ty })
}

impl Operator for Find {
    const NAMES: &'static [&'static str] = &["find"];
    const SUMMARY: &'static str = "Finds rows that match a condition across tables.";
    const SYNTAX: &'static str = "find [in (Tables)] [where] Predicate [project Columns | project-smart]";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<Find> {
        let parameters = parser.parameters(&["withsource", "with_source", "datascope", "isfuzzy", "hint.", "__"])?;
        let tables = if parser.at_word("in") && parser.at_next("(") {
            parser.expect_word("in")?;
            parser.tables()?
        } else {
            Vec::new()
        };
        parser.eat_word("where");
        let predicate = parser.expression()?;
        let smart = parser.eat_name("project-smart");
        let away = if parser.eat_name("project-away") { parser.columns()? } else { Vec::new() };
        let columns = if !smart && away.is_empty() && parser.eat_word("project") { parser.list(find_column)? } else { Vec::new() };
        let away = if away.is_empty() && parser.eat_name("project-away") { parser.columns()? } else { away };
        Ok(Find { parameters, tables, predicate, columns, smart, away })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        if input.is_some() {
            return Err(Diagnostic::error(
                Code::UNSUPPORTED,
                span,
                "`find` looks into whole tables: use `where` or `search` after a table",
            ));
        }
        let mut branches = Vec::new();
        if self.tables.is_empty() {
            let all = Expr { kind: ExprKind::Wildcard("*".to_owned()), span };
            branches = binder.branches(&all, 0)?;
        }
        for table in &self.tables {
            branches.extend(binder.branches(table, branches.len())?);
        }
        let wanted = self.wanted(&branches);
        let source = parameters::text(&self.parameters, "withsource").or_else(|| parameters::text(&self.parameters, "with_source"));
        let source = source.map_or_else(|| "source_".to_owned(), |(name, _)| name);
        let mut found = Vec::new();
        for branch in branches {
            let relation = self.branch(binder, branch.relation, &wanted, span)?;
            found.push(Branch { relation, source: branch.source });
        }
        Ok(binder.union(found, false, Some(&source)))
    }
}

/// The columns of the result, and those that the condition needs.
struct Wanted {
    shown: Vec<(String, Type)>,
    needed: Vec<(String, Type)>,
    /// All other columns, in a bag.
    packed: bool,
}

impl Find {
    fn wanted(&self, branches: &[Branch]) -> Wanted {
        let mut known: Vec<(String, Type)> = Vec::new();
        for output in branches.iter().flat_map(|b| &b.relation.outputs).filter(|o| !o.name.is_empty()) {
            if !known.iter().any(|(name, _)| *name == output.name) {
                known.push((output.name.clone(), output.ty));
            }
        }
        let mut names = Vec::new();
        names_in(&self.predicate, &mut names);
        let needed: Vec<(String, Type)> = known.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
        if self.columns.is_empty() {
            let everywhere =
                |name: &str, ty: Type| branches.iter().all(|b| b.relation.outputs.iter().any(|o| o.name == name && o.ty == ty));
            let mut shown: Vec<(String, Type)> = known.iter().filter(|(name, ty)| everywhere(name, *ty)).cloned().collect();
            let more: Vec<_> = needed.iter().filter(|n| !shown.contains(n)).cloned().collect();
            shown.extend(more);
            return Wanted { shown, needed, packed: true };
        }
        let mut shown = Vec::new();
        let mut packed = false;
        for column in &self.columns {
            match &column.value.kind {
                ExprKind::Name(name) => {
                    let ty = column.ty.or_else(|| known.iter().find(|(n, _)| n == name).map(|(_, ty)| *ty));
                    shown.push((name.clone(), ty.unwrap_or(Type::Dynamic)));
                }
                _ => packed = true,
            }
        }
        Wanted { shown, needed, packed }
    }

    /// The matching rows of one table.
    fn branch(&self, binder: &mut Binder, table: Relation, wanted: &Wanted, span: Span) -> Result<Relation> {
        let has = |o: &Relation, name: &str| o.outputs.iter().any(|o| o.name == name);
        let own: Vec<Output> = table.outputs.iter().filter(|o| !o.name.is_empty()).cloned().collect();
        let mut projected = Projected::keep(&table.outputs);
        let open = table.outputs.iter().any(|o| o.name.is_empty());
        for (name, ty) in wanted.needed.iter().chain(&wanted.shown).filter(|(name, _)| !open && !has(&table, name)) {
            if !projected.items.iter().any(|(o, _)| o.name == *name) {
                projected.items.push((binder.output(name.clone(), *ty), nothing(*ty)));
            }
        }
        let table = projected.relation(table);
        let outputs = table.outputs.clone();
        let (table, predicate) = binder.over(table, |binder| binder.search_predicate(&self.predicate, false))?;
        let rows = crate::bind::filtered(table, predicate, outputs.clone());
        let mut result = Projected::default();
        for (name, ty) in &wanted.shown {
            let column = Expr { kind: ExprKind::Name(name.clone()), span };
            let value = binder.with_row(&outputs, |binder| binder.scalar(&column))?;
            result.items.push((binder.output(name.clone(), *ty), convert(value, *ty)));
        }
        if wanted.packed {
            let mut arguments = Vec::new();
            for o in own.iter().filter(|o| !wanted.shown.iter().any(|(name, _)| *name == o.name)) {
                arguments.push(Bound::constant(Type::String, Value::string(o.name.clone())));
                arguments.push(Bound::Column { id: o.id, ty: o.ty });
            }
            let bag = match arguments.is_empty() {
                true => Bound::constant(Type::Dynamic, Value::dynamic("{}")),
                false => binder.built_in_call("bag_pack", arguments, span)?,
            };
            result.items.push((binder.output("pack_", Type::Dynamic), bag));
        }
        Ok(result.relation(rows))
    }
}

fn nothing(ty: Type) -> Bound {
    if ty == Type::String { Bound::constant(ty, Value::string("")) } else { Bound::null(ty) }
}

/// The names that an expression reads.
fn names_in(expr: &Expr, names: &mut Vec<String>) {
    let mut stack = vec![expr];
    while let Some(expr) = stack.pop() {
        if let ExprKind::Name(name) = &expr.kind {
            names.push(name.clone());
        }
        stack.extend(super::rewrite::children(expr));
    }
}

impl Node for Find {
    fn print(&self, printer: &mut Printer) {
        printer.word("find");
        printer.parameters(&self.parameters);
        if !self.tables.is_empty() {
            printer.word("in");
            printer.parenthesised(&self.tables, Printer::operand);
        }
        printer.word("where");
        printer.expression(&self.predicate);
        if self.smart {
            printer.word("project-smart");
        }
        if !self.columns.is_empty() {
            printer.word("project");
            printer.list(&self.columns, |p, c| {
                p.expression(&c.value);
                if let Some(ty) = c.ty {
                    p.raw(":");
                    p.raw(ty.name());
                }
            });
        }
        if !self.away.is_empty() {
            printer.word("project-away");
            printer.columns(&self.away);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
