//! Relations made of two or more: `join`, `lookup`, `union`.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expr, JoinKind, Output, Relation, RelationKind};
use crate::syntax::ast::{self, BinaryOp, ExprKind};
use crate::value::{Type, Value};

use super::conversion::{common_type, convert};
use super::projection::Projected;
use super::view::hidden_record;
use super::{Binder, Row};

/// An input of a `union`, with the name that `withsource` gives its rows.
pub struct Branch {
    pub relation: Relation,
    pub source: String,
}

impl Binder<'_> {
    /// The pairs of keys of an `on` clause.
    pub fn join_keys(&mut self, left: &[Output], right: &[Output], conditions: &[ast::Expr], span: Span) -> Result<Vec<(Expr, Expr)>> {
        if conditions.is_empty() {
            return Err(Diagnostic::error(Code::JOIN_CONDITION, span, "a join needs a condition: `on` and the columns that must agree"));
        }
        let outer = std::mem::replace(&mut self.row, Row { columns: left.to_vec(), right: Some(right.to_vec()) });
        let mut keys = Vec::new();
        let result = conditions.iter().try_for_each(|c| self.join_condition(c, &mut keys));
        self.row = outer;
        result.map(|()| keys)
    }

    fn join_condition(&mut self, condition: &ast::Expr, keys: &mut Vec<(Expr, Expr)>) -> Result<()> {
        match &condition.kind {
            ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
                self.join_condition(left, keys)?;
                self.join_condition(right, keys)
            }
            ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => {
                let (first, second) = (side_of(left), side_of(right));
                let (left, right) = match (first, second) {
                    (Some("$left"), Some("$right")) => (left, right),
                    (Some("$right"), Some("$left")) => (right, left),
                    _ => return Err(not_equality(condition.span)),
                };
                let pair = (self.scalar(left)?, self.scalar(right)?);
                keys.push(comparable(pair, condition.span)?);
                Ok(())
            }
            ExprKind::Name(name) => {
                let sides = [("$left", &self.row.columns), ("$right", self.row.right.as_ref().unwrap_or(&self.row.columns))];
                let mut pair = Vec::new();
                for (side, columns) in sides {
                    match columns.iter().find(|c| c.name == *name) {
                        Some(column) => pair.push(Expr::Column { id: column.id, ty: column.ty }),
                        None => {
                            let message = format!("the {} side of the join has no column `{name}`", &side[1..]);
                            return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, condition.span, message)
                                .did_you_mean(name, columns.iter().map(|c| c.name.as_str()))
                                .help(format!("columns with different names are joined as `on $left.{name} == $right.Other`")));
                        }
                    }
                }
                let (Some(right), Some(left)) = (pair.pop(), pair.pop()) else { return Err(not_equality(condition.span)) };
                keys.push(comparable((left, right), condition.span)?);
                Ok(())
            }
            _ => Err(not_equality(condition.span)),
        }
    }

    /// `left | join kind=… (right) on …`.
    pub fn join(&mut self, left: Relation, right: Relation, kind: JoinKind, on: Vec<(Expr, Expr)>) -> Relation {
        let mut outputs: Vec<Output> = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => left.outputs.clone(),
            JoinKind::RightSemi | JoinKind::RightAnti => right.outputs.clone(),
            _ => left.outputs.iter().chain(&right.outputs).cloned().collect(),
        };
        make_unique(&mut outputs);
        Relation { outputs, ordered: false, kind: RelationKind::Join { left: Box::new(left), right: Box::new(right), kind, on } }
    }

    /// `left | lookup (right) on …`: the right side's keys do not show.
    pub fn lookup(&mut self, left: Relation, right: Relation, kind: JoinKind, on: Vec<(Expr, Expr)>) -> Relation {
        let keys: HashSet<_> = on.iter().filter_map(|(_, r)| if let Expr::Column { id, .. } = r { Some(*id) } else { None }).collect();
        let kept: Vec<Output> = left.outputs.iter().chain(right.outputs.iter().filter(|o| !keys.contains(&o.id))).cloned().collect();
        let joined = self.join(left, right, kind, on);
        let mut shown = kept;
        make_unique(&mut shown);
        Projected::keep(&shown).relation(joined)
    }

    /// Whether a relation shows a column of this name and type only as its hidden record has it, or not at all.
    fn is_of_record(&self, relation: &Relation, name: &str, ty: Type) -> bool {
        let found = relation.outputs.iter().find(|o| o.name == name && o.ty == ty);
        let shown = hidden_record(&relation.outputs).and_then(|record| self.records.get(&record.id));
        found.is_none_or(|found| shown.is_some_and(|shown| shown.contains(&found.id)))
    }

    /// Whether a relation that has a hidden record shows all columns of it.
    fn shows_record(&self, relation: &Relation) -> bool {
        let shown = hidden_record(&relation.outputs).and_then(|record| self.records.get(&record.id));
        shown.is_none_or(|shown| shown.iter().all(|id| relation.outputs.iter().any(|o| o.id == *id)))
    }

    /// `union`: columns of the same name and type are one; the same name with several types gets the type behind its name.
    /// `inner` keeps only the columns that all branches have.
    pub fn union(&mut self, branches: Vec<Branch>, inner: bool, source: Option<&str>) -> Relation {
        // Types of one name stand together, where the name came first.
        let mut names: Vec<&str> = Vec::new();
        let mut types: HashMap<&str, Vec<Type>> = HashMap::new();
        for output in branches.iter().flat_map(|b| &b.relation.outputs) {
            let known = types.entry(&output.name).or_insert_with(|| {
                names.push(&output.name);
                Vec::new()
            });
            if !known.contains(&output.ty) {
                known.push(output.ty);
            }
        }
        let mut columns: Vec<(String, Type)> = Vec::new();
        for name in names {
            columns.extend(types.get(name).into_iter().flatten().map(|ty| (name.to_owned(), *ty)));
        }
        if inner {
            columns.retain(|(name, ty)| branches.iter().all(|b| b.relation.outputs.iter().any(|o| o.name == *name && o.ty == *ty)));
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        columns.iter().for_each(|(name, _)| *counts.entry(name).or_default() += 1);
        let several = |name: &str| counts.get(name).is_some_and(|count| *count > 1);
        let mut outputs = Vec::new();
        if let Some(name) = source {
            outputs.push(self.output(name, Type::String));
        }
        // A name that a column has already keeps it: the one with the type appended gets the number.
        let kept: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).filter(|name| !several(name)).collect();
        for (name, ty) in &columns {
            let shown = match several(name) && !name.is_empty() {
                true => numbered(format!("{name}_{ty}"), &kept),
                false => name.clone(),
            };
            outputs.push(self.output(shown, *ty));
        }
        make_unique(&mut outputs);
        // Hundreds of tables without rows give their columns, not their work.
        let mut kept: Vec<Branch> = Vec::new();
        for branch in branches {
            let empty = matches!(&branch.relation.kind, RelationKind::Scan { table, .. } if self.catalog.is_empty(table));
            if !empty || kept.is_empty() {
                kept.push(branch);
            }
        }
        if let Some(record) = hidden_record(&outputs) {
            let own = |name: &str, ty: Type| kept.iter().all(|branch| self.is_of_record(&branch.relation, name, ty));
            let whole = kept.iter().all(|branch| self.shows_record(&branch.relation));
            // Where a branch shows less than its record holds, the record does not stand for the columns.
            let lost = (!whole).then_some(ColumnId(u32::MAX));
            let named = columns.iter().zip(&outputs[usize::from(source.is_some())..]);
            let shown = named.filter(|((name, ty), _)| !name.is_empty() && own(name, *ty));
            let shown: Vec<ColumnId> = shown.map(|(_, output)| output.id).chain(lost).collect();
            self.records.insert(record.id, shown);
        }
        let inputs = kept.into_iter().map(|branch| self.aligned(branch, &columns, source.is_some())).collect();
        Relation { outputs, ordered: false, kind: RelationKind::Union { inputs } }
    }

    /// A branch with exactly the union's columns: nulls where it has none.
    fn aligned(&mut self, branch: Branch, columns: &[(String, Type)], with_source: bool) -> Relation {
        let mut projected = Projected::default();
        let mut own: HashMap<&str, Vec<&Output>> = HashMap::new();
        branch.relation.outputs.iter().for_each(|o| own.entry(&o.name).or_default().push(o));
        if with_source {
            let output = self.output("", Type::String);
            projected.items.push((output, Expr::constant(Type::String, Value::string(branch.source))));
        }
        for (name, ty) in columns {
            let found = own.get(name.as_str()).and_then(|outputs| outputs.iter().find(|o| o.ty == *ty));
            let expr = match found {
                Some(output) => Expr::Column { id: output.id, ty: *ty },
                None if *ty == Type::String => Expr::constant(Type::String, Value::string("")),
                None => Expr::null(*ty),
            };
            let output = self.output(name.clone(), *ty);
            projected.items.push((output, expr));
        }
        projected.relation(branch.relation)
    }
}

