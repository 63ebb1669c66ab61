//! Lists of expressions that become columns: names, duplicates, replacement. The rules are those of Microsoft's `ProjectionBuilder`.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expr, Output, Relation, RelationKind};
use crate::syntax::ast::{self, ExprKind, NamedExpr};
use crate::tables;
use crate::value::Type;

use super::names::result_name;
use super::{Binder, Row};

/// How a list treats names that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// `project`, `distinct`, `by`: a name given twice is an error.
    Project,
    /// `extend`: a name replaces the column that has it.
    Extend,
    /// `print`: unnamed expressions are `print_0`, `print_1` …
    Print,
}

/// Columns being collected.
#[derive(Debug, Default)]
pub struct Projected {
    pub items: Vec<(Output, Expr)>,
    declared: HashSet<String>,
}

impl Projected {
    /// Starts from columns that are kept as they are.
    pub fn keep(columns: &[Output]) -> Projected {
        let items = columns.iter().map(|c| (c.clone(), Expr::Column { id: c.id, ty: c.ty })).collect();
        Projected { items, declared: HashSet::new() }
    }

    fn has(&self, name: &str) -> bool {
        self.items.iter().any(|(output, _)| output.name == name)
    }

    /// The name itself, or with the first number behind it that makes it new.
    pub fn unique(&self, name: &str) -> String {
        if !self.has(name) {
            return name.to_owned();
        }
        (1..).map(|n| format!("{name}{n}")).find(|n| !self.has(n)).unwrap_or_default()
    }

    /// Adds a column whose name the author did not give: renamed if it is there already.
    pub fn add(&mut self, mut output: Output, expr: Expr) {
        output.name = self.unique(&output.name);
        self.items.push((output, expr));
    }

    /// Adds a column whose name the author gave.
    pub fn declare(&mut self, output: Output, expr: Expr, replace: bool, span: Span) -> Result<()> {
        if self.declared.contains(&output.name) {
            return Err(Diagnostic::error(Code::DUPLICATE_COLUMN, span, format!("a column named `{}` is already declared", output.name)));
        }
        self.declared.insert(output.name.clone());
        match self.items.iter_mut().find(|(o, _)| o.name == output.name && !o.name.is_empty()) {
            Some(item) if replace => *item = (output, expr),
            _ => self.add(output, expr),
        }
        Ok(())
    }

    /// A `Project` of the collected columns.
    pub fn relation(self, input: Relation) -> Relation {
        let (outputs, columns) = self.items.into_iter().map(|(output, expr)| (output.clone(), (output.id, expr))).unzip();
        Relation { outputs, ordered: input.ordered, kind: RelationKind::Project { input: Box::new(input), columns } }
    }
}

impl Projected {
    /// The same over an input whose columns are kept. New columns that read none that a `Project` right below computes are computed
    /// beside those: else a chain of `extend`s would pass all columns on, step by step.
    pub fn extension(self, mut input: Relation) -> Relation {
        let RelationKind::Project { columns, .. } = &mut input.kind else { return self.relation(input) };
        let is = |id: ColumnId, expr: &Expr| matches!(expr, Expr::Column { id: of, .. } if *of == id);
        let computes = |read: ColumnId| columns.iter().any(|(id, expr)| *id == read && !is(*id, expr));
        let mut beside = input.outputs.iter().map(|o| o.id).eq(columns.iter().map(|(id, _)| *id));
        for (_, expr) in self.items.iter().filter(|(output, expr)| !is(output.id, expr)) {
            expr.walk(&mut |e| beside &= !matches!(e, Expr::Column { id, .. } if computes(*id)));
        }
        if !beside {
            return self.relation(input);
        }
        // Both lists have the columns that are kept in one order.
        let mut below = std::mem::take(columns).into_iter();
        (input.outputs, *columns) = self
            .items
            .into_iter()
            .map(|(output, expr)| {
                let kept = if is(output.id, &expr) { below.find(|(id, _)| *id == output.id) } else { None };
                let column = kept.unwrap_or((output.id, expr));
                (output, column)
            })
            .unzip();
        input
    }
}

