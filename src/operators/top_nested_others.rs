//! `top-nested … with others = name`: a row for what is not among the top of a level.
//!
//! Every row of the input is marked, level by level, with whether its value was chosen there. What was not is aggregated anew: an
//! aggregate of the rest cannot be had from the aggregates of its parts.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bind::{Binder, Projected, bare, filtered};
use crate::diagnostic::{Result, Span};
use crate::plan::{Expr as Bound, JoinKind, Output, Relation, RelationKind, Transform};
use crate::syntax::ast::{Argument, Expr, ExprKind, Ident, NamedExpr};
use crate::value::{Batch, Column, ColumnBuilder, Type, Value};

use super::top_nested::TopLevel;

/// Columns under names that no author can write: a level's value, its mark, and the level where the rest begins.
fn key_name(level: usize) -> String {
    format!("\u{1}key{level}")
}

fn mark_name(level: usize) -> String {
    format!("\u{1}mark{level}")
}

const FIRST: &str = "\u{1}first";

/// Adds the rows of the rest to `nested`, which has a value and an aggregate per level.
pub fn with_others(binder: &mut Binder, levels: &[TopLevel], input: &Relation, nested: Relation, span: Span) -> Result<Relation> {
    let nested = binder.shared(nested)?;
    let tree = Tree { span };
    let source = binder.freshen(input);
    let keys: Vec<NamedExpr> = levels.iter().enumerate().map(|(i, level)| tree.named(key_name(i), level.of.value.clone())).collect();
    let mut marked = binder.extend(source, &keys)?;
    let mut inputs = vec![nested.clone()];
    let mut constants = Vec::new();
    for (depth, level) in levels.iter().enumerate() {
        marked = mark(binder, marked, &nested, depth, &tree)?;
        let ty = nested.outputs[2 * depth].ty;
        let constant = level.others.as_ref().map(|others| binder.constant(others)).transpose()?;
        constants.push(constant.map(|value| value.convert(ty).into_owned()));
        if level.others.is_some() {
            let source = binder.freshen(&marked);
            inputs.push(rest(binder, source, level, depth, &tree)?);
        }
    }
    let outputs: Vec<Output> = nested.outputs.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
    Ok(Relation { outputs, ordered: false, kind: RelationKind::Apply { inputs, transform: Arc::new(Others { constants }) } })
}

/// The rows with a mark: true where their values down to a level were chosen, else null.
fn mark(binder: &mut Binder, rows: Relation, nested: &Relation, depth: usize, tree: &Tree) -> Result<Relation> {
    let nested = binder.freshen(nested);
    let values: Vec<NamedExpr> = (0..=depth).map(|i| bare(tree.name(&nested.outputs[2 * i].name))).collect();
    let chosen = binder.distinct(nested, &values)?;
    let always = Expr { kind: ExprKind::Literal { value: Value::Bool(true), ty: Type::Bool }, span: tree.span };
    let chosen = binder.extend(chosen, &[tree.named(mark_name(depth), always)])?;
    let mut on = Vec::new();
    for (i, right) in chosen.outputs[..=depth].iter().enumerate() {
        let Some(left) = rows.outputs.iter().find(|o| o.name == key_name(i)) else { continue };
        // No join finds a null: it is compared as a text, and as being one.
        for function in ["tostring", "isnull"] {
            let side =
                |binder: &mut Binder, o: &Output| binder.built_in_call(function, vec![Bound::Column { id: o.id, ty: o.ty }], tree.span);
            on.push((side(binder, left)?, side(binder, right)?));
        }
    }
    let mut kept = rows.outputs.clone();
    kept.extend(chosen.outputs.last().cloned());
    Ok(Projected::keep(&kept).relation(binder.join(rows, chosen, JoinKind::LeftOuter, on)))
}

/// The aggregate of the rows that a level did not choose: by the level where the rest begins, and the values above it.
fn rest(binder: &mut Binder, marked: Relation, level: &TopLevel, depth: usize, tree: &Tree) -> Result<Relation> {
    let outputs = marked.outputs.clone();
    let predicate = binder.with_row(&outputs, |binder| binder.predicate(&tree.call("isnull", vec![tree.name(&mark_name(depth))])))?;
    let marked = filtered(marked, predicate, outputs);
    let chosen = |i: usize| tree.call("isnotnull", vec![tree.name(&mark_name(i))]);
    let mut by = vec![tree.named(FIRST.to_owned(), tree.long(0))];
    if depth > 0 {
        // Marks end at the first level that has none: counting them finds it.
        let marks = (0..depth).map(|i| tree.call("tolong", vec![chosen(i)]));
        let array = tree.call("pack_array", marks.collect());
        by[0].value = tree.call("tolong", vec![tree.call("array_sum", vec![array])]);
    }
    for i in 0..depth {
        let key = marked.outputs.iter().find(|o| o.name == key_name(i)).map_or(Type::String, |o| o.ty);
        let nothing = Expr { kind: ExprKind::Literal { value: Value::Null.convert(key), ty: key }, span: tree.span };
        by.push(tree.named(format!("{}.", key_name(i)), tree.call("iff", vec![chosen(i), tree.name(&key_name(i)), nothing])));
    }
    binder.summarize(marked, &[tree.named("\u{1}rest".to_owned(), level.by.value.clone())], &by)
}