/// The name, with the first number that makes it differ from all others where it is one of them.
fn numbered(name: String, others: &[&str]) -> String {
    let free = |name: &String| !others.contains(&name.as_str());
    if free(&name) { name } else { (1..).map(|n| format!("{name}{n}")).find(free).unwrap_or(name) }
}

fn side_of(expr: &ast::Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Member { object, .. } => match &object.kind {
            ExprKind::Name(side) => Some(side),
            _ => side_of(object),
        },
        ExprKind::Element { object, .. } => side_of(object),
        ExprKind::Call { arguments, .. } => arguments.first().and_then(|a| side_of(&a.value)),
        _ => None,
    }
}

fn not_equality(span: Span) -> Box<Diagnostic> {
    Diagnostic::error(Code::JOIN_CONDITION, span, "a join condition is a column that both sides have, or `$left.a == $right.b`")
}

fn comparable((left, right): (Expr, Expr), span: Span) -> Result<(Expr, Expr)> {
    if left.ty() == Type::Dynamic || right.ty() == Type::Dynamic {
        return Err(Diagnostic::error(Code::JOIN_CONDITION, span, "a join key cannot be dynamic")
            .help("convert it first, for instance with `tostring(…)`"));
    }
    match common_type(left.ty(), right.ty()) {
        Some(ty) => Ok((convert(left, ty), convert(right, ty))),
        None => {
            Err(Diagnostic::error(Code::JOIN_CONDITION, span, format!("the keys have different types: {} and {}", left.ty(), right.ty())))
        }
    }
}

/// Gives later columns of a repeated name a number: `[c, c, c1]` becomes `[c, c2, c1]`.
pub fn make_unique(outputs: &mut [Output]) {
    let mut taken: HashSet<String> = outputs.iter().map(|o| o.name.clone()).collect();
    let mut seen = HashSet::new();
    for output in outputs.iter_mut().filter(|o| !o.name.is_empty()) {
        if seen.insert(output.name.clone()) {
            continue;
        }
        let unique = (1..).map(|n| format!("{}{n}", output.name)).find(|n| !taken.contains(n)).unwrap_or_default();
        taken.insert(unique.clone());
        seen.insert(unique.clone());
        output.name = unique;
    }
}