impl Binder<'_> {
    /// Binds a list of expressions into columns.
    pub fn project(&mut self, list: &[NamedExpr], into: &mut Projected, style: Projection) -> Result<()> {
        for (position, item) in list.iter().enumerate() {
            self.project_one(item, position, into, style)?;
        }
        Ok(())
    }

    fn project_one(&mut self, item: &NamedExpr, position: usize, into: &mut Projected, style: Projection) -> Result<()> {
        if let ExprKind::Wildcard(pattern) = &item.value.kind {
            return self.project_wildcard(pattern, into);
        }
        let expr = self.scalar(&item.value)?;
        if let Some(parts) = self.tuple(&expr, &item.value) {
            return self.project_tuple(item, parts, into, style);
        }
        if item.names.len() > 1 {
            let message = "only a function with several results can be given several names";
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, item.value.span, message));
        }
        match item.names.first() {
            Some(name) => {
                let output = self.output(name.name.clone(), expr.ty());
                into.declare(output, expr, style == Projection::Extend, name.span)
            }
            None => self.project_unnamed(&item.value, expr, position, into, style),
        }
    }

    fn project_unnamed(&mut self, value: &ast::Expr, expr: Expr, position: usize, into: &mut Projected, style: Projection) -> Result<()> {
        // A column that was found under the other name of its time keeps the name that the author wrote.
        let alias = |column: &Output| matches!(&value.kind, ExprKind::Name(name) if tables::time_alias(name) == Some(&column.name));
        let absent = self.lacks_named_column(value);
        let column = referenced(&expr, &self.row).filter(|column| !alias(column) && !absent);
        if style != Projection::Print
            && let Some(column) = column
        {
            if style == Projection::Extend && into.items.iter().any(|(o, _)| o.id == column.id) {
                return Ok(());
            }
            return into.declare(column, expr, false, value.span);
        }
        let name = match (style, self.member_name(value)) {
            (_, Some(member)) => member,
            (Projection::Print, None) => format!("print_{position}"),
            _ => match result_name(value).filter(|n| !n.is_empty() && !absent) {
                Some(name) => name,
                None => self.default_name(into),
            },
        };
        let output = self.output(name, expr.ty());
        if style == Projection::Extend
            && let Some(item) = into.items.iter_mut().find(|(o, _)| o.name == output.name)
        {
            *item = (output, expr);
            return Ok(());
        }
        into.add(output, expr);
        Ok(())
    }

    /// The name of `f(x)[1]`, where `f` has several results: that of the result.
    fn member_name(&mut self, value: &ast::Expr) -> Option<String> {
        let ExprKind::Element { object, index } = &value.kind else { return None };
        let ExprKind::Literal { value: index, .. } = &index.kind else { return None };
        let whole = matches!(object.kind, ExprKind::Call { .. }).then(|| self.unobserved(|binder| binder.scalar(object)))?.ok()?;
        let (name, _) = self.tuple(&whole, object)?.into_iter().nth(usize::try_from(index.as_i64()?).ok()?)?;
        Some(name)
    }

    /// Whether an expression is `column_ifexists("x", …)` where no row can have `x`: then it has no name.
    fn lacks_named_column(&self, value: &ast::Expr) -> bool {
        let ExprKind::Call { name, .. } = &value.kind else { return false };
        matches!(name.name.as_str(), "column_ifexists" | "columnifexists")
            && !self
                .row
                .columns
                .iter()
                .any(|c| c.name.is_empty() && c.ty == Type::Dynamic || result_name(value).as_deref() == Some(&c.name))
    }

    /// `Column1`, or the next number that neither the list nor the input has.
    fn default_name(&self, into: &Projected) -> String {
        let taken = |name: &String| into.has(name) || self.row.columns.iter().any(|c| c.name == *name);
        (1..).map(|n| format!("Column{n}")).find(|n| !taken(n)).unwrap_or_default()
    }

    fn project_wildcard(&mut self, pattern: &str, into: &mut Projected) -> Result<()> {
        for column in self.row.columns.clone().into_iter().filter(|c| !c.name.is_empty() && wildcard_matches(pattern, &c.name)) {
            if !into.items.iter().any(|(o, _)| o.id == column.id) {
                let expr = Expr::Column { id: column.id, ty: column.ty };
                into.add(column, expr);
            }
        }
        Ok(())
    }

    /// `(a, b) = f(x)`: names for the first results; the others keep their own names in `project`, and are left out elsewhere.
    fn project_tuple(&mut self, item: &NamedExpr, parts: Vec<(String, Expr)>, into: &mut Projected, style: Projection) -> Result<()> {
        if item.names.len() > parts.len() {
            let message = format!("the function has {} results, but {} names are given", parts.len(), item.names.len());
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, item.value.span, message));
        }
        for (i, (own_name, expr)) in parts.into_iter().enumerate() {
            match item.names.get(i) {
                Some(name) => {
                    let output = self.output(name.name.clone(), expr.ty());
                    into.declare(output, expr, style == Projection::Extend, name.span)?;
                }
                None if matches!(style, Projection::Print | Projection::Extend) && !item.names.is_empty() => {}
                None => {
                    let output = self.output(own_name, expr.ty());
                    into.add(output, expr);
                }
            }
        }
        Ok(())
    }
}

/// The column that an expression is nothing but.
pub fn referenced(expr: &Expr, row: &Row) -> Option<Output> {
    match expr {
        Expr::Column { id, .. } => row.columns.iter().find(|c| c.id == *id && !c.name.is_empty()).cloned(),
        _ => None,
    }
}

/// Whether a name fits a pattern in which `*` stands for any characters.
pub fn wildcard_matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