/// Makes pieces of a syntax tree, all at the place of the operator.
struct Tree {
    span: Span,
}

impl Tree {
    fn name(&self, name: &str) -> Expr {
        Expr { kind: ExprKind::Name(name.to_owned()), span: self.span }
    }

    fn long(&self, value: i64) -> Expr {
        Expr { kind: ExprKind::Literal { value: Value::Long(value), ty: Type::Long }, span: self.span }
    }

    fn named(&self, name: String, value: Expr) -> NamedExpr {
        NamedExpr { names: vec![Ident { name, span: self.span }], value }
    }

    fn call(&self, name: &str, arguments: Vec<Expr>) -> Expr {
        let arguments = arguments.into_iter().map(|value| Argument { name: None, value }).collect();
        Expr { kind: ExprKind::Call { name: Ident { name: name.to_owned(), span: self.span }, arguments }, span: self.span }
    }
}

/// Puts the rests below the chosen: input 0 has the chosen, each further input the rests of a level with a name for others.
#[derive(Debug)]
struct Others {
    /// Per level, the name of its others.
    constants: Vec<Option<Value<'static>>>,
}

/// Values of levels, to be looked up.
type Prefix = Vec<Option<String>>;

fn prefix<'c>(columns: impl Iterator<Item = &'c Column>, row: usize) -> Prefix {
    columns.map(|c| Some(c.value(row)).filter(|v| !v.is_null()).map(|v| v.to_text().into_owned())).collect()
}

impl Transform for Others {
    fn name(&self) -> &str {
        "top-nested others"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let Some((nested, rests)) = inputs.split_first() else { return Ok(Batch::empty([])) };
        let mut first_rows: HashMap<Prefix, usize> = HashMap::new();
        for row in 0..nested.rows {
            for length in 0..self.constants.len() {
                first_rows.entry(prefix(nested.columns.iter().step_by(2).take(length), row)).or_insert(row);
            }
        }
        let mut found: Vec<(usize, Vec<Value<'static>>)> = Vec::new();
        let mut places: HashMap<Prefix, usize> = HashMap::new();
        let levels = self.constants.iter().enumerate().filter_map(|(depth, constant)| Some((depth, constant.as_ref()?)));
        for (rest, (depth, constant)) in rests.iter().zip(levels) {
            let Some(aggregate) = rest.columns.last() else { continue };
            for row in 0..rest.rows {
                let first = rest.columns[0].value(row).as_i64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(depth);
                let above = prefix(rest.columns[1..].iter().take(first), row);
                let place = *places.entry(above.clone()).or_insert_with(|| {
                    found.push((first, start(nested, first_rows.get(&above).copied(), first)));
                    found.len() - 1
                });
                found[place].1[2 * depth] = constant.clone();
                found[place].1[2 * depth + 1] = aggregate.value(row).into_owned();
            }
        }
        found.sort_by_key(|(first, _)| std::cmp::Reverse(*first));
        let columns = nested.columns.iter().enumerate().map(|(at, column)| {
            let mut more = ColumnBuilder::new(column.ty(), found.len());
            found.iter().for_each(|(_, cells)| more.push(cells[at].clone().convert(column.ty())));
            Column::concat(column.ty(), &[column, &more.finish()])
        });
        Ok(Batch { columns: columns.collect(), rows: nested.rows + found.len() })
    }
}

/// The cells of a rest before its own are known: those of the chosen levels above, and nothing.
fn start(nested: &Batch, row: Option<usize>, first: usize) -> Vec<Value<'static>> {
    let cell = |(at, column): (usize, &Column)| match row {
        Some(row) if at < 2 * first => column.value(row).into_owned(),
        _ => Value::Null.convert(column.ty()),
    };
    nested.columns.iter().enumerate().map(cell).collect()
}
